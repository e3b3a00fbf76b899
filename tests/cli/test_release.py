"""Letting go of objects: they stay as they are, without marks, and nothing is made a second time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dd_sync.core.identity import Marks
from dd_sync.emulator import Fault
from dd_sync.kinds import KINDS
from tests.workbench import MONITOR, Workbench


@pytest.fixture
def applied(bench: Workbench) -> Workbench:
    """One monitor, applied."""
    bench.apply()
    return bench


def clone(bench: Workbench) -> int:
    """What "Clone" does in Datadog: everything is copied, the marks too."""
    (original,) = bench.live("monitor")
    copied = {name: value for name, value in original.items() if name not in ("id", "created", "modified")}
    return int(bench.emulator.put("monitor", copied))


def owned(bench: Workbench) -> list[Any]:
    return [one["id"] for one in bench.live("monitor") if KINDS["monitor"].identity(one, Marks()) is not None]


def test_a_clone_is_reported_with_links_and_settled_by_the_command_that_is_named(applied: Workbench) -> None:
    (first,) = owned(applied)
    copy = clone(applied)
    ran = applied.ddsync("plan", status=1)
    assert "1 identity is carried by more than one live object" in ran.err
    assert all(f"/monitors/{one}" in ran.err for one in (first, copy))
    assert f"ddsync release monitor:{copy}" in ran.err
    before = {one["id"]: one for one in applied.live("monitor")}
    applied.ddsync("release", f"monitor:{copy}", "--yes")
    assert owned(applied) == [first]
    after = {one["id"]: one for one in applied.live("monitor")}
    assert after[first] == before[first]
    assert KINDS["monitor"].normalise(after[copy]) == KINDS["monitor"].normalise(
        KINDS["monitor"].unstamp(before[copy], Marks())
    )
    assert applied.plan()["changes"] == []


def test_the_original_may_be_let_go_of_as_well(applied: Workbench) -> None:
    (first,) = owned(applied)
    copy = clone(applied)
    applied.ddsync("release", f"monitor:{first}", "--yes")
    assert owned(applied) == [copy]
    assert applied.plan()["changes"] == []


def test_not_all_copies_of_what_is_defined_can_be_let_go_of(applied: Workbench) -> None:
    (first,) = owned(applied)
    copy = clone(applied)
    for names in ((f"monitor:{first}", f"monitor:{copy}"), ("eks/cpu-high/prod-eu-1",)):
        ran = applied.ddsync("release", *names, "--yes", status=3)
        assert "is still defined" in ran.err
    assert len(owned(applied)) == 2


def test_what_is_still_defined_is_kept(applied: Workbench) -> None:
    ran = applied.ddsync("release", "eks/cpu-high/prod-eu-1", "--yes", status=3)
    assert "so the next apply would make it again" in ran.err
    assert len(owned(applied)) == 1


def test_what_was_released_is_nobodys_and_no_receipt_misses_it(applied: Workbench) -> None:
    applied.write("monitors/eks.py", "")
    applied.ddsync("release", "eks/cpu-high/prod-eu-1", "--yes")
    assert applied.plan()["changes"] == []
    (live,) = applied.live("monitor")
    assert KINDS["monitor"].identity(live, Marks()) is None
    receipts = [json.loads(path.read_text()) for path in (applied.root / ".ddsync/receipts").iterdir()]
    (released,) = [one for one in receipts if one["command"] == "release"]
    assert released["objects"] == {}


def test_a_release_is_not_undone_on_the_word_of_a_receipt_and_adopted_again(applied: Workbench) -> None:
    (before,) = applied.live("monitor")
    applied.write("monitors/eks.py", "")
    applied.ddsync("release", "eks/cpu-high/prod-eu-1", "--yes")
    assert "not ours" in applied.ddsync("undo", "last", "--yes", status=1).err
    applied.write("monitors/eks.py", MONITOR)
    applied.ddsync("import", "--adopt", "--yes", "--id", f"monitor:{before['id']}")
    applied.apply()
    assert owned(applied) == [before["id"]]
    assert applied.plan()["changes"] == []


def test_an_edit_between_two_tries_is_kept(applied: Workbench) -> None:
    copy = clone(applied)
    tries = 0

    def match(method: str, path: str) -> bool:
        nonlocal tries
        tries += method == "PUT"
        if method == "PUT" and tries == 1:
            applied.emulator.edit("monitor", copy, lambda body: {**body, "message": "call Sam"})
        return method == "PUT" and tries == 1

    applied.emulator.faults.append(Fault(match, "status", status=503))
    applied.ddsync("release", f"monitor:{copy}", "--yes")
    (live,) = [one for one in applied.live("monitor") if one["id"] == copy]
    assert live["message"] == "call Sam"


def test_objects_of_others_are_not_let_go_of(applied: Workbench) -> None:
    other = applied.emulator.put("monitor", {"name": "Theirs", "tags": ["ddsync_id:acme/staging/host/disk"]})
    ran = applied.ddsync("release", f"monitor:{other}", "--yes", status=3)
    assert "does not belong to acme/prod" in ran.err
    assert applied.ddsync("release", "monitor:1", "--yes", status=1).err.startswith("there is no monitor 1")
