"""`python -m benchmarks`: what ddsync costs as whole processes, beside the least it could cost, in the same minutes.

python -m benchmarks                        everything but growth
python -m benchmarks plans --latency 50     one section
python -m benchmarks growth --picture docs/images/growth.svg
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import growth, plans, shards, starts, writes
from benchmarks.goals import Goal, table
from benchmarks.projects import USUAL, Size

SECTIONS: Mapping[str, Callable[[Path, argparse.Namespace], list[Goal]]] = {
    "plans": plans.measure,
    "writes": writes.measure,
    "starts": starts.measure,
    "shards": shards.measure,
    "growth": growth.measure,
}
LONG = ("growth",)
"""Run only when named: minutes each."""


def main() -> None:
    options = _options()
    goals: list[Goal] = []
    for name in options.sections or [name for name in SECTIONS if name not in LONG]:
        with tempfile.TemporaryDirectory() as folder:
            goals += SECTIONS[name](Path(folder), options)
    if goals:
        print(table(goals))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--monitors", type=int, default=USUAL.monitors)
    parser.add_argument("--dashboards", type=int, default=USUAL.dashboards)
    parser.add_argument("--slos", type=int, default=USUAL.slos)
    parser.add_argument("--times", type=int, default=5, help="counted runs of each")
    parser.add_argument("--latency", type=float, nargs="*", default=[0, 50], help="milliseconds an answer")
    parser.add_argument("--upto", type=int, default=100_000, help="growth: the most monitors")
    parser.add_argument("--picture", type=Path, help="growth: draw it into this SVG file")
    options = parser.parse_args()
    options.size = Size(options.monitors, options.dashboards, options.slos)
    return options


if __name__ == "__main__":
    main()
