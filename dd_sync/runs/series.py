"""What monitors measured lately, read from Datadog for the page; where it cannot be, the page does without."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from dd_sync.core.errors import DatadogError, Rejected
from dd_sync.reports.charts import Point, Series
from dd_sync.runs.console import Console
from dd_sync.runs.session import Session

SPAN_SECONDS = 4 * 3600

MOST_QUERIES = 100
"""Queries asked for one page: more would take long and use up the rate limit of everybody else."""


def series_of(session: Session, tty: Console) -> Series:
    """Asks for the last hours of a query. The first answer that says more than "not this query" ends the asking."""
    asked = 0
    stopped = ""

    def read(query: str) -> Sequence[Sequence[Point]] | None:
        nonlocal asked, stopped
        if stopped or asked >= MOST_QUERIES:
            return None
        asked += 1
        now = int(time.time())
        span = {"from": str(now - SPAN_SECONDS), "to": str(now), "query": query}
        try:
            return _lines(session.client.call("GET", "/api/v1/query", span))
        except Rejected as rejected:
            if rejected.status != 400:
                stopped = rejected.message
        except DatadogError as error:
            stopped = error.message
        if stopped:
            tty.say(f"notice: no series for the page: {stopped}")
        return None

    return read


def _lines(answer: Any) -> list[list[Point]] | None:
    """The points of each group, in seconds; None for an answer of another shape, and for series without a value."""
    found = answer.get("series") if isinstance(answer, dict) else None
    if not isinstance(found, list):
        return None
    lines = [
        [(time_ms / 1000, float(value)) for time_ms, value in one.get("pointlist") or () if value is not None]
        for one in found
        if isinstance(one, dict)
    ]
    return None if lines and not any(lines) else lines
