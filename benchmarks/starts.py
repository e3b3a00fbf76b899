"""How long a command takes that has nothing to do, and how long definitions and service files take to read."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from benchmarks.commands import DDSYNC, HERE, KEYS, ddsync, row
from benchmarks.goals import COMPLETION, EMPTY, HELP, Goal
from benchmarks.measure import repeated, run
from benchmarks.projects import Size, write_project, write_services
from dd_sync.emulator import running


def measure(folder: Path, options: Namespace) -> list[Goal]:
    return [*_starts(folder / "start", options.times), *_reading(folder, options.size)]


def _starts(root: Path, times: int) -> Iterator[Goal]:
    write_project(root, Size(0, 0, 0))
    with running() as served:
        environment = {**KEYS, "DD_HOST": served.url}
        asked = {
            **environment,
            "_DDSYNC_COMPLETE": "complete_bash",
            "COMP_WORDS": "ddsync plan --only b",
            "COMP_CWORD": "3",
        }
        bare, shown, nothing = repeated(
            times,
            lambda: run([sys.executable, "-c", "pass"], root, environment),
            lambda: ddsync(root, environment, None, "--help"),
            lambda: ddsync(root, environment, None, "plan"),
        )
        write_project(root, Size(1000, 0, 0))
        ddsync(root, environment, None, "render", "--out", "out")
        (completed,) = repeated(times, lambda: run(DDSYNC, root, asked))
    print("\nstart")
    row("python -c pass", bare, bare)
    row("ddsync --help", shown, bare)
    row("plan of nothing", nothing, bare)
    row("completion of 1,000 keys", completed, bare)
    yield Goal("`ddsync --help` beside a Python that does nothing", shown.wall / bare.wall, HELP)
    yield Goal("a plan of an empty project, the same", nothing.wall / bare.wall, EMPTY)
    yield Goal("completion of keys, the same", completed.wall / bare.wall, COMPLETION)


def _reading(folder: Path, size: Size) -> Iterator[Goal]:
    """Seconds of CPU inside one process, imports not counted: that is what grows with a project."""
    write_project(folder / "monitors", Size(size.monitors, 0, 0))
    write_services(folder / "services", 1000)
    read, built = "loading 1,000 service files", f"building {size.monitors:,} monitors"
    for name, what, field in (("services", read, "loaded"), ("monitors", built, "built")):
        one = json.loads(run([sys.executable, "-m", "benchmarks.reading", str(folder / name)], HERE, {}).out)
        yield Goal(f"{what}, CPU on this machine", one[field], 0.5, "s")
