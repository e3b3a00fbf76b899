"""`python -m benchmarks`: a plan, an apply and a start, beside the floor, as a table of figures and ratios."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import Run, repeated, run
from benchmarks.projects import USUAL, Size, write_project, write_services
from dd_sync.emulator import Emulator, running

KEYS = {"DD_API_KEY": "0" * 32, "DD_APP_KEY": "0" * 40, "CI": "1", "NO_COLOR": "1"}
DDSYNC = (sys.executable, "-c", "from dd_sync.cli import main; main()")
WRITERS = 4


def main() -> None:
    options = _options()
    size = Size(options.monitors, options.dashboards, options.slos)
    with tempfile.TemporaryDirectory() as name:
        for latency in options.latency:
            _plans(Path(name) / str(latency), size, latency, options.times)
        _starts(Path(name) / "start", options.times)
        _loading(Path(name) / "loading", options.times)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--monitors", type=int, default=USUAL.monitors)
    parser.add_argument("--dashboards", type=int, default=USUAL.dashboards)
    parser.add_argument("--slos", type=int, default=USUAL.slos)
    parser.add_argument("--times", type=int, default=3, help="counted runs of each")
    parser.add_argument("--latency", type=float, nargs="*", default=[0, 50], help="milliseconds an answer")
    return parser.parse_args()


def _plans(root: Path, size: Size, latency: float, times: int) -> None:
    """The first apply of everything, then plans in sync, cold and warm, beside the floor."""
    write_project(root, size)
    emulator = Emulator(latency_ms=0)
    with running(emulator) as served:
        environment = {**KEYS, "DD_HOST": served.url}
        emulator.latency_ms = latency
        first = run([*DDSYNC, "apply", "--yes", "--allow-twin"], root, environment, emulator)
        floor = repeated(times, lambda: run([sys.executable, "-m", "benchmarks.floor"], _here(), environment, emulator))
        cold = repeated(times, lambda: _cold(root, environment, emulator))
        warm = repeated(times, lambda: run([*DDSYNC, "plan"], root, environment, emulator))
    print(f"\n{size.monitors} monitors, {size.dashboards} dashboards, {size.slos} SLOs; {latency:g} ms an answer")
    _row("floor", floor, floor)
    _row("plan, cold", cold, floor)
    _row("plan, warm", warm, floor)
    _row("first apply", first, floor)
    print(f"  warm / cold {warm.wall / cold.wall:.2f}")
    if latency:
        least = first.calls * latency / 1000 / WRITERS
        print(f"  first apply / (calls x latency / {WRITERS} writers) {first.wall / least:.2f}")


def _cold(root: Path, environment: Mapping[str, str], emulator: Emulator) -> Run:
    shutil.rmtree(root / ".ddsync/cache", ignore_errors=True)
    return run([*DDSYNC, "plan"], root, environment, emulator)


def _starts(root: Path, times: int) -> None:
    root.mkdir()
    (root / "ddsync.yaml").write_text("project: bench\ntargets: {prod: {}}\n")
    with running() as served:
        environment = {**KEYS, "DD_HOST": served.url}
        bare = repeated(times, lambda: run([sys.executable, "-c", "pass"], root, environment))
        print("\nstart")
        _row("python -c pass", bare, bare)
        _row("ddsync --help", repeated(times, lambda: run([*DDSYNC, "--help"], root, environment)), bare)
        _row("plan of nothing", repeated(times, lambda: run([*DDSYNC, "plan"], root, environment)), bare)


def _loading(root: Path, times: int) -> None:
    write_services(root, 1000)
    empty = root.parent / "start"
    environment = dict(KEYS)
    print("\nbuilding")
    base = repeated(times, lambda: run([*DDSYNC, "render", "--out", "out"], empty, environment))
    _row("render of nothing", base, base)
    _row("1,000 service files", repeated(times, lambda: run([*DDSYNC, "validate"], root, environment)), base)


def _row(name: str, one: Run, base: Run) -> None:
    figures = f"{one.wall:7.2f} s wall {one.cpu:7.2f} s CPU {one.memory:6.0f} MB {one.calls:6} calls"
    print(f"  {name:<20}{figures}   x{one.wall / base.wall:.2f} wall x{one.cpu / base.cpu:.2f} CPU", flush=True)


def _here() -> Path:
    return Path(__file__).parent.parent


if __name__ == "__main__":
    main()
