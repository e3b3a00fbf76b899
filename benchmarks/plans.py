"""A plan in sync, cold and warm, and the first apply of everything, beside the floor."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from benchmarks.commands import KEYS, cold, ddsync, floor, row
from benchmarks.measure import repeated
from benchmarks.projects import Size, write_project
from dd_sync.emulator import Emulator, running

WRITERS = 4


def measure(folder: Path, options: Namespace) -> None:
    for latency in options.latency:
        _at(folder / f"{latency:g}", options.size, latency, options.times)


def _at(root: Path, size: Size, latency: float, times: int) -> None:
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
    print(f"  warm / cold {within.wall / without.wall:.2f}")
    if latency:
        share = first.calls * latency / 1000 / WRITERS
        print(f"  first apply / (calls x latency / {WRITERS} writers) {first.wall / share:.2f}")
