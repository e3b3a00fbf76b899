"""The metrics that the packs read: what they mean, which tags they carry, who sends them and what switches them on.

Kept by hand in `needs.csv` and compared with the packs' queries by a test.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TRACE = re.compile(r"trace\..+?(\.hits\.by_http_status|\.hits|\.errors|\.apdex)?")


@dataclass(frozen=True)
class Need:
    """One metric; `trace.<op>.hits` stands for those of every operation. An empty unit is a plain number."""

    metric: str
    kind: str
    """Datadog's type: gauge, count, rate, distribution."""
    unit: str
    temporality: str
    """What a point is of: `now`, `per interval`, `per second`, `since start` (a total that only rises)."""
    tags: str
    """The keys of its tags, by spaces. Those that only some setting adds are left out."""
    sender: str
    version: str
    """From which version on it is sent, where that matters."""
    switch: str
    """What must be switched on, where it is off by default."""

    def carries(self, tag: str) -> bool:
        """Whether its series have this tag."""
        return tag in self.tags.split()


@functools.cache
def needs() -> Mapping[str, Need]:
    """All of them, by the name of the metric."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return {row["metric"]: Need(**row) for row in csv.DictReader(file)}


def need(metric: str) -> Need | None:
    """What is known of a metric; None for one that no pack reads."""
    trace = _TRACE.fullmatch(metric)
    return needs().get(f"trace.<op>{trace[1] or ''}" if trace else metric)


def sender(metric: str) -> str:
    """A sentence about who sends a metric; empty where that is not known."""
    known = need(metric)
    return f"sent by: {known.sender}" if known else ""
