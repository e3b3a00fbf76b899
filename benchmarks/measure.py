"""One command as a whole process, measured by the operating system's own accounting."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dd_sync.emulator import Emulator


@dataclass(frozen=True)
class Run:
    """One run: seconds of wall and CPU, peak memory in MB, calls to Datadog."""

    wall: float
    cpu: float
    memory: float
    calls: int


def run(
    command: Sequence[str],
    cwd: Path,
    environment: Mapping[str, str],
    emulator: Emulator | None = None,
    *,
    shown: bool = False,
) -> Run:
    """Runs a command to its end. Raises CalledProcessError when it fails."""
    if emulator is not None:
        emulator.calls.clear()
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**surroundings(), **environment},
        stdout=None if shown else subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr=errors)
    calls = len(emulator.calls) if emulator is not None else 0
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, calls)


def surroundings() -> dict[str, str]:
    """The environment, in which Python may keep what it compiled: an installed package always comes compiled."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure."""
    wall, cpu, memory = (statistics.median(getattr(one, name) for one in runs) for name in ("wall", "cpu", "memory"))
    return Run(wall, cpu, memory, int(statistics.median(one.calls for one in runs)))


def repeated(times: int, *each: Callable[[], Run]) -> list[Run]:
    """The median of several runs of each, after one that is not counted; by turns, so that whatever else the machine
    does meets all of them."""
    for once in each:
        once()
    rounds = [[once() for once in each] for _ in range(times)]
    return [median(runs) for runs in zip(*rounds, strict=True)]
