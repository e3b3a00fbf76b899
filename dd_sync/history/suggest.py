"""The threshold that would have alerted at most so often, found by trying it on past series."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from dd_sync.core.backtest import Suggestion
from dd_sync.evaluate import Evaluated
from dd_sync.history.backtest import critical_of, outcome, replay, with_critical
from dd_sync.history.reader import SeriesReader, Span
from dd_sync.history.subqueries import Asked
from dd_sync.query.parse import parse
from dd_sync.query.tree import Alert

TRIES = 24
"""Thresholds that are tried at most."""


def suggest(asked: Asked, reader: SeriesReader, span: Span, lead: int, a_week: float) -> Suggestion | None:
    """The threshold nearest to the one there is that alerts no more often than `a_week`; None where a monitor has none,
    or compares with something else than more or less.

    Thresholds are tried by halving between the values there were; where more than one gives the same number, the
    roundest is taken. Raises NotEvaluated.
    """
    above = _is_above(asked)
    if above is None or critical_of(asked.payload) is None:
        return None
    values = sorted(_values(replay(asked, reader, span, lead), lead))
    if not values:
        return None
    weeks = (span.until - span.since) / (7 * 24 * 60)
    tried: dict[float, float] = {}

    def alerts(critical: float) -> float:
        if critical not in tried:
            changed = replace(asked, payload=with_critical(asked.payload, critical))
            found = replay(changed, reader, span, lead)
            tried[critical] = len(outcome(found, span, lead, ZoneInfo("UTC")).alerts) / weeks
        return tried[critical]

    loose = values[-1] if above else values[0]
    low, high = 0, len(values) - 1
    while low < high and len(tried) < TRIES:
        middle = (low + high) // 2 if above else (low + high + 1) // 2
        if alerts(values[middle]) <= a_week:
            loose = values[middle]
            low, high = (low, middle) if above else (middle, high)
        else:
            low, high = (middle + 1, high) if above else (low, middle - 1)
    chosen = _round(loose, above, lambda critical: alerts(critical) <= a_week)
    others = [(critical, number) for critical, number in sorted(tried.items()) if critical != chosen]
    return Suggestion(chosen, alerts(chosen), others)


def _is_above(asked: Asked) -> bool | None:
    body = parse(str(asked.payload["query"])).body
    if not isinstance(body, Alert) or body.condition is None or body.condition.operator not in (">", ">=", "<", "<="):
        return None
    return body.condition.operator[0] == ">"


def _values(found: Evaluated, lead: int) -> set[float]:
    return {float(value) for group in found.groups for value in list(group.values)[lead:] if value is not None}


def _round(value: float, above: bool, good: Callable[[float], bool]) -> float:
    """The roundest number beyond a threshold that does as well."""
    if value == 0 or not math.isfinite(value):
        return value
    size = math.floor(math.log10(abs(value)))
    for digits in (2, 3, 4):
        unit = 10.0 ** (size - digits + 1)
        near = (math.ceil(value / unit) if above else math.floor(value / unit)) * unit
        shown = float(f"{near:.{digits + 1}g}")
        if good(shown):
            return shown
    return value
