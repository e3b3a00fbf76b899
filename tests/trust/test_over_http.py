"""Faults over real connections, from the command line: whatever breaks, three runs of one command are enough."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from dd_sync.datadog.clock import RealClock
from dd_sync.emulator import Fault
from dd_sync.emulator.faults import Action
from tests.trust.projects import changed, things
from tests.trust.test_processes import ALL, RENDERED, check_settled, wanted
from tests.workbench import Workbench, workbench


@pytest.fixture(autouse=True)
def haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are a fiftieth of what they are."""
    monkeypatch.setattr(RealClock, "sleep", lambda self, seconds: time.sleep(seconds / 50))


@pytest.mark.parametrize("seed", range(4))
def test_three_runs_are_enough_over_a_wire_that_breaks_at_random(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with workbench(tmp_path, fault_rate=0.15, seed=seed) as bench:
        stranger = bench.emulator.put("monitor", {"name": "a stranger's", "type": "query alert", "query": "q"})
        before = {one["id"]: one for one in bench.live("monitor")}
        project = things(chance, 20)
        for _ in range(2):
            wanted(bench, project)
            for _ in range(2):
                bench.apply(*RENDERED, *ALL, status=None)
            bench.emulator.fault_rate = 0.0
            bench.apply(*RENDERED, *ALL)
            check_settled(bench)
            bench.emulator.fault_rate = 0.15
            project = changed(chance, project)
        assert {one["id"]: one for one in bench.live("monitor")}[stranger] == before[stranger]


@pytest.mark.parametrize("action", ["status", "drop-before", "drop-after", "truncate", "not-json"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_one_fault_is_not_noticed_by_anybody(bench: Workbench, method: str, action: Action) -> None:
    first = things(random.Random(1), 8)
    wanted(bench, first)
    bench.apply(*RENDERED)
    wanted(bench, changed(random.Random(0), first))
    bench.emulator.faults.append(Fault((method, "/api/v1/monitor"), action, status=503))
    bench.apply(*RENDERED, *ALL)
    assert bench.emulator.faults == []
    check_settled(bench)
