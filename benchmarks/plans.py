"""A plan in sync, cold and warm, and the first apply of everything, beside the floor."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from benchmarks.commands import KEYS, cold, ddsync, floor, row
from benchmarks.goals import CPU, Goal
from benchmarks.measure import repeated
from benchmarks.projects import Size, write_project
from dd_sync.emulator import Emulator, running

WRITERS = 4


def measure(folder: Path, options: Namespace) -> list[Goal]:
    return [
        goal
        for latency in options.latency
        for goal in _at(folder / f"{latency:g}", options.size, latency, options.times)
    ]


def _at(root: Path, size: Size, latency: float, times: int) -> Iterator[Goal]:
    write_project(root, size)
    emulator = Emulator()
    with running(emulator) as served:
        environment = {**KEYS, "DD_HOST": served.url}
        emulator.latency_ms = latency
        first = ddsync(root, environment, emulator, "apply", "--yes", "--allow-twin")
        least, without, within = repeated(
            times,
            lambda: floor(environment, emulator),
            lambda: cold(root, environment, emulator),
            lambda: ddsync(root, environment, emulator, "plan"),
        )
    print(f"\n{size.monitors} monitors, {size.dashboards} dashboards, {size.slos} SLOs; {latency:g} ms an answer")
    row("floor", least, least)
    row("plan, cold", without, least)
    row("plan, warm", within, least)
    row("first apply", first, least)
    at = f" at {latency:g} ms an answer"
    yield Goal(
        f"a plan with nothing cached, wall beside the floor{at}", without.wall / least.wall, 1.4 if latency else 3.5
    )
    yield Goal(f"its CPU beside the floor's{at}", without.cpu / least.cpu, CPU)
    yield Goal(f"its memory{at}", without.memory, 200, "MB")
    yield Goal(f"its calls{at}", without.calls, 510, "")
    yield Goal(f"calls with dashboards cached{at}", within.calls, 12, "")
    if latency:
        yield Goal(f"a plan with dashboards cached beside one without{at}", within.wall / without.wall, 0.5)
        share = first.calls * latency / 1000 / WRITERS
        yield Goal(f"first apply beside what {WRITERS} writers wait{at}", first.wall / share, 1.3)
