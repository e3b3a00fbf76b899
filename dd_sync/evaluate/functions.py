"""Datadog's functions of metric queries, as far as they are evaluated here (Datadog's docs, "Functions")."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from dd_sync.evaluate.grid import Floats, Grid
from dd_sync.evaluate.lines import Line, Lines, as_block
from dd_sync.evaluate.series import NotEvaluated

_DAY = 24 * 60

SHIFTS: Mapping[str, int] = {
    "hour_before": 60,
    "day_before": _DAY,
    "week_before": 7 * _DAY,
    "month_before": 28 * _DAY,
}
"""Functions that look at another time, in minutes back; a month is four weeks (Datadog's docs, "Timeshift")."""

_POINTWISE: Mapping[str, Callable[[Floats], Floats]] = {
    "abs": np.abs,
    "log2": np.log2,
    "log10": np.log10,
    "ceil": np.ceil,
    "floor": np.floor,
}

_AGAINST: Mapping[str, Callable[[Floats, float], Floats]] = {
    "is_greater": lambda points, limit: (points > limit).astype(np.float64),
    "is_less": lambda points, limit: (points < limit).astype(np.float64),
    "clamp_min": np.maximum,
    "clamp_max": np.minimum,
    "cutoff_min": lambda points, limit: np.where(points < limit, np.nan, points),
    "cutoff_max": lambda points, limit: np.where(points > limit, np.nan, points),
}
"""Functions of a point and a number."""

_MISSING_BECOMES_LIMIT = frozenset({"clamp_min", "clamp_max"})
"""Both fill gaps with their number (Datadog's docs, "Exclusion")."""

STEPS: Mapping[str, Callable[[Floats, int], Floats]] = {
    "diff": lambda step, minutes: step,
    "monotonic_diff": lambda step, minutes: np.where(step >= 0, step, np.nan),
    "derivative": lambda step, minutes: step / (60 * minutes),
    "per_second": lambda step, minutes: step / (60 * minutes),
    "per_minute": lambda step, minutes: step / minutes,
    "per_hour": lambda step, minutes: step * 60 / minutes,
}
"""Functions of the difference between a point and the one before, which is so many minutes away."""

EVALUATED = frozenset(
    {*_POINTWISE, *_AGAINST, *STEPS, *SHIFTS, "timeshift", "calendar_shift", "default_zero", "exclude_null", "cumsum"}
    | {"count_nonzero", "count_not_null"}
)
"""All functions that are evaluated."""

MODIFIERS = frozenset({"as_count", "as_rate", "rollup", "fill"})
"""What is evaluated after a metric with a dot."""


def apply_function(function: str, lines: Lines, numbers: Sequence[float], grid: Grid, minutes: int = 1) -> Lines:
    """A function of lines and the numbers given after them; `minutes` from one point to the next. Raises NotEvaluated
    with its name."""
    if function in _POINTWISE:
        return lines.pointwise(_POINTWISE[function])
    if function in _AGAINST and numbers:
        limit = numbers[0]
        missing = limit if function in _MISSING_BECOMES_LIMIT else None
        return lines.pointwise(lambda points: _AGAINST[function](points, limit), missing=missing)
    if function in STEPS:
        return lines.each(lambda points: STEPS[function](points[1:] - points[:-1], minutes))
    match function:
        case "default_zero":
            return lines.each(lambda points: _zeroed(points, grid), missing=0)
        case "exclude_null":
            kept = {group: line for group, line in lines.lines.items() if "N/A" not in group}
            return Lines(lines.keys, kept, lines.missing)
        case "cumsum":
            return lines.each(lambda points: np.cumsum(np.nan_to_num(as_block(points, grid)), axis=0))
        case "count_nonzero":
            return _counted(lines, grid, lambda points: points != 0)
        case "count_not_null":
            return _counted(lines, grid, lambda points: np.ones_like(points, dtype=np.bool_))
    raise NotEvaluated(f"{function}()")


def _zeroed(points: Floats, grid: Grid) -> Floats:
    """Gaps become zero; without any point in the window there is nothing to fill (Datadog's docs, "Default zero")."""
    if not np.isnan(points).any():
        return points
    block = as_block(points, grid)
    gaps = np.isnan(block)
    return np.where(gaps & ~gaps.all(axis=0), 0.0, block)


def _counted(lines: Lines, grid: Grid, counts: Callable[[Floats], npt.NDArray[np.bool_]]) -> Lines:
    """How many groups count at each point; missing where no group has one."""
    if not lines.lines:
        return Lines((), {})
    every = [line.points for line in lines.lines.values()]
    if len({points.ndim for points in every}) > 1:
        every = [as_block(points, grid) for points in every]
    number = np.zeros(every[0].shape)
    there = np.zeros(every[0].shape, dtype=np.bool_)
    for points in every:
        present = ~np.isnan(points)
        number += present & counts(points)
        there |= present
    since = min(line.since for line in lines.lines.values())
    return Lines((), {(): Line(np.where(there, number, np.nan), since)})
