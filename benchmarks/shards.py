"""One project planned by several processes at once, each a shard of it, as a CI matrix or an indexed Job would."""

from __future__ import annotations

import shutil
import subprocess
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from benchmarks.commands import DDSYNC, KEYS, cold, ddsync, row
from benchmarks.goals import Goal
from benchmarks.measure import Run, repeated, surroundings
from benchmarks.projects import write_project
from dd_sync.emulator import Emulator, running

OF = 4


def measure(folder: Path, options: Namespace) -> list[Goal]:
    root = folder / "shards"
    write_project(root, options.size)
    emulator = Emulator()
    with running(emulator) as served:
        environment = {**surroundings(), **KEYS, "DD_HOST": served.url}
        ddsync(root, environment, emulator, "apply", "--yes", "--allow-twin")
        emulator.latency_ms = 50
        (whole,) = repeated(options.times, lambda: cold(root, environment, emulator))
        shutil.rmtree(root / ".ddsync/cache")
        seconds = _together([[*DDSYNC, "plan", "--shard", f"{n}/{OF}"] for n in range(1, OF + 1)], root, environment)
        single = _alone(root, environment, emulator)
    print(f"\n{options.size.objects} objects, 50 ms an answer, planned whole and as {OF} shards")
    row("whole", whole, whole)
    row("the largest shard, alone", single, whole)
    print(f"  {OF} shards at once, on this one machine: {seconds:.2f} s")
    return []


def _together(commands: Sequence[Sequence[str]], root: Path, environment: dict[str, str]) -> float:
    started = time.perf_counter()
    processes = [
        subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL) for command in commands
    ]
    ended = [process.wait() for process in processes]
    if any(ended):
        raise RuntimeError("a shard failed")
    return time.perf_counter() - started


def _alone(root: Path, environment: dict[str, str], emulator: Emulator) -> Run:
    runs = [cold(root, environment, emulator, "--shard", f"{n}/{OF}") for n in range(1, OF + 1)]
    return max(runs, key=lambda one: one.wall)
