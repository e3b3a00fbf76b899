"""A project done by several runs, each of a part of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.workbench import Workbench

MANY = '''\
from collections.abc import Iterator

from dd_sync import Dashboard, Monitor, SLO, Timeseries, define


@define
def cpu() -> Iterator[Monitor]:
    """No processor time left."""
    for n in range(20):
        yield Monitor(key=f"n{n}", name=f"CPU {n}", query=f"avg(last_5m):avg:system.cpu.user{{group:{n}}} > 90")


@define
def both(*, first: int = 3) -> Monitor:
    """Two groups at once."""
    return Monitor(
        name="Both", type="composite", query=f"{cpu.ref(f'n{first}')} && {cpu.ref('n7')}"
    )


@define
def boards() -> Iterator[Dashboard]:
    """A look at a group."""
    for n in range(6):
        graph = Timeseries(title="CPU", requests=[f"avg:system.cpu.user{{group:{n}}}"])
        yield Dashboard(key=f"b{n}", title=f"Board {n}", widgets=[graph])
'''
OF = 3


@pytest.fixture
def many(bench: Workbench) -> Workbench:
    bench.write("monitors/eks.py", MANY)
    return bench


def shards(bench: Workbench, *arguments: str) -> list[str]:
    return [bench.ddsync(*arguments, "--shard", f"{n}/{OF}").out for n in range(1, OF + 1)]


def test_shards_applied_one_after_another_make_the_whole(many: Workbench) -> None:
    shards(many, "apply", "--yes")
    assert len(many.live("monitor")) == 21
    assert len(many.live("dashboard")) == 6
    assert many.plan()["summary"]["unchanged"] == 27


def test_the_shards_of_a_plan_are_the_whole_plan_each_change_once(many: Workbench) -> None:
    whole = {(one["kind"], one["key"]) for one in many.plan()["changes"]}
    parts = [many.ddsync("plan", "--format", "json", "--shard", f"{n}/{OF}").json["changes"] for n in range(1, OF + 1)]
    found = [(one["kind"], one["key"]) for part in parts for one in part]
    assert sorted(found) == sorted(whole)
    assert all(parts)


def test_a_shard_reads_the_dashboards_of_its_own_alone(many: Workbench) -> None:
    many.apply()
    read = []
    for n in range(1, OF + 1):
        many.emulator.calls.clear()
        many.ddsync("plan", "--shard", f"{n}/{OF}", status=0)
        read += [call.path for call in many.emulator.calls if re.match(r"/api/v1/dashboard/.", call.path)]
    assert len(read) == len(set(read)) == 6


def test_what_is_no_longer_defined_is_deleted_by_one_shard(many: Workbench) -> None:
    shards(many, "apply", "--yes")
    many.write("monitors/eks.py", MANY.replace("range(20)", "range(18)").replace("range(6)", "range(5)"))
    done = shards(many, "apply", "--yes")
    assert sum(out.count("deleted") for out in done) >= 1
    assert len(many.live("monitor")) == 19
    assert len(many.live("dashboard")) == 5


def test_what_somebody_deleted_in_datadog_is_drift_for_its_shard_and_nothing_for_the_others(many: Workbench) -> None:
    shards(many, "apply", "--yes")
    gone = next(one for one in many.live("monitor") if one["name"] == "CPU 12")
    many.emulator.remove("monitor", str(gone["id"]))
    plans = [many.ddsync("plan", "--format", "json", "--shard", f"{n}/{OF}").json for n in range(1, OF + 1)]
    assert sorted(one["summary"]["held"] for one in plans) == [0, 0, 1]


def test_what_one_shard_deleted_is_not_missed_when_it_is_defined_again(many: Workbench) -> None:
    shards(many, "apply", "--yes")
    many.write("monitors/eks.py", MANY.replace("range(20)", "range(19)"))
    shards(many, "apply", "--yes")
    many.write("monitors/eks.py", MANY)
    (change,) = many.plan()["changes"]
    assert (change["action"], change["cause"]) == ("create", "code")


def test_a_saved_plan_of_a_shard_is_applied_as_that_shard(many: Workbench) -> None:
    plan = many.ddsync("plan", "--format", "json", "--shard", "2/3", "--save", "two.plan").json
    many.ddsync("apply", "two.plan", "--yes")
    assert len(many.live("monitor")) + len(many.live("dashboard")) == plan["summary"]["create"]
    assert "do not go with a saved plan" in many.ddsync("apply", "two.plan", "--yes", "--shard", "1/3", status=64).err


def test_shards_run_at_once_as_processes_of_their_own(many: Workbench) -> None:
    command = [sys.executable, "-c", "from dd_sync.cli import main; main()", "apply", "--yes", "--shard"]
    running = [
        subprocess.Popen(
            [*command, f"{n}/{OF}"],
            cwd=many.root,
            env={**os.environ, **many.environment},
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(1, OF + 1)
    ]
    assert [process.wait(60) for process in running] == [0] * OF
    assert many.plan()["summary"]["unchanged"] == 27
    assert len(many.live("monitor")) == 21


def test_a_wrong_shard_is_a_mistake_of_the_command_line(many: Workbench) -> None:
    assert "2/5 is the second of five" in many.ddsync("plan", "--shard", "4/3", status=64).err
