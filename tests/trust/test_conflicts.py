"""What code and Datadog both changed: told with what was applied last, wherever a plan is shown; and settled."""

from __future__ import annotations

import pytest

from tests.workbench import Workbench

KEY = "eks/disk"
DISK = '''\
from dd_sync import Monitor, define


@define
def disk() -> Monitor:
    """A disk fills up."""
    return Monitor(
        name="Disk",
        query="avg(last_5m):avg:system.disk.in_use{*} > 5",
        priority=3,
        renotify_interval=60,
    )
'''


@pytest.fixture
def conflict(bench: Workbench) -> Workbench:
    """The code has another threshold, Datadog another priority and another interval."""
    bench.write("monitors/eks.py", DISK)
    bench.apply()
    (live,) = bench.live("monitor")
    options = {**live["options"], "renotify_interval": 90}
    bench.emulator.edit("monitor", live["id"], lambda body: {**body, "priority": 1, "options": options})
    bench.write("monitors/eks.py", DISK.replace("> 5", "> 2"))
    return bench


def test_json_has_three_sides(conflict: Workbench) -> None:
    (change,) = conflict.plan()["changes"]
    assert change["cause"] == "both"
    sides = {one["path"]: (one["applied"], one["code"], one["datadog"]) for one in change["conflict"]}
    assert sides["priority"] == (3, 3, 1)
    assert sides["options.renotify_interval"] == (60, 60, 90)
    assert sides["options.thresholds.critical"] == (5, 2, 5)


def test_the_terminal_has_three_columns(conflict: Workbench) -> None:
    for ran in (conflict.ddsync("plan"), conflict.ddsync("drift", status=2)):
        (head,) = [line for line in ran.out.splitlines() if "applied last" in line]
        assert head.split("  ")[-1] == "Datadog"
        (priority,) = [line.split() for line in ran.out.splitlines() if line.strip().startswith("priority")]
        assert priority == ["priority", "3", "3", "1"]


def test_the_comment_and_the_page_have_three_columns(conflict: Workbench) -> None:
    comment = conflict.ddsync("plan", "--format", "markdown").out
    assert "| | applied last | code | Datadog |" in comment
    assert "| priority | <code>3</code> | <code>3</code> | <code>1</code> |" in comment
    page = conflict.ddsync("plan", "--format", "html").out
    assert "<th>applied last</th><th>code</th><th>Datadog</th>" in page
    assert "<th>priority</th><td><code>3</code></td><td><code>3</code></td><td><code>1</code></td>" in page


def test_without_a_receipt_what_was_applied_is_not_known(conflict: Workbench) -> None:
    for path in (conflict.root / ".ddsync/receipts").glob("*.json"):
        path.unlink()
    (change,) = conflict.plan()["changes"]
    assert all("applied" not in one for one in change["conflict"])
    assert "not known" in conflict.ddsync("plan").out


def test_absorb_in_a_conflict_prints_only_what_datadog_changed(conflict: Workbench) -> None:
    (found,) = conflict.ddsync("absorb", KEY, "--format", "json").json
    assert {edit["text"] for edit in found["edits"]} == {"priority=1,", "renotify_interval=90,"}


def test_an_absorbed_conflict_is_settled_and_the_next_edit_is_plain_drift(conflict: Workbench) -> None:
    text = DISK.replace("> 5", "> 2").replace("priority=3", "priority=1").replace("=60", "=90")
    conflict.write("monitors/eks.py", text)
    (change,) = conflict.plan()["changes"]
    assert (change["cause"], {field["path"] for field in change["fields"]} >= {"query"}) == ("code", True)
    conflict.apply()
    (live,) = conflict.live("monitor")
    assert (live["priority"], live["options"]["thresholds"]["critical"]) == (1, 2.0)
    assert conflict.plan()["changes"] == []


def test_after_an_edit_was_absorbed_the_next_one_is_plain_drift(bench: Workbench) -> None:
    bench.write("monitors/eks.py", DISK)
    bench.apply()
    (live,) = bench.live("monitor")
    bench.emulator.edit("monitor", live["id"], lambda body: {**body, "priority": 1})
    bench.write("monitors/eks.py", DISK.replace("priority=3", "priority=1"))
    plan = bench.plan()
    assert (plan["changes"], [one["key"] for one in plan["renewals"]]) == ([], [KEY])
    assert "which the next apply renews" in bench.ddsync("plan").err
    bench.apply()
    assert bench.plan()["renewals"] == []
    bench.emulator.edit("monitor", live["id"], lambda body: {**body, "priority": 2})
    (change,) = bench.plan()["changes"]
    assert (change["cause"], bench.ddsync("apply", "--yes").status) == ("drift", 0)
