"""Writes under a rate limit, and how many calls a create and an update take."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.commands import KEYS, ddsync
from benchmarks.goals import Goal
from benchmarks.projects import Size, write_project
from dd_sync.emulator import Emulator, running
from dd_sync.emulator.emulator import Seen

LIMIT = 20
"""Calls a second in each family of endpoints."""

MANY = 400


def measure(folder: Path, options: Namespace) -> list[Goal]:
    root = folder / "limited"
    write_project(root, Size(MANY, 0, 0))
    emulator = Emulator(rate_limit=LIMIT)
    emulator.calls = clocked = _Clocked()
    with running(emulator) as served:
        environment = {**KEYS, "DD_HOST": served.url}
        ddsync(root, environment, emulator, "apply", "--yes", "--allow-twin")
        creating = list(clocked.told)
        definitions = root / "monitors/bench.py"
        definitions.write_text(definitions.read_text().replace("[bench] CPU", "[bench] Processor"))
        ddsync(root, environment, emulator, "apply", "--yes")
        updating = list(clocked.told)
    return list(_goals(creating, updating))


def _goals(creating: Sequence[tuple[float, Seen]], updating: Sequence[tuple[float, Seen]]) -> Iterator[Goal]:
    times = [when for when, _ in creating]
    refused = [when for when, seen in creating if seen.status == 429]
    late = [when for when in refused if when > times[0] + 1]
    span, least = times[-1] - times[0], len(times) / LIMIT
    print(f"\n{MANY} creates where {LIMIT} calls a second are allowed")
    print(f"  {span:.1f} s from the first call to the last; the limit alone takes {least:.1f} s: x{span / least:.3f}")
    print(f"  {len(refused)} answers were 429, {len(late)} of them after the first second")
    yield Goal(f"{LIMIT} calls a second, beside what the limit takes", span / least, 1.05)
    yield Goal("answers of 429 after the first second", len(late), 0, "")
    for name, calls, most in (("create", creating, 1), ("update", updating, 2)):
        reading = sum(seen.method == "GET" and seen.path == "/api/v1/monitor" for _, seen in calls)
        others = sum("/monitor" not in seen.path for _, seen in calls)
        yield Goal(f"calls of a {name}", (len(calls) - reading - others) / MANY, most, "")


class _Clocked(list[Seen]):
    """Requests with the second at which each was answered."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[float, Seen]] = []

    def append(self, seen: Seen) -> None:
        super().append(seen)
        self.told.append((time.monotonic(), seen))

    def clear(self) -> None:
        super().clear()
        self.told.clear()
