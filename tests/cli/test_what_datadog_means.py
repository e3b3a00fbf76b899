"""Plans over what Datadog makes of a definition: drafts, missing data, access, schedules."""

from __future__ import annotations

from typing import Any

import pytest

from tests.workbench import Workbench

SETTINGS = "project: acme\npacks: []\nsync: [downtime]\ntargets:\n  prod: {site: datadoghq.eu}\n"


def define(bench: Workbench, **fields: Any) -> None:
    """One monitor with these fields."""
    fields = {"name": "Load", "query": "avg(last_5m):avg:load{*} by {host} > 4", "message": "@pagerduty-x", **fields}
    said = ", ".join(f"{name}={value!r}" for name, value in fields.items())
    text = '"""Load."""\nfrom dd_sync import Monitor, define\n\n@define\ndef load() -> Monitor:\n    """Load."""\n'
    bench.write("monitors/load.py", f"{text}    return Monitor({said})\n")


@pytest.fixture
def plain(bench: Workbench) -> Workbench:
    bench.write("ddsync.yaml", SETTINGS)
    bench.write("monitors/eks.py", "")
    define(bench)
    return bench


def edit(bench: Workbench, **options: Any) -> None:
    """Somebody saves the monitor in Datadog's editor."""
    (live,) = bench.live("monitor")
    bench.emulator.edit("monitor", live["id"], lambda body: {**body, "options": {**body["options"], **options}})


def test_an_editors_save_is_no_drift(plain: Workbench) -> None:
    plain.apply()
    edit(plain, timeout_h=0, renotify_interval=0, escalation_message="", evaluation_delay=0, renotify_statuses=[])
    assert plain.plan()["changes"] == []


def test_missing_data_is_three_things_and_none_of_them_is_another(plain: Workbench) -> None:
    plain.apply()
    for way in ({"on_missing_data": "default"}, {"notify_no_data": True}, {}):
        define(plain, **way)
        (change,) = plain.plan()["changes"]
        assert change["cause"] == "code"
        plain.apply()
        assert plain.plan()["changes"] == []
        (live,) = plain.live("monitor")
        assert live["options"].get("on_missing_data") == way.get("on_missing_data")


def test_what_is_about_to_be_refused_is_said_once(plain: Workbench) -> None:
    define(plain, notify_no_data=True)
    notices = [one["text"] for one in plain.plan()["notices"] if "notify_no_data" in one["text"]]
    assert len(notices) == 1
    define(plain, on_missing_data="show_and_notify_no_data")
    assert not [one for one in plain.plan()["notices"] if "notify_no_data" in one["text"]]


MOVES = [{}, {"draft_status": "published"}, {"draft_status": "draft"}]


@pytest.mark.parametrize("before", MOVES)
@pytest.mark.parametrize("after", MOVES)
def test_a_draft_tells_nobody_and_is_published_by_taking_the_word_out(
    plain: Workbench, before: dict[str, str], after: dict[str, str]
) -> None:
    define(plain, **before)
    plain.apply()
    define(plain, **after)
    was, becomes = ("draft" in one.values() for one in (before, after))
    changes = plain.plan()["changes"]
    assert bool(changes) is (was is not becomes)
    for change in changes:
        told = [change["notify"][side]["alert"] for side in ("before", "after")]
        assert told == [[] if was else ["@pagerduty-x"], [] if becomes else ["@pagerduty-x"]]
    plain.apply()
    (live,) = plain.live("monitor")
    assert (live["draft_status"] == "draft") is becomes
    assert plain.plan()["changes"] == []


def test_a_restriction_policy_is_sent_and_compared(plain: Workbench) -> None:
    policy = {"bindings": [{"relation": "editor", "principals": ["role:a"]}]}
    define(plain, restriction_policy=policy)
    plain.apply()
    (live,) = plain.live("monitor")
    assert live["restriction_policy"] == policy
    assert plain.plan()["changes"] == []
    plain.emulator.edit("monitor", live["id"], lambda body: {**body, "restriction_policy": {"bindings": []}})
    (change,) = plain.plan()["changes"]
    assert change["cause"] == "drift"


def quiet(bench: Workbench, message: str, **schedule: str) -> None:
    text = '"""Quiet."""\nfrom dd_sync import Downtime, define\n\n@define\ndef night() -> Downtime:\n    """Quiet."""\n'
    said = f"scope='env:dev', message={message!r}, schedule={schedule!r}"
    bench.write("monitors/quiet.py", f"{text}    return Downtime({said})\n")


def test_a_downtime_that_has_begun_is_edited_without_its_schedule(plain: Workbench) -> None:
    quiet(plain, "one", end="2037-01-01T00:00:00Z")
    plain.apply()
    (live,) = plain.emulator.objects("downtime")
    start = live["schedule"]["start"]
    quiet(plain, "two", end="2037-01-01T00:00:00Z")
    plain.apply()
    (live,) = plain.emulator.objects("downtime")
    assert live["message"].startswith("two")
    assert live["schedule"]["start"] == start
    quiet(plain, "two", end="2037-02-01T00:00:00Z")
    plain.apply()
    assert plain.plan()["changes"] == []


def test_a_plan_says_what_to_do_about_a_time_that_is_past(plain: Workbench) -> None:
    quiet(plain, "over", end="2020-01-01T00:00:00Z")
    assert any("take the definition out" in one["text"] for one in plain.plan()["notices"])
    quiet(plain, "begun", start="2020-01-01T00:00:00Z", end="2037-01-01T00:00:00Z")
    assert any("leave start out" in one["text"] for one in plain.plan()["notices"])
