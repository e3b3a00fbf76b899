"""Real processes, real connections, real signals: a sample of what the rest of this folder shows without them."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import dd_sync
from dd_sync.core.identity import Marks
from dd_sync.emulator import Fault
from dd_sync.emulator.faults import Action
from dd_sync.kinds import KINDS
from dd_sync.project import rendered
from tests.trust.projects import changed, desired, things
from tests.trust.undone import State, spoken
from tests.workbench import Workbench

PROCESS = [sys.executable, "-c", "from dd_sync.cli import main; main()"]
RENDERED = ("--rendered", "rendered")
ALL = ("--allow-delete", "99", "--allow-replace", "99")


@pytest.fixture
def halfway(bench: Workbench) -> Workbench:
    """A project of 25 objects, its first version applied, its second one rendered."""
    chance = random.Random(9)
    first = things(chance, 25)
    wanted(bench, first)
    bench.apply(*RENDERED)
    wanted(bench, changed(chance, first))
    return bench


def wanted(bench: Workbench, project: tuple[object, ...]) -> None:
    rendered.write(bench.root / "rendered", rendered.files(desired(project), "acme", "prod"))  # type: ignore[arg-type]


def start(bench: Workbench, *arguments: str) -> subprocess.Popen[str]:
    """`ddsync` as a process of its own."""
    root = str(Path(dd_sync.__file__).parents[1])
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DD_", "CI"))}
    environment = {**kept, **bench.environment, "PYTHONPATH": root}
    command = [*PROCESS, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=bench.root, env=environment, stdout=pipe, stderr=pipe, text=True)


def apply(bench: Workbench, *arguments: str) -> subprocess.Popen[str]:
    return start(bench, "apply", "--yes", *RENDERED, *ALL, *arguments)


def at_write(bench: Workbench, number: int, action: Action, act: Callable[[], object]) -> None:
    """Does something when the write of this number comes in, counted from 1; the write ends as `action` says."""
    writes = 0

    def match(method: str, path: str) -> bool:
        nonlocal writes
        writes += method != "GET"
        if method == "GET" or writes != number:
            return False
        act()
        return True

    bench.emulator.faults.append(Fault(match, action, seconds=0.2))


def check_settled(bench: Workbench) -> None:
    """Everything is there once, and nothing is left to do."""
    marks = Marks()
    found = Counter(
        (name, identity.address)
        for name, kind in KINDS.items()
        for one in bench.live(name)
        if (identity := kind.identity(one, marks)) is not None
    )
    index = json.loads((bench.root / "rendered/index.json").read_text())
    assert len(found) == len(index["objects"])
    assert set(found.values()) == {1}
    assert bench.plan(*RENDERED)["changes"] == []


def said(bench: Workbench) -> State:
    """What everything in Datadog says, its marks included, whatever its id."""
    return spoken({(kind, str(one["id"])): one for kind in KINDS for one in bench.live(kind)})


def oldest(bench: Workbench) -> str:
    started = {json.loads(path.read_text())["started"]: path.name for path in receipts(bench)}
    return started[min(started)]


def receipts(bench: Workbench) -> list[Path]:
    return sorted((bench.root / ".ddsync/receipts").iterdir())


@pytest.mark.parametrize("number", [1, 4, 9, 15])
@pytest.mark.parametrize("action", ["drop-before", "drop-after"])
def test_a_process_that_is_killed_is_finished_by_the_next(halfway: Workbench, number: int, action: Action) -> None:
    process = apply(halfway)
    at_write(halfway, number, action, lambda: os.kill(process.pid, signal.SIGKILL))
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert [path.suffix for path in receipts(halfway)].count(".part") == 1
    halfway.apply(*RENDERED, *ALL)
    check_settled(halfway)


@pytest.mark.parametrize("number", [2, 7, 12])
@pytest.mark.parametrize("action", ["drop-before", "drop-after"])
def test_what_a_killed_process_did_is_undone_whole(halfway: Workbench, number: int, action: Action) -> None:
    before = said(halfway)
    process = apply(halfway)
    at_write(halfway, number, action, lambda: os.kill(process.pid, signal.SIGKILL))
    process.communicate(timeout=60)
    ran = halfway.ddsync("undo", "last", "--yes")
    assert "did not come to its end" in ran.err
    assert said(halfway) == before


@pytest.mark.parametrize("number", [1, 4, 9])
@pytest.mark.parametrize("action", ["drop-before", "drop-after"])
def test_an_undo_that_is_killed_is_finished_by_undoing_again(halfway: Workbench, number: int, action: Action) -> None:
    before = said(halfway)
    halfway.apply(*RENDERED, *ALL)
    (receipt,) = {path.name for path in receipts(halfway)} - {oldest(halfway)}
    process = start(halfway, "undo", receipt, "--yes")
    at_write(halfway, number, action, lambda: os.kill(process.pid, signal.SIGKILL))
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    halfway.ddsync("undo", receipt, "--yes")
    assert said(halfway) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("writers", ["1", "4"])
def test_a_process_that_is_told_to_stop_finishes_what_is_under_way(
    halfway: Workbench, number: int, writers: str
) -> None:
    process = apply(halfway, "--parallel", writers, "--format", "json")
    at_write(halfway, 5, "slow", lambda: os.kill(process.pid, number))
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "stopping: what is under way is finished" in err
    *outcomes, last = [json.loads(line) for line in out.splitlines()]
    statuses = Counter(outcome["status"] for outcome in outcomes)
    assert set(statuses) == {"done", "skipped"}
    assert {o["reason"] for o in outcomes if o["status"] == "skipped"} == {
        "stopped before it was begun: run ddsync apply again"
    }
    sealed = json.loads((halfway.root / last["receipt"]).read_text())
    assert sealed["summary"]["done"] == statuses["done"] >= 4
    halfway.apply(*RENDERED, *ALL)
    check_settled(halfway)


def test_a_reader_that_goes_away_does_not_end_an_apply(halfway: Workbench) -> None:
    process = apply(halfway, "--format", "json")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    check_settled(halfway)
    assert {path.suffix for path in receipts(halfway)} == {".json"}


def test_two_processes_at_once_leave_no_double_unnoticed(bench: Workbench) -> None:
    wanted(bench, things(random.Random(3), 25))
    both = [apply(bench), apply(bench)]
    said = [process.communicate(timeout=60) for process in both]
    ran = bench.ddsync("plan", *RENDERED, status=None)
    if ran.status == 0:
        check_settled(bench)
        return
    assert any("objects carry this identity" in out for out, _ in said)
    copies = ran.err.partition("for example: ddsync release ")[2].split()
    assert copies
    bench.ddsync("release", *copies, "--yes")
    bench.apply(*RENDERED)
    check_settled(bench)
