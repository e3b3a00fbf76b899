"""Notification rules, downtimes and catalog entities from definition to Datadog and back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.shop import furnish
from tests.project.test_coverage import CART
from tests.workbench import Workbench

RULE = '''\
from dd_sync import NotificationRule, define

@define
def night(*, recipient: str = "@slack-night") -> NotificationRule:
    """Whoever is on call at night hears of production."""
    return NotificationRule(name="Night", filter={"tags": ["env:prod"]}, recipients=[recipient])
'''

DOWNTIME = '''\
from dd_sync import Downtime, define

@define
def night() -> Downtime:
    """Tests sleep at night."""
    recurrence = {"rrule": "FREQ=DAILY;INTERVAL=1", "duration": "10h"}
    return Downtime(scope="env:test", schedule={"timezone": "Europe/Berlin", "recurrences": [recurrence]})
'''


def asked(bench: Workbench) -> set[str]:
    """The collections that have been asked for since the last look."""
    found = {"/".join(call.path.split("/")[2:5]) for call in bench.emulator.calls}
    bench.emulator.calls.clear()
    return found


def only(bench: Workbench, kind: str) -> dict[str, Any]:
    (found,) = bench.live(kind)
    return found


def test_what_a_project_does_not_use_is_never_asked_for(bench: Workbench) -> None:
    bench.apply()
    bench.plan()
    assert not any("v2" in path for path in asked(bench))


def test_a_rule_is_made_planned_to_nothing_changed_and_deleted(bench: Workbench) -> None:
    bench.write("monitors/rules.py", RULE)
    bench.apply()
    rule = only(bench, "notification-rule")
    assert rule["name"].startswith("Night [ddsync_id:acme/prod/rules/night ddsync_rev:1-")
    assert rule["recipients"] == ["slack-night"]
    assert bench.plan()["changes"] == []
    bench.write("monitors/rules.py", RULE.replace("@slack-night", "@slack-dawn"))
    (change,) = bench.plan()["changes"]
    assert change["fields"] == [{"path": "recipients", "before": ["slack-night"], "after": ["slack-dawn"]}]
    bench.apply()
    (bench.root / "monitors/rules.py").unlink()
    (change,) = bench.plan()["changes"]
    assert (change["action"], change["kind"]) == ("delete", "notification-rule")
    bench.apply("--allow-delete", "1")
    assert bench.live("notification-rule") == []
    asked(bench)
    assert bench.plan()["changes"] == []
    assert not any("v2" in path for path in asked(bench)), "nothing is left of that kind"


def test_a_numbers_name_works_for_rules_too(bench: Workbench) -> None:
    bench.write("monitors/rules.py", RULE)
    bench.write(
        "ddsync.yaml", (bench.root / "ddsync.yaml").read_text() + "monitors: {night: {recipient: '@slack-day'}}\n"
    )
    bench.apply()
    assert only(bench, "notification-rule")["recipients"] == ["slack-day"]


def test_a_rule_somebody_edited_is_held(bench: Workbench) -> None:
    bench.write("monitors/rules.py", RULE)
    bench.apply()
    bench.emulator.edit(
        "notification-rule", only(bench, "notification-rule")["id"], lambda body: {**body, "recipients": ["jira"]}
    )
    assert bench.plan()["changes"][0]["cause"] == "drift"
    bench.apply()
    assert only(bench, "notification-rule")["recipients"] == ["jira"]


def test_a_rule_that_others_made_is_left_alone_and_no_second_one_of_its_name_is_made(bench: Workbench) -> None:
    theirs = {"name": "Night", "filter": {"tags": ["a:b"]}, "recipients": ["x"]}
    bench.emulator.put("notification-rule", theirs)
    bench.write("monitors/rules.py", RULE)
    ran = bench.apply(status=1)
    assert "notification-rule rules/night" in ran.out
    assert len(bench.live("notification-rule")) == 1


def test_the_plan_counts_whom_a_rule_adds(bench: Workbench) -> None:
    bench.write("monitors/rules.py", RULE)
    made = bench.plan()
    (monitor,) = [change for change in made["changes"] if change["kind"] == "monitor"]
    assert "@slack-night" in monitor["notify"]["after"]["alert"]
    (rule,) = [change for change in made["changes"] if change["kind"] == "notification-rule"]
    assert rule["notify"] == {"before": {}, "after": {}}, "it is counted where it adds somebody"
    assert any("rules/night is about 1 alert of this project" in notice["text"] for notice in made["notices"])


def test_a_rule_over_alerts_that_stay_as_they_are_tells_by_itself(bench: Workbench) -> None:
    for name in ("prod-eu-2", "prod-eu-3"):
        settings = (bench.root / "ddsync.yaml").read_text()
        bench.write(
            "ddsync.yaml", settings.replace("targets:", f"  - {{name: {name}, env: prod, team: platform}}\ntargets:")
        )
    bench.apply()
    bench.write("monitors/rules.py", RULE.replace("@slack-night", "@pagerduty-night"))
    (rule,) = bench.plan()["changes"]
    assert rule["notify"]["after"]["alert"] == ["@pagerduty-night"]
    assert "3 monitors start paging @pagerduty-night" in bench.ddsync("plan").out


def test_a_rule_of_somebody_else_counts_on_both_sides_and_is_named(bench: Workbench) -> None:
    theirs = {"name": "Everything", "filter": {"tags": ["env:prod"]}, "recipients": ["slack-all", "slack-platform"]}
    bench.emulator.put("notification-rule", theirs)
    bench.write("ddsync.yaml", (bench.root / "ddsync.yaml").read_text() + "sync: [notification-rule]\n")
    made = bench.plan()
    (monitor,) = made["changes"]
    assert monitor["notify"]["after"]["warning"] == ["@slack-platform", "@slack-all"]
    texts = [notice["text"] for notice in made["notices"]]
    assert texts == [
        'the rule "Everything" of somebody else tells @slack-all @slack-platform of 1 alert of this project',
        "@slack-platform stands in the message of 1 alert that a rule adds it to; it is told once",
    ]
    assert bench.live("notification-rule")[0]["recipients"] == theirs["recipients"]


def test_a_notice_about_what_does_not_exist_yet_names_no_id(bench: Workbench) -> None:
    bench.write("monitors/rules.py", RULE)
    assert "notice: rules/night is about 1 alert of this project\n" in bench.ddsync("plan").err


def test_a_downtime_is_made_and_planned_to_nothing(bench: Workbench) -> None:
    bench.write("monitors/quiet.py", DOWNTIME)
    bench.apply()
    made = only(bench, "downtime")
    assert made["message"].splitlines()[0] == "Tests sleep at night."
    assert bench.plan()["changes"] == []
    bench.write("monitors/quiet.py", DOWNTIME.replace("10h", "8h"))
    bench.apply()
    assert only(bench, "downtime")["schedule"]["recurrences"][0]["duration"] == "8h"
    assert bench.plan()["changes"] == []


def test_a_cancelled_downtime_counts_as_gone(bench: Workbench) -> None:
    bench.write("monitors/quiet.py", DOWNTIME)
    bench.apply()
    (bench.root / "monitors/quiet.py").unlink()
    bench.apply("--allow-delete", "1")
    assert only(bench, "downtime")["status"] == "canceled"
    assert bench.plan()["changes"] == []
    bench.write("monitors/quiet.py", DOWNTIME)
    bench.apply()
    assert sorted(one["status"] for one in bench.live("downtime")) == ["active", "canceled"]
    assert bench.plan()["changes"] == []


def test_a_downtime_that_somebody_cancelled_is_drift(bench: Workbench) -> None:
    bench.write("monitors/quiet.py", DOWNTIME)
    bench.apply()
    bench.emulator.edit("downtime", only(bench, "downtime")["id"], lambda body: {**body, "status": "canceled"})
    (change,) = bench.plan()["changes"]
    assert (change["action"], change["cause"], change["reason"]) == ("create", "drift", "deleted in Datadog")


def test_a_downtime_of_one_monitor_follows_its_id(bench: Workbench) -> None:
    about_one = (
        'monitor_identifier={"monitor_id": cpu_high.ref(Cluster(name="prod-eu-1", env="prod", team="platform"))}, '
    )
    source = DOWNTIME.replace("import Downtime,", "import Cluster, Downtime,")
    source = source.replace('scope="env:test", ', f'scope="env:test", {about_one}')
    bench.write("monitors/quiet.py", "from monitors.eks import cpu_high\n" + source)
    bench.apply()
    assert only(bench, "downtime")["monitor_identifier"] == {"monitor_id": only(bench, "monitor")["id"]}
    assert bench.plan()["changes"] == []


@pytest.fixture
def shop(bench: Workbench) -> Workbench:
    furnish(bench).write("services/cart.yaml", CART)
    return bench


SYNCED = "targets:\n  prod: {site: datadoghq.eu, envs: [prod], sync: [catalog-entity]}\n"


def synced(shop: Workbench) -> Workbench:
    settings = (shop.root / "ddsync.yaml").read_text()
    shop.write("ddsync.yaml", settings.partition("targets:")[0] + SYNCED)
    return shop


def test_service_files_are_not_written_to_the_catalog_unless_asked(shop: Workbench) -> None:
    shop.apply("--target", "prod")
    assert shop.live("catalog-entity") == []


def test_service_files_are_written_to_the_catalog_where_asked(shop: Workbench) -> None:
    synced(shop).apply()
    entity = only(shop, "catalog-entity")
    assert (entity["metadata"]["name"], entity["spec"]["tier"]) == ("cart", "1")
    assert "ddsync_id:acme/prod/catalog/entity/cart" in entity["metadata"]["tags"]
    assert shop.plan()["changes"] == []
    shop.write("services/cart.yaml", CART.replace('tier: "1"', 'tier: "2"'))
    changes = {change["kind"]: change for change in shop.plan()["changes"]}
    assert changes["catalog-entity"]["fields"] == [{"path": "spec.tier", "before": "1", "after": "2"}]
    shop.apply()
    assert only(shop, "catalog-entity")["spec"]["tier"] == "2"
    assert shop.plan()["changes"] == []
    (shop.root / "services/cart.yaml").unlink()
    shop.apply("--allow-delete", "10")
    assert shop.live("catalog-entity") == []


def test_entities_from_another_source_are_left_alone(shop: Workbench) -> None:
    theirs = {"apiVersion": "v3", "kind": "service", "metadata": {"name": "cart", "namespace": "default"}, "meta": {}}
    shop.emulator.put("catalog-entity", theirs)
    made = synced(shop).plan()
    assert not any(change["kind"] == "catalog-entity" for change in made["changes"])
    assert any("service:cart comes from another source and is left alone" in one["text"] for one in made["notices"])
    shop.apply()
    assert only(shop, "catalog-entity")["metadata"] == theirs["metadata"]


def test_an_entity_of_another_target_is_left_alone_too(shop: Workbench) -> None:
    shop.write("ddsync.yaml", (shop.root / "ddsync.yaml").read_text() + "sync: [catalog-entity]\n")
    shop.apply("--target", "prod")
    before = only(shop, "catalog-entity")
    made = shop.plan("--target", "staging")
    assert not any(change["kind"] == "catalog-entity" for change in made["changes"])
    assert any("service:cart comes from another source" in notice["text"] for notice in made["notices"])
    shop.apply("--target", "staging")
    assert only(shop, "catalog-entity") == before


def test_a_kind_that_cannot_be_synced_is_named_with_the_nearest(shop: Workbench) -> None:
    settings = (shop.root / "ddsync.yaml").read_text()
    shop.write("ddsync.yaml", settings.replace("envs: [prod]}", "envs: [prod], sync: [catalog-entiti]}"))
    ran = shop.ddsync("plan", status=1)
    assert 'nothing called "catalog-entiti" can be synced. Did you mean catalog-entity?' in ran.err


def rules(shop: Workbench) -> Workbench:
    shop.write("ddsync.yaml", (shop.root / "ddsync.yaml").read_text() + "routing: rules\n")
    return shop


def test_under_rules_messages_carry_no_handles_and_the_rules_do(shop: Workbench) -> None:
    rules(shop).apply("--target", "prod")
    assert not any("@" in monitor["message"] for monitor in shop.live("monitor"))
    by_name = {rule["name"].partition(" [")[0]: rule for rule in shop.live("notification-rule")}
    silence = "checkout: page when data is missing"
    assert set(by_name) == {"checkout: tell", "checkout: page", silence, "platform: tell"}
    page = by_name["checkout: page"]
    assert page["filter"] == {
        "scope": "team:checkout AND ddsync_notify:(acme-page OR acme-page-no-data) AND NOT env:staging"
    }
    conditions = page["conditional_recipients"]["conditions"]
    assert conditions[0] == {"scope": "transition_type:is_alert", "recipients": ["pagerduty-checkout"]}
    assert shop.plan("--target", "prod")["changes"] == []


def test_moving_from_messages_to_rules_wakes_nobody_anew_and_nobody_twice(shop: Workbench) -> None:
    shop.apply("--target", "prod")
    made = rules(shop).plan("--target", "prod")
    monitors = [change for change in made["changes"] if change["kind"] == "monitor"]
    assert len(monitors) == 3
    for change in monitors:
        before, after = change["notify"]["before"], change["notify"]["after"]
        assert {state: set(told) for state, told in before.items()} == {
            state: set(told) for state, told in after.items()
        }
        assert all(len(told) == len(set(told)) for told in after.values())
    assert "paging" not in shop.ddsync("plan", "--target", "prod").out


def test_under_rules_staging_never_pages(shop: Workbench) -> None:
    changes = rules(shop).plan("--target", "staging")["changes"]
    told = [handle for one in changes if one["kind"] == "monitor" for handle in one["notify"]["after"]["alert"]]
    assert set(told) == {"@slack-checkout"}
    assert not any("page" in one["key"] for one in changes if one["kind"] == "notification-rule")


def test_both_targets_of_one_organisation_tell_of_their_own_alerts_alone(shop: Workbench) -> None:
    rules(shop).apply("--target", "prod")
    made = shop.plan("--target", "staging")
    texts = [notice["text"] for notice in made["notices"] if "somebody else" in notice["text"]]
    assert texts == []


def test_a_changed_pager_is_shown_by_the_rule_with_the_number_of_its_alerts(shop: Workbench) -> None:
    rules(shop).apply("--target", "prod")
    settings = (shop.root / "ddsync.yaml").read_text()
    shop.write("ddsync.yaml", settings.replace("@pagerduty-checkout", "@pagerduty-cart"))
    made = shop.ddsync("plan", "--target", "prod").out
    assert "2 monitors start paging @pagerduty-cart" in made
    assert "2 stop paging @pagerduty-checkout" in made


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (["explain", "service/error-rate/cart/prod"], "@pagerduty-checkout @slack-checkout"),
        (["coverage", "--format", "json"], '"service/error-rate/cart/prod"'),
    ],
)
def test_other_reports_know_whom_the_rules_tell(shop: Workbench, command: list[str], expected: str) -> None:
    said = rules(shop).ddsync(*command, "--target", "prod").out
    assert set(expected.split()) <= set(said.replace(",", " ").split())


def test_a_new_service_says_whom_the_rules_will_wake(shop: Workbench) -> None:
    rules(shop)
    given = ["--team", "checkout", "--tier", "1", "--kind", "http", "--env", "prod", "--runtime", "python"]
    said = shop.ddsync("new-service", "search", *given, "--operation", "http.request").out
    assert "pages    @pagerduty-checkout for error-rate" in said


def test_coverage_sees_the_pager_behind_the_rules(shop: Workbench) -> None:
    (service,) = rules(shop).ddsync("coverage", "--target", "prod", "--format", "json").json["services"]
    assert service["aspects"]["pager"]["by"] == ["service/error-rate/cart/prod", "service/burn-rate/cart/prod"]


def test_deleting_every_alert_that_pages_by_rules_is_refused(shop: Workbench) -> None:
    rules(shop).apply("--target", "prod")
    off = "monitors: {error-rate: off, burn-rate: off}, kind"
    shop.write("services/cart.yaml", CART.replace("ddsync: {kind", f"ddsync: {{{off}"))
    assert "cart" in shop.apply("--target", "prod", status=3).err


def test_a_rule_that_is_no_longer_needed_is_found_without_a_receipt_where_the_target_says_so(bench: Workbench) -> None:
    bench.write("monitors/rules.py", RULE)
    bench.apply()
    for receipt in (bench.root / ".ddsync/receipts").iterdir():
        receipt.unlink()
    (bench.root / "monitors/rules.py").unlink()
    assert bench.plan()["changes"] == []
    settings = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", settings.replace("site: datadoghq.eu", "site: datadoghq.eu, sync: [notification-rule]"))
    assert [change["action"] for change in bench.plan()["changes"]] == ["delete"]


TEST = '''\
from dd_sync import SyntheticsTest, define

@define
def cart() -> SyntheticsTest:
    """The cart answers. @slack-shop"""
    headers = {"Authorization": "Basic c2hvcDpwYXNz"}
    request = {"method": "GET", "url": "https://shop.example.com/cart", "headers": headers}
    config = {"request": request, "assertions": [{"type": "statusCode", "operator": "is", "target": 200}]}
    return SyntheticsTest(
        name="Cart", config=config, locations=["aws:eu-west-1"], options={"tick_every": 60}, tags=["service:cart"]
    )
'''


def test_a_synthetics_test_is_made_planned_to_nothing_changed_and_deleted(bench: Workbench) -> None:
    bench.write("monitors/outside.py", TEST)
    bench.apply()
    made = only(bench, "synthetics-test")
    assert "ddsync_id:acme/prod/outside/cart" in made["tags"]
    assert bench.plan()["changes"] == []
    bench.write("monitors/outside.py", TEST.replace("200", "204"))
    (change,) = bench.plan()["changes"]
    assert (change["action"], change["id"]) == ("update", made["public_id"])
    bench.apply()
    assert only(bench, "synthetics-test")["config"]["assertions"][0]["target"] == 204
    (bench.root / "monitors/outside.py").unlink()
    (change,) = bench.plan()["changes"]
    assert (change["action"], change["kind"]) == ("delete", "synthetics-test")
    bench.apply("--allow-delete", "1")
    assert bench.live("synthetics-test") == []
    assert bench.plan()["changes"] == []


def of_tests(bench: Workbench) -> list[dict[str, Any]]:
    return [one for one in bench.live("monitor") if one["type"] == "synthetics alert"]


def test_the_monitor_of_a_test_is_the_tests_own(bench: Workbench) -> None:
    bench.write("monitors/outside.py", TEST)
    bench.apply()
    (own,) = of_tests(bench)
    assert own["options"]["synthetics_check_id"] == only(bench, "synthetics-test")["public_id"]
    assert "ddsync_id:acme/prod/outside/cart" in own["tags"], "it has the tags of its test, marks included"
    assert bench.plan()["changes"] == []
    assert bench.plan()["leads_to"] == {"monitor": 1, "synthetics-test": 1}
    bench.emulator.remove("synthetics-test", only(bench, "synthetics-test")["public_id"])
    (bench.root / "monitors/outside.py").unlink()
    assert bench.plan()["changes"] == [], "nor does it fall to whoever forgets the test"
    bench.apply()
    assert of_tests(bench) == [own]


def test_a_test_that_a_run_made_elsewhere_is_restored_by_undo(bench: Workbench) -> None:
    bench.write("monitors/outside.py", TEST)
    bench.apply()
    (bench.root / "monitors/outside.py").unlink()
    bench.apply("--allow-delete", "1")
    bench.ddsync("undo", "last", "--yes")
    assert only(bench, "synthetics-test")["name"] == "Cart"


def test_secrets_of_a_test_are_masked_wherever_a_plan_is_read(bench: Workbench) -> None:
    password = '"basicAuth": {"type": "web", "username": "probe", "password": "hunter2"}, '
    source = TEST.replace('"headers": headers', f'{password}"headers": {{**headers, "X-Api-Key": "kkkk"}}')
    bench.write("monitors/outside.py", source)
    for _ in range(2):
        for format in ("text", "json", "markdown", "html", "tree"):
            told = bench.ddsync("plan", "--format", format, status=None)
            for secret in ("c2hvcDpwYXNz", "ZWRpdGVk", "hunter2", "hunter3", "kkkk", "llll"):
                assert secret not in told.out + told.err, (format, secret)
        bench.apply()
        edited = source.replace("c2hvcDpwYXNz", "ZWRpdGVk").replace("hunter2", "hunter3").replace("kkkk", "llll")
        bench.write("monitors/outside.py", edited)
    assert "hunter" not in bench.ddsync("render").out


CORRECTION = '''\
from datetime import UTC, datetime
from dd_sync import SLO, SLOCorrection, define

@define
def answers() -> SLO:
    """Requests are answered."""
    return SLO(name="Answers", target=99.9, numerator="sum:good{*}.as_count()", denominator="sum:all{*}.as_count()")

@define
def move() -> SLOCorrection:
    """The database moves."""
    return SLOCorrection(
        category="Scheduled Maintenance",
        slo_id=answers.ref(),
        start=datetime(2027, 1, 15, 8, tzinfo=UTC),
        end=datetime(2027, 1, 15, 10, tzinfo=UTC),
    )
'''


def test_a_correction_of_an_slo_is_made_planned_to_nothing_changed_and_deleted(bench: Workbench) -> None:
    bench.write("slos/shop.py", CORRECTION)
    bench.apply()
    made = only(bench, "slo-correction")
    assert made["slo_id"] == only(bench, "slo")["id"]
    assert made["description"].splitlines()[0] == "The database moves."
    assert bench.plan()["changes"] == []
    bench.write("slos/shop.py", CORRECTION.replace("15, 10,", "15, 11,"))
    bench.apply()
    assert only(bench, "slo-correction")["end"] == made["end"] + 3600
    assert bench.plan()["changes"] == []
    bench.write("slos/shop.py", CORRECTION.partition("@define\ndef move")[0])
    bench.apply("--allow-delete", "1")
    assert bench.live("slo-correction") == []


def test_a_correction_is_made_anew_with_the_slo_it_is_of(bench: Workbench) -> None:
    bench.write("slos/shop.py", CORRECTION)
    bench.apply()
    before = only(bench, "slo-correction")
    query = {"data_source": "metrics", "name": "q", "query": "avg:a{*}"}
    counted = {"query": {"formulas": [{"formula": "q"}], "queries": [query]}, "comparator": ">", "threshold": 1}
    numbers = 'numerator="sum:good{*}.as_count()", denominator="sum:all{*}.as_count()"'
    counted_by_slice = CORRECTION.replace(numbers, f"sli_specification={{'time_slice': {counted}}}")
    bench.write("slos/shop.py", counted_by_slice)
    actions = {(one["kind"], one["action"]) for one in bench.plan()["changes"]}
    assert actions == {("slo", "replace"), ("slo-correction", "replace")}
    bench.apply("--allow-replace", "2")
    after = only(bench, "slo-correction")
    assert after["slo_id"] == only(bench, "slo")["id"] != before["slo_id"]
    assert bench.plan()["changes"] == []
