"""Datadog's functions of metric queries, as far as they are evaluated here (Datadog's docs, "Functions")."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence

from dd_sync.evaluate.lines import Lines
from dd_sync.evaluate.series import NotEvaluated, Value

SHIFTS: Mapping[str, int] = {"hour_before": 60, "day_before": 24 * 60, "week_before": 7 * 24 * 60}
"""Functions that look at another time, in minutes back."""

_POINTWISE: Mapping[str, Callable[[float], Value]] = {
    "abs": abs,
    "log2": math.log2,
    "log10": math.log10,
    "ceil": math.ceil,
    "floor": math.floor,
}

_AGAINST: Mapping[str, Callable[[float, float], Value]] = {
    "is_greater": lambda point, limit: int(point > limit),
    "is_less": lambda point, limit: int(point < limit),
    "clamp_min": max,
    "clamp_max": min,
    "cutoff_min": lambda point, limit: None if point < limit else point,
    "cutoff_max": lambda point, limit: None if point > limit else point,
}
"""Functions of a point and a number."""

_MISSING_BECOMES_LIMIT = frozenset({"clamp_min", "clamp_max"})
"""Both fill gaps with their number (Datadog's docs, "Exclusion")."""

STEPS: Mapping[str, Callable[[float], Value]] = {
    "diff": lambda step: step,
    "monotonic_diff": lambda step: step if step >= 0 else None,
    "derivative": lambda step: step / 60,
    "per_second": lambda step: step / 60,
    "per_minute": lambda step: step,
    "per_hour": lambda step: step * 60,
}
"""Functions of the difference between a point and the one a minute before."""

EVALUATED = frozenset(
    {*_POINTWISE, *_AGAINST, *STEPS, *SHIFTS, "timeshift", "default_zero", "exclude_null", "cumsum"}
    | {"count_nonzero", "count_not_null"}
)
"""All functions that are evaluated."""

MODIFIERS = frozenset({"as_count", "as_rate", "rollup", "fill"})
"""What is evaluated after a metric with a dot."""


def applied(function: str, lines: Lines, numbers: Sequence[float]) -> Lines:
    """A function of lines and the numbers given after them. Raises NotEvaluated with its name."""
    if function in _POINTWISE:
        return lines.pointwise(_POINTWISE[function])
    if function in _AGAINST and numbers:
        limit = numbers[0]
        missing = limit if function in _MISSING_BECOMES_LIMIT else None
        return lines.pointwise(lambda point: _AGAINST[function](point, limit), missing=missing)
    if function in STEPS:
        return lines.each(lambda line: _stepped(line, STEPS[function]))
    match function:
        case "default_zero":
            return lines.each(_zeroed, missing=0)
        case "exclude_null":
            kept = {group: line for group, line in lines.points.items() if "N/A" not in group}
            return Lines(lines.keys, kept, lines.length, lines.missing)
        case "cumsum":
            return lines.each(lambda line: list(itertools.accumulate(point or 0 for point in line)))
        case "count_nonzero":
            return _counted(lines, bool)
        case "count_not_null":
            return _counted(lines, lambda point: True)
    raise NotEvaluated(f"{function}()")


def _zeroed(line: Sequence[Value]) -> Sequence[Value]:
    """Gaps become zero; without any point in the window there is nothing to fill (Datadog's docs, "Default zero")."""
    if all(point is None for point in line):
        return line
    return [0 if point is None else point for point in line]


def _stepped(line: Sequence[Value], change: Callable[[float], Value]) -> Sequence[Value]:
    """The change from each point to the next; one point fewer, so that one more must be asked for."""
    pairs = itertools.pairwise(line)
    return [None if one is None or other is None else change(other - one) for one, other in pairs]


def _counted(lines: Lines, counts: Callable[[float], bool]) -> Lines:
    """How many groups count at each point; missing where no group has one."""
    if not lines.points:
        return Lines((), {}, lines.length)
    columns = zip(*lines.points.values(), strict=True)
    numbers = [_number(column, counts) for column in columns]
    return Lines((), {(): numbers}, lines.length)


def _number(column: Sequence[Value], counts: Callable[[float], bool]) -> Value:
    present = [point for point in column if point is not None]
    return sum(1 for point in present if counts(point)) if present else None
