"""The MongoDB pack on small projects: servers of one's own, Atlas, single servers, sharded clusters."""

from __future__ import annotations

import functools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_sync.project.build import Built
from dd_sync.rules.dashboards import widgets
from tests.packs.building import (
    built,
    definitions,
    findings,
    metric_names,
    names,
    paging,
    payloads,
    queries,
    requests,
    sections,
    strangers,
    used_variables,
)

OWN = "{name: orders, env: prod, team: platform, members: 5, replset: rs0}"
SHARDED = "{name: events, env: prod, team: platform, sharded: true}"
SINGLE = "{name: single, env: prod, team: platform, members: 1}"
ATLAS = "{name: catalog, env: prod, team: platform, hosting: atlas, connection_limit: 3000, atlas_alerts: true}"
STAGING = "{name: orders-staging, env: staging, team: platform}"
OF_REPLICA_SETS = {
    *("no-primary", "member-unhealthy", "members-missing", "election", "replication-lag", "oplog-window"),
    *("primary-burn", "members-burn", "lag-burn"),
}


def pack(*deployments: str, level: str = "full", more: str = "") -> Built:
    return built(f"packs: {{mongodb: {level}}}", f"mongodb: [{', '.join(deployments)}]", more)


@functools.cache
def pack_once() -> Built:
    return pack(SHARDED, OWN, ATLAS)


@pytest.fixture(scope="module")
def whole() -> Built:
    return pack_once()


def test_every_definition_applies_to_one_of_the_two_hostings(whole: Built) -> None:
    watching = {name for name in names(whole, "monitor") if not name.endswith(("-burn", "-budget"))}
    atlas = {name for name in watching if name.startswith("atlas-")}
    assert len(atlas) == 18
    assert len(watching - atlas) == 34
    assert names(whole, "slo") == {"primary", "members", "read-latency", "write-latency", "lag", "reachable"}
    assert names(whole, "dashboard") == {"overview", "clients"}


@pytest.mark.parametrize(
    ("deployment", "level", "monitors", "slos"),
    [
        (OWN, "core", 12, 6),
        (OWN, "standard", 30, 6),
        (OWN, "full", 37, 6),
        (SHARDED, "full", 37, 5),
        (SINGLE, "full", 24, 3),
        (ATLAS, "core", 5, 3),
        (ATLAS, "standard", 20, 3),
        (ATLAS, "full", 21, 3),
    ],
)
def test_each_level_brings_its_share(deployment: str, level: str, monitors: int, slos: int) -> None:
    made = pack(deployment, level=level)
    assert len(payloads(made, "monitor")) == monitors
    assert len(payloads(made, "slo")) == slos
    assert len(payloads(made, "dashboard")) == 2


def test_core_is_what_pages_and_the_level_follows_from_the_priority(whole: Built) -> None:
    at = {1: "core", 2: "core", 3: "standard", 4: "full", 5: "full"}
    for key, payload in payloads(whole, "monitor").items():
        name = key.split("/")[1]
        level = (
            "standard" if name == "can-connect" else definitions(whole, "monitor")[name].level
        )  # an SLO stands on it
        assert level == at[payload["priority"]], key
        assert (key in paging(whole)) == (level == "core"), key


def test_of_one_lost_member_one_monitor_pages() -> None:
    made = pack(OWN)
    about_members = {"can-connect", "member-unhealthy", "members-missing", "election"}
    assert {key.split("/")[1] for key in paging(made)} & about_members == {"members-missing"}


def test_of_slowness_the_symptom_pages_and_the_engine_only_informs(whole: Built) -> None:
    engine = (
        "cache",
        "tickets",
        "queue-readers",
        "app-eviction",
        "cpu",
        "query",
        "atlas-cpu",
        "atlas-iops",
        "atlas-queue",
    )
    assert not [key for key in paging(whole) if key.split("/")[1].startswith(engine)]


def test_outside_production_nobody_is_woken() -> None:
    made = pack(STAGING)
    assert len(payloads(made, "monitor")) > 30
    assert not paging(made)


def test_the_query_checks_find_nothing_to_say() -> None:
    assert findings(pack(OWN, SHARDED, SINGLE, ATLAS, STAGING)) == []


# What each hosting is asked for


def test_atlas_and_own_servers_are_asked_for_their_own_metrics_alone() -> None:
    for deployment, is_theirs in ((ATLAS, True), (OWN, False)):
        used = {n for where, found in metric_names(pack(deployment)).items() if "clients" not in where for n in found}
        assert used
        assert {name for name in used if name.startswith("mongodb.atlas.") is not is_theirs} == set()


def test_a_single_server_is_not_asked_for_a_replica_set() -> None:
    made = pack(SINGLE)
    assert names(made, "monitor") & OF_REPLICA_SETS == set()
    assert names(made, "slo") == {"read-latency", "write-latency", "reachable"}
    watched = [p["query"] for p in [*payloads(made, "monitor").values()]]
    assert not [query for query in watched if "mongodb.replset." in query or "replset_state:primary" in query]


def test_a_replica_set_is_expected_to_have_the_members_of_the_inventory() -> None:
    assert payloads(pack(OWN), "monitor")["mongodb/members-missing/orders"]["query"].endswith("< 5")
    made = pack(OWN, more="monitors: {members-missing: {critical: 4}}")
    assert payloads(made, "monitor")["mongodb/members-missing/orders"]["query"].endswith("< 4")


def test_from_mongodb_7_on_free_tickets_say_nothing() -> None:
    tickets = {"tickets-read", "tickets-write"}
    assert tickets <= names(pack(OWN.replace("}", ", major_version: 6}")), "monitor")
    assert not tickets & names(pack(OWN.replace("}", ", major_version: 7}")), "monitor")


def test_cpu_is_known_only_where_the_agent_runs_beside_the_server() -> None:
    assert "cpu" in names(pack(OWN), "monitor")
    assert "cpu" not in names(pack(OWN.replace("}", ", agent_on_host: false}")), "monitor")


def test_only_sharded_clusters_have_orphans_and_no_minimum_over_all_shards() -> None:
    sharded, plain = pack(SHARDED), pack(OWN)
    assert "orphans" in names(sharded, "monitor") - names(plain, "monitor")
    assert "primary" in names(plain, "slo") - names(sharded, "slo")


def test_silence_is_an_alert_where_it_means_that_a_member_is_gone(whole: Built) -> None:
    loud = {
        key.split("/")[1]
        for key, payload in payloads(whole, "monitor").items()
        if payload["options"].get("on_missing_data") == "show_and_notify_no_data"
        or payload["options"].get("notify_no_data")
    }
    assert loud == {"no-primary", "atlas-silent"}


# Texts


def test_names_and_runbooks_show_only_tags_the_query_is_grouped_by(whole: Built) -> None:
    assert {key: strangers(payload) for key, payload in payloads(whole, "monitor").items() if strangers(payload)} == {}


def test_no_two_objects_of_a_team_have_one_name() -> None:
    made = pack(OWN, SHARDED, SINGLE, ATLAS, STAGING)
    for kind, field in (("monitor", "name"), ("slo", "name"), ("dashboard", "title")):
        count = Counter(payload[field] for payload in payloads(made, kind).values())
        assert count.most_common(1)[0][1] == 1


def test_every_runbook_says_what_to_do_first_why_and_when_it_is_over(whole: Built) -> None:
    for name, definition in definitions(whole, "monitor").items():
        assert sections(definition.docstring)[:3] == ["First step", "Likely causes", "Over when"], name


def test_no_message_leaves_the_reader_in_doubt_and_each_leads_somewhere(whole: Built) -> None:
    for key, payload in payloads(whole, "monitor").items():
        assert "nconfirmed" not in payload["message"], key
        assert "](https://app.datadoghq.com/dashboard/" in payload["message"], key


# Numbers


@given(factor=st.floats(0.5, 1.5))
@settings(max_examples=40, deadline=None)
def test_one_changed_threshold_never_contradicts_another(factor: float) -> None:
    for (kind, _), origin in pack_once().origins.items():
        values = dict(origin.chosen.values)
        if kind == "monitor" and values.get("critical") is not None:
            values["critical"] = origin.definition.validate({"critical": values["critical"] * factor}, str)["critical"]
            assert len(list(origin.definition.build(origin.entry, values))) == 1


@pytest.mark.parametrize(
    ("deployment", "key", "critical"),
    [(OWN, "mongodb/read-latency/orders", 30000), (ATLAS, "mongodb/atlas-read-latency/catalog", 50)],
)
def test_reads_may_take_tens_of_milliseconds_whoever_measures_them(deployment: str, key: str, critical: int) -> None:
    """The Agent reports microseconds, Atlas milliseconds."""
    assert payloads(pack(deployment), "monitor")[key]["options"]["thresholds"]["critical"] == critical


@pytest.mark.parametrize(
    ("deployment", "key", "limit"),
    [(OWN, "mongodb/read-latency/orders", 20000), (ATLAS, "mongodb/read-latency/catalog", 20)],
)
def test_the_slo_of_reads_is_counted_in_the_unit_of_its_metric(deployment: str, key: str, limit: int) -> None:
    for milliseconds, factor in ((20, 1), (40, 2)):
        made = pack(deployment, more=f"slos: {{mongodb/read-latency: {{milliseconds: {milliseconds}}}}}")
        assert payloads(made, "slo")[key]["sli_specification"]["time_slice"]["threshold"] == limit * factor


# SLOs


def test_each_slo_has_one_alert_but_those_of_checks_which_datadog_refuses_alerts_on(whole: Built) -> None:
    alerts = [payload["query"] for payload in payloads(whole, "monitor").values() if payload["type"] == "slo alert"]
    assert sorted(query.split('"')[1] for query in alerts) == sorted(
        f"${{slo:{key}}}" for key, slo in payloads(whole, "slo").items() if slo["type"] != "monitor"
    )
    assert all(query.startswith("burn_rate") for query in alerts)


def test_a_primary_is_asked_for_every_minute(whole: Built) -> None:
    slices = payloads(whole, "slo")["mongodb/primary/orders"]["sli_specification"]["time_slice"]
    assert (slices["query_interval_seconds"], slices["comparator"], slices["threshold"]) == (60, "<", 2)


# Dashboards


@pytest.mark.parametrize(("deployment", "followed"), [(OWN, {"clustername", "replset_name"}), (ATLAS, {"clustername"})])
def test_every_query_of_a_page_follows_every_choice(deployment: str, followed: set[str]) -> None:
    (dashboard,) = (p for key, p in payloads(pack(deployment), "dashboard").items() if "overview" in key)
    assert {variable["name"] for variable in dashboard["template_variables"]} == followed
    for text, _ in queries("dashboard", dashboard):
        assert used_variables(text) == followed, text


@pytest.mark.parametrize(
    ("deployments", "opens_on"), [([OWN, ATLAS], ["prod"]), ([OWN, STAGING], ["*"])], ids=["one", "several"]
)
def test_the_page_of_clients_opens_on_the_one_environment_there_is(deployments: list[str], opens_on: list[str]) -> None:
    dashboard = payloads(pack(*deployments), "dashboard")["mongodb/clients"]
    assert dashboard["template_variables"][0]["defaults"] == opens_on
    assert all(used_variables(text) == {"env"} for text, _ in queries("dashboard", dashboard))


def test_without_deployments_there_is_no_page_of_clients() -> None:
    assert payloads(built("packs: {mongodb: full}"), "dashboard") == {}


def test_every_widget_has_a_title_and_every_number_a_unit(whole: Built) -> None:
    for dashboard in payloads(whole, "dashboard").values():
        assert all(definition.get("title") for _, definition in widgets(dashboard))
        for request, _ in requests(dashboard):
            for formula in request["formulas"]:
                unit = formula["number_format"]["unit"]
                assert unit.get("unit_name") or unit.get("label"), formula


def test_groups_stand_in_the_order_of_an_incident(whole: Built) -> None:
    def groups(key: str) -> list[str]:
        return [widget["definition"]["title"] for widget in payloads(whole, "dashboard")[key]["widgets"]]

    assert groups("mongodb/overview/orders") == ["Overview", "Health", "Load", "Saturation", "Query efficiency"]
    assert groups("mongodb/overview/catalog") == ["Overview", "Health", "Load", "Saturation", "Query efficiency"]


@pytest.mark.parametrize("deployment", [OWN, SHARDED, SINGLE, ATLAS])
def test_a_page_shows_the_budget_of_each_slo_there_is(deployment: str) -> None:
    made = pack(deployment)
    budgets = {d["slo_id"] for p in payloads(made, "dashboard").values() for _, d in widgets(p) if d["type"] == "slo"}
    assert budgets == {f"${{slo:{key}}}" for key in payloads(made, "slo")}


def test_budgets_can_be_left_out_with_an_slo_that_is_switched_off() -> None:
    off = "slos: {lag: off}\nmonitors: {lag-burn: off}\ndashboards: {mongodb/overview: {budgets: false}}"
    assert "lag" not in names(pack(OWN, more=off), "slo")


def test_monitors_and_slos_carry_the_tags_their_page_searches_for(whole: Built) -> None:
    shown = {d["type"]: d for _, d in widgets(payloads(whole, "dashboard")["mongodb/overview/orders"])}
    tags = ["pack:mongodb", "clustername:orders"]
    assert all(f'"{tag}"' in shown["manage_status"]["query"] for tag in tags)
    assert shown["slo_list"]["requests"][0]["query"]["query_string"].split() == tags
    for kind in ("monitor", "slo"):
        mine = [payload for key, payload in payloads(whole, kind).items() if key.endswith("/orders")]
        assert mine
        assert all(set(tags) <= set(payload["tags"]) for payload in mine)
