"""One command as a whole process, measured by the operating system's own accounting."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dd_sync.emulator import Emulator

_LAUNCHER = str(Path(__file__).parent / "launch.py")


@dataclass(frozen=True)
class Run:
    """One run: seconds of wall and CPU, peak memory in MB, calls to Datadog, and what it printed."""

    wall: float
    cpu: float
    memory: float
    calls: int = 0
    out: str = ""


def run(command: Sequence[str], cwd: Path, environment: Mapping[str, str], emulator: Emulator | None = None) -> Run:
    """Runs a command to its end. Raises CalledProcessError when it fails."""
    if emulator is not None:
        emulator.calls.clear()
    launched = [sys.executable, "-S", _LAUNCHER, *command]
    process = subprocess.run(
        launched, cwd=cwd, env={**surroundings(), **environment}, capture_output=True, text=True, check=True
    )
    *out, last = process.stdout.splitlines()
    cost = json.loads(last)
    if cost["status"]:
        raise subprocess.CalledProcessError(cost["status"], command, stderr=process.stderr)
    calls = len(emulator.calls) if emulator is not None else 0
    return Run(cost["wall"], cost["cpu"], cost["memory"], calls, "\n".join(out))


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
