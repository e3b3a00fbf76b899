"""What every section needs: how ddsync is started, with which keys, and how a figure is printed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import Run, run
from dd_sync.emulator import Emulator

KEYS = {"DD_API_KEY": "0" * 32, "DD_APP_KEY": "0" * 40, "CI": "1", "NO_COLOR": "1"}
DDSYNC = (sys.executable, "-c", "from dd_sync.cli import main; main()")
HERE = Path(__file__).parent.parent


def ddsync(root: Path, environment: Mapping[str, str], emulator: Emulator | None, *arguments: str) -> Run:
    """One command of ddsync in a project."""
    return run([*DDSYNC, *arguments], root, environment, emulator)


def cold(root: Path, environment: Mapping[str, str], emulator: Emulator, *options: str) -> Run:
    """A plan that has read nothing before."""
    shutil.rmtree(root / ".ddsync/cache", ignore_errors=True)
    return ddsync(root, environment, emulator, "plan", *options)


def floor(environment: Mapping[str, str], emulator: Emulator) -> Run:
    """The same download with nothing but urllib3, threads and json."""
    return run([sys.executable, "-m", "benchmarks.floor"], HERE, environment, emulator)


def row(name: str, one: Run, base: Run | None = None) -> None:
    """One line of a table, with ratios to `base`."""
    figures = f"{one.wall:8.3f} s wall {one.cpu:8.3f} s CPU {one.memory:6.0f} MB {one.calls:6} calls"
    ratios = f"   x{one.wall / base.wall:.2f} wall x{one.cpu / base.cpu:.2f} CPU" if base else ""
    print(f"  {name:<28}{figures}{ratios}", flush=True)
