"""What a run says to machines: JSON logs, an event and numbers for Datadog, series for the page."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from dd_sync.emulator import Fault
from tests.workbench import APP_KEY, MONITOR, Ran, Workbench


def logged(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.err.splitlines()]


def test_a_log_for_machines_is_an_object_a_line(bench: Workbench) -> None:
    lines = logged(bench.apply("--log-format", "json"))
    assert all({"timestamp", "level", "message"} <= line.keys() for line in lines)
    begins, change, ends = (line for line in lines if line["message"] != "notice")
    assert begins["changes"]["create"] == 1
    assert (change["action"], change["key"], change["status"]) == ("create", "eks/cpu-high/prod-eu-1", "done")
    assert (ends["outcomes"]["done"], ends["receipt"][:18]) == (1, ".ddsync/receipts/2")


def test_an_error_is_a_line_with_its_level_and_hint(bench: Workbench) -> None:
    (line,) = logged(bench.ddsync("plan", "--log-format", "json", "--only", "nothing/*", status=1))
    assert (line["level"], line["message"]) == ("error", "nothing matches --only nothing/*")
    assert "ddsync explain" in line["hint"]


def test_the_next_run_speaks_text_again(bench: Workbench) -> None:
    bench.ddsync("plan", "--log-format", "json", "--only", "nothing/*", status=1)
    assert bench.ddsync("plan", "--only", "nothing/*", status=1).err.startswith("nothing matches")


def test_a_plan_says_what_it_found(bench: Workbench) -> None:
    (line,) = logged(bench.ddsync("plan", "--log-format", "json"))
    assert (line["message"], line["changes"]["create"], line["target"]) == ("plan made", 1, "prod")


def test_an_unknown_log_format_is_a_mistake_of_the_command_line(bench: Workbench) -> None:
    assert 'no log format "xml"' in bench.ddsync("plan", "--log-format", "xml", status=64).err


def test_keys_are_in_no_log(bench: Workbench) -> None:
    bench.write("monitors/eks.py", MONITOR.replace("[EKS]", APP_KEY))
    ran = bench.apply("--log-format", "json")
    assert APP_KEY not in ran.err + ran.out


def metrics(bench: Workbench) -> dict[str, float]:
    return {one["metric"]: one["points"][0][1] for one in bench.live("series")}


def test_an_apply_is_an_event_and_numbers_when_asked(bench: Workbench) -> None:
    bench.ddsync("apply", "--yes", "--emit-event", GITHUB_ACTOR="ada", GITHUB_SHA="4be1c22dddd")
    (event,) = bench.live("event")
    assert event["title"] == "ddsync acme/prod: 1 created"
    assert event["text"].startswith("by ada, commit 4be1c22\n+ monitor eks/cpu-high/prod-eu-1")
    assert "env:prod" in event["tags"]
    assert abs(event["date_happened"] - time.time()) < 600
    assert metrics(bench)["ddsync.apply.outcomes"] == 1


def test_an_apply_without_changes_sends_numbers_alone(bench: Workbench) -> None:
    bench.apply()
    bench.apply("--emit-event")
    assert bench.live("event") == []
    assert metrics(bench)["ddsync.drift"] == 0
    assert metrics(bench)["ddsync.objects"] == 1


def test_nothing_is_sent_unless_asked(bench: Workbench) -> None:
    bench.apply()
    assert bench.live("event") == bench.live("series") == []


def test_an_event_that_cannot_be_sent_does_not_change_how_an_apply_ended(bench: Workbench) -> None:
    bench.emulator.faults.append(Fault(("POST", "/api/v1/events"), "status", status=403))
    ran = bench.apply("--emit-event")
    assert "done: 1 created" in ran.out
    assert "notice: Datadog was not told about this apply: 403" in ran.err


@pytest.fixture
def measured(bench: Workbench) -> Workbench:
    now = int(time.time())
    values = [(now - 60 * n, 50 + n) for n in range(30)]
    tags = ["kube_cluster_name:prod-eu-1", "env:prod", "host:a"]
    bench.emulator.put_series("system.cpu.user", tags, values)
    return bench


def test_a_page_draws_what_was_measured_when_asked(measured: Workbench) -> None:
    page = measured.ddsync("plan", "--format", "html", "--series").out
    assert "<polyline" in page
    assert "measured over 29 min" in page
    assert "<polyline" not in measured.ddsync("plan", "--format", "html").out


def test_where_series_may_not_be_read_the_page_does_without_and_asks_no_more(measured: Workbench) -> None:
    measured.write("monitors/more.py", MONITOR.replace("cpu_high", "cpu_higher"))
    measured.emulator.faults.append(Fault(("GET", "/api/v1/query"), "status", status=403))
    ran = measured.ddsync("plan", "--format", "html", "--series")
    assert "no series was read" in ran.out
    assert ran.err.count("notice: no series for the page: 403") == 1
    assert [seen.path for seen in measured.emulator.calls].count("/api/v1/query") == 1


def test_a_query_that_cannot_be_answered_leaves_the_others(measured: Workbench) -> None:
    measured.write("monitors/a.py", MONITOR.replace("avg:system", "2 * avg:system").replace("cpu_high", "cpu_twice"))
    ran = measured.ddsync("plan", "--format", "html", "--series")
    assert ran.out.count("<polyline") == 1
    assert ran.out.count("no series was read") == 1
