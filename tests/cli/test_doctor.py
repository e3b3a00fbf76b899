"""`ddsync doctor`: what it finds, in words and in JSON, and how it ends."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.workbench import API_KEY, APP_KEY, SETTINGS, Ran, Workbench, workbench

READS = ("monitors_read", "slos_read", "dashboards_read")


def checks(ran: Ran, about: str) -> list[dict[str, Any]]:
    return [check for check in ran.json["checks"] if check["about"] == about]


def examined(bench: Workbench, *arguments: str, status: int = 0, **environment: Any) -> Ran:
    return bench.ddsync("doctor", "--format", "json", *arguments, status=status, **environment)


def worst(bench: Workbench, status: int = 0) -> list[tuple[str, str]]:
    """What is no mere note, by what it is about."""
    found = examined(bench, status=status).json["checks"]
    return [(check["about"], check["status"]) for check in found if check["status"] in ("warning", "error")]


def test_a_healthy_target_is_ok(bench: Workbench) -> None:
    bench.apply()
    assert worst(bench) == []
    ran = bench.ddsync("doctor")
    assert ran.out.startswith("acme/prod at 127.0.0.1:")
    assert "the clocks agree" in ran.out
    assert "1 objects belong to acme/prod" in ran.out
    assert ran.err == ""


def test_nothing_is_changed_and_no_definition_is_run(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "raise SystemExit('ran')\n")
    examined(bench)
    assert {call.method for call in bench.emulator.calls} == {"GET"}


def test_it_works_on_the_embedded_emulator(bench: Workbench) -> None:
    bench.environment = {"NO_COLOR": "1"}
    bench.write(
        "ddsync.yaml", SETTINGS.replace("prod: {site: datadoghq.eu}", "local: {emulator: .ddsync/local.sqlite}")
    )
    ran = examined(bench)
    assert {one["able"] for one in ran.json["commands"]} == {True}


# Keys


@pytest.mark.parametrize(
    ("keys", "about"), [({"api_keys": {"other"}}, "api-key"), ({"app_keys": {"other"}}, "app-key")]
)
def test_keys_that_are_not_accepted_are_an_error(tmp_path: Path, keys: dict[str, Any], about: str) -> None:
    with workbench(tmp_path, **keys) as bench:
        ran = examined(bench, status=1)
        assert [check["status"] for check in checks(ran, about)] == ["error"]
        assert "site" in checks(ran, about)[0]["fix"]
        assert ran.json["commands"] == []
        assert not any(key in ran.out + ran.err for key in (API_KEY, APP_KEY))


def test_the_scopes_of_the_key_are_told_to_a_key_that_may_ask(tmp_path: Path) -> None:
    with workbench(tmp_path, app_key_scopes={APP_KEY: (*READS, "user_app_keys")}) as bench:
        ran = examined(bench)
        check = checks(ran, "app-key")[0]
        assert {one["scope"] for one in check["details"]} == {*READS, "user_app_keys"}
        able = {one["command"]: one for one in ran.json["commands"]}
        assert able["plan"]["able"] is True
        assert able["apply"]["able"] is False
        assert [one["scope"] for one in able["apply"]["missing"]] == [
            "monitors_write",
            "slos_write",
            "dashboards_write",
        ]
        assert [one["scope"] for one in able["drift"]["without"]] == ["audit_logs_read"]


def test_what_cannot_be_told_is_not_claimed(tmp_path: Path) -> None:
    with workbench(tmp_path, app_key_scopes={APP_KEY: READS}) as bench:
        able = {one["command"]: one for one in examined(bench).json["commands"]}
        assert able["plan"]["able"] is True
        assert able["apply"]["able"] is None
        assert "not known" in bench.ddsync("doctor").out


def test_two_keys_that_end_alike_with_other_scopes_tell_nothing(tmp_path: Path) -> None:
    with workbench(tmp_path, app_key_scopes={APP_KEY: (*READS, "user_app_keys")}) as bench:
        twin = {"name": "twin", "last4": APP_KEY[-4:], "scopes": ["monitors_write"]}
        bench.emulator.put("application_key", {"type": "application_keys", "attributes": twin}, id="twin")
        able = {one["command"]: one["able"] for one in examined(bench).json["commands"]}
        assert able["plan"] is True
        assert able["apply"] is None


def test_an_unscoped_key_has_what_its_user_has(tmp_path: Path) -> None:
    with workbench(tmp_path, user_permissions={*READS, "user_app_keys", "monitors_write"}) as bench:
        mine = {"name": "ci", "last4": APP_KEY[-4:], "scopes": None}
        bench.emulator.put("application_key", {"type": "application_keys", "attributes": mine}, id="mine")
        ran = examined(bench)
        assert "every permission of its user" in checks(ran, "app-key")[0]["text"]
        able = {one["command"]: one for one in ran.json["commands"]}
        assert [one["scope"] for one in able["apply"]["missing"]] == ["slos_write", "dashboards_write"]


def test_a_kind_that_cannot_be_seen_is_an_error_that_names_the_permission(tmp_path: Path) -> None:
    with workbench(tmp_path, app_key_scopes={APP_KEY: ("monitors_read",)}) as bench:
        ran = examined(bench, status=1)
        texts = [check["text"] for check in checks(ran, "unseen")]
        assert any("SLOs" in text and "slos_read" in text for text in texts)
        assert any("dashboards" in text and "dashboards_read" in text for text in texts)
        assert len(texts) == 2


def test_for_a_command_it_fails_when_that_cannot_work(tmp_path: Path) -> None:
    with workbench(tmp_path, app_key_scopes={APP_KEY: (*READS, "user_app_keys")}) as bench:
        examined(bench, "--for", "plan")
        examined(bench, "--for", "plan", "--for", "apply", status=1)
        assert "Did you mean apply?" in bench.ddsync("doctor", "--for", "aply", status=64).err


# The line


@pytest.mark.parametrize(("ahead", "status"), [(0, "ok"), (20, "ok"), (90, "warning"), (-3600, "warning")])
def test_clocks_that_differ_are_told(bench: Workbench, ahead: int, status: str) -> None:
    bench.emulator.world.clock = lambda: datetime.now(UTC) + timedelta(seconds=ahead)
    check = checks(examined(bench), "clock")[0]
    assert check["status"] == status
    assert abs(check["details"][0]["seconds_ahead"] - ahead) <= 2


def test_a_rate_limit_with_little_room_is_told(tmp_path: Path) -> None:
    with workbench(tmp_path, rate_limit=12) as bench:
        bench.emulator.limits.period = 10_000_000
        for _ in range(9):
            bench.emulator.limits.count("monitor", bench.emulator.seconds())
        check = checks(examined(bench), "rate-limits")[0]
        assert check["status"] == "warning"
        assert "monitor" in check["text"]
        assert {room["name"] for room in check["details"]} >= {"monitor", "dashboard", "slo"}


def test_an_address_that_nobody_answers_is_an_error(bench: Workbench) -> None:
    ran = examined(bench, status=1, DD_HOST="http://127.0.0.1:9")
    assert checks(ran, "reach")[0]["status"] == "error"
    assert checks(ran, "receipts")


def test_a_site_that_is_none_is_told(bench: Workbench) -> None:
    bench.write("ddsync.yaml", SETTINGS.replace("datadoghq.eu", "datadoghq.invalid"))
    bench.environment.pop("DD_HOST")
    ran = bench.ddsync("doctor", status=1)
    assert "ddsync.yaml:8: targets.prod: datadoghq.invalid is no site of Datadog. Did you mean" in ran.err


# Objects


def test_two_objects_of_one_identity_are_an_error_with_the_commands_that_settle_it(bench: Workbench) -> None:
    bench.apply()
    original = bench.live("monitor")[0]
    clone = bench.emulator.put("monitor", {**original, "id": None, "name": "[Clone] of it"}, id=987654)
    ran = examined(bench, status=1)
    check = checks(ran, "duplicates")[0]
    assert {one["id"] for one in check["details"]} == {original["id"], clone}
    assert f"ddsync release monitor:{clone}" in check["fix"]
    bench.ddsync("release", "--yes", f"monitor:{clone}")
    assert worst(bench) == []


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        (["managed_by:ddsync"], "no-id"),
        (["managed_by:ddsync", "ddsync_id:acme"], "malformed-id"),
        (["managed_by:ddsync", "ddsync_id:acme/gone/eks/x"], "unknown-target"),
    ],
)
def test_what_looks_like_ours_and_is_not_is_told_with_its_page(bench: Workbench, tags: list[str], why: str) -> None:
    id = bench.emulator.put("monitor", {"name": "odd \x1b[31mone", "type": "metric alert", "tags": tags})
    detail = checks(examined(bench), "strangers")[0]["details"][0]
    assert (detail["id"], detail["why"]) == (id, why)
    assert str(id) in detail["url"]
    shown = bench.ddsync("doctor").out
    assert f"monitor:{id}" in shown
    assert "\x1b" not in shown


def test_objects_of_other_projects_are_counted_and_left_alone(bench: Workbench) -> None:
    for n in range(3):
        tags = ["managed_by:ddsync", f"ddsync_id:web/prod/x/{n}"]
        bench.emulator.put("monitor", {"name": f"m{n}", "type": "metric alert", "tags": tags})
    ran = examined(bench)
    assert checks(ran, "others")[0]["details"] == [{"owner": "web/prod", "objects": 3}]
    assert [check["status"] for check in checks(ran, "strangers")] == ["ok"]


def test_an_identity_that_was_lost_is_told(bench: Workbench) -> None:
    bench.apply()
    id = bench.live("monitor")[0]["id"]
    bench.emulator.edit("monitor", id, lambda body: body | {"tags": []})
    check = checks(examined(bench), "strangers")[0]
    assert check["details"][0]["why"] == "identity-lost"
    assert "import --adopt" in check["fix"]


def test_objects_that_only_some_may_edit_are_told(bench: Workbench) -> None:
    bench.apply()
    id = bench.live("monitor")[0]["id"]
    bench.emulator.edit("monitor", id, lambda body: body | {"restricted_roles": ["r"]})
    assert checks(examined(bench), "protected")[0]["details"][0]["id"] == id


# Receipts


@pytest.mark.parametrize(
    ("setting", "environment", "status"),
    [
        ("", {}, "note"),
        ("", {"CI": "1"}, "warning"),
        ("receipts: kept/receipts\n", {"CI": "1"}, "ok"),
    ],
)
def test_receipts_that_do_not_last_are_told(
    bench: Workbench, setting: str, environment: dict[str, Any], status: str
) -> None:
    bench.write("ddsync.yaml", SETTINGS + setting)
    assert checks(examined(bench, "--target", "prod", **environment), "receipts")[0]["status"] == status


def test_the_json_holds_all_that_the_text_shows_and_more(bench: Workbench) -> None:
    bench.apply()
    made = json.loads(examined(bench).out)
    assert (made["format"], made["project"], made["target"], made["ok"]) == (1, "acme", "prod", True)
    text = bench.ddsync("doctor").out
    assert all(check["text"] in text for check in made["checks"] if check["about"] != "receipts")
    assert all(one["command"] in text for one in made["commands"])
