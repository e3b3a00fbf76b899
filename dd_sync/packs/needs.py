"""The metrics that the packs read, with their units and who sends them: what an account needs for them to see anything.

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
    unit: str
    sender: str


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
