"""A query's tree over series: the value of each group in many windows, as Datadog's docs say it is made.

Time goes by minutes. What is not evaluated raises NotEvaluated with its name; nothing is guessed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dd_sync.evaluate.distributions import distribution, pooled, quantile_of
from dd_sync.evaluate.functions import MODIFIERS, SHIFTS, STEPS, applied
from dd_sync.evaluate.grid import Floats, Grid, Integers, bucket_offsets, grids
from dd_sync.evaluate.lines import Group as Tags
from dd_sync.evaluate.lines import Line, Lines, as_block, combined, constant, reduced
from dd_sync.evaluate.points import MOST_POINTS, Fill, Rollup, fill_of, number_of, points, rollup_of
from dd_sync.evaluate.series import NotEvaluated, Series, selects
from dd_sync.evaluate.windows import minutes
from dd_sync.query.tree import (
    Alert,
    Binary,
    Call,
    Evaluation,
    Expression,
    Group,
    Metric,
    Modified,
    Number,
    String,
    Unary,
)
from dd_sync.query.walk import walk

_SPACE = ("avg", "sum", "min", "max")


@dataclass(frozen=True)
class Known:
    """One group: its value in each window, NaN for none; `since` is the end of the first window that knows it."""

    values: Floats
    since: int
    full: npt.NDArray[np.bool_] | None = None
    """Whether each window is full, where that was asked for."""


@dataclass(frozen=True)
class Values:
    """What each group is compared with, in every window."""

    keys: Sequence[str]
    groups: Mapping[Tags, Known]


def values(
    alert: Alert, series: Sequence[Series], ends: Integers, lengths: Integers, *, origin: int = 0, bucket: int = 0
) -> Values:
    """The values in the windows of `lengths` minutes that end at `ends`, from what was reported before.

    Minutes count from the epoch; `origin` is when the series' minute 0 was. With `bucket`, the minutes of one, every
    window is looked at whether it is full. Raises NotEvaluated.
    """
    evaluation = alert.evaluation
    if evaluation is None:
        raise NotEvaluated("a query without an evaluation window")
    keys: Sequence[str] = ()
    made: dict[Tags, Known] = {}
    for at, grid in grids(ends, lengths, _period(alert.value)):
        windows = _Windows(series, grid, origin)
        if not grid.length:
            continue
        lines = _graph(alert.value, evaluation, windows)
        keys = lines.keys
        full = _full(alert.value, lines, windows, bucket) if bucket else {}
        for group, line in lines.lines.items():
            known = made.setdefault(group, _unknown(len(ends), line.since, bucket))
            known.values[at] = reduced(
                "avg" if evaluation.aggregator == "percentile" else evaluation.aggregator, line.points, grid
            )
            if known.full is not None:
                known.full[at] = full.get(group, False)
    return Values(keys, made)


def reports(
    value: Expression, series: Sequence[Series], ends: Integers, length: int, origin: int
) -> Mapping[Tags, npt.NDArray[np.bool_]]:
    """Whether each group has any point in the windows of `length` minutes."""
    found: dict[Tags, npt.NDArray[np.bool_]] = {}
    for at, grid in grids(ends, np.full(len(ends), length), _period(value)):
        for group, line in _evaluated(value, _Windows(series, grid, origin, summed=_counts_first(value))).lines.items():
            there = found.setdefault(group, np.zeros(len(ends), dtype=np.bool_))
            there[at] = ~np.isnan(reduced("last", line.points, grid))
    return found


def check(alert: Alert, length: int) -> None:
    """Refuses what depends on how many points Datadog makes of a window, which nobody promises.

    Counts are only summed (Datadog's docs, "as_count() in Monitor Evaluations": others "cannot be used"), but for
    points whose length the query says. Above 1,500 points, averages of several minutes take the place of minutes: a sum
    of counts stays what it is, and so does an average, while no other function and no other arithmetic is done on it.
    """
    assert alert.evaluation is not None
    value, aggregator = alert.value, alert.evaluation.aggregator
    counted = _counts(value)
    rolled = all(_interval(node) is not None for node in walk(value) if isinstance(node, Metric))
    if counted and aggregator != "sum" and (_counts_first(value) or not rolled):
        raise NotEvaluated(f"{aggregator}() of as_count(), which Datadog only sums,")
    intervals = [_interval(node) or Rollup() for node in walk(value) if isinstance(node, Metric)]
    if all(length / interval.minutes <= MOST_POINTS for interval in intervals):
        return
    bent = any(isinstance(node, Binary) and node.operator in "*/" for node in walk(value)) or any(
        isinstance(node, Call) and node.function != "as_count" for node in walk(value)
    )
    if not counted and (aggregator != "avg" or bent):
        raise NotEvaluated(f"{aggregator}() over {length} minutes, more than {MOST_POINTS} points without .rollup(),")


@dataclass(frozen=True)
class _Windows:
    """The windows something is evaluated in. `summed` makes one point of each metric, its sum; `pooled` one of all
    samples of a distribution."""

    series: Sequence[Series]
    grid: Grid
    origin: int
    summed: bool = False
    pooled: bool = False
    zeroed: bool = False
    """Whether default_zero() is around it, which interpolates gaps of a single source too."""

    def before(self, minutes: int) -> _Windows:
        return replace(self, grid=self.grid.before(minutes))


def _unknown(count: int, since: int, bucket: int) -> Known:
    return Known(np.full(count, np.nan), since, np.zeros(count, dtype=np.bool_) if bucket else None)


def _graph(value: Expression, evaluation: Evaluation, windows: _Windows) -> Lines:
    """The lines that are reduced to one number a window."""
    if evaluation.change is not None and evaluation.shift is not None:
        return _changed(value, windows, evaluation.change, minutes(evaluation.shift))
    if evaluation.aggregator == "percentile":
        return _evaluated(value, replace(windows, pooled=True))
    return _evaluated(value, replace(windows, summed=_counts_first(value)))


def _full(value: Expression, lines: Lines, windows: _Windows, bucket: int) -> Mapping[Tags, npt.NDArray[np.bool_]]:
    """Whether windows are full: a point in the first bucket, and at most three buckets empty (Datadog's docs, "Metric
    Monitor", "Require a full window of data")."""
    period = _period(value)
    if period > bucket:
        raise NotEvaluated(f"require_full_window with points of {period} minutes")
    if _counts_first(value):
        parts = [_evaluated(node, windows) for node in walk(value) if isinstance(node, Metric)]
    else:
        parts = [lines]
    grid = windows.grid
    offsets = [max(0, offset) for offset, _ in bucket_offsets(grid, period)]
    places = np.array(offsets) // bucket
    found: dict[Tags, npt.NDArray[np.bool_]] = {}
    for group in lines.lines:
        there = np.zeros((int(places[-1]) + 1, grid.count), dtype=np.bool_)
        for part in parts:
            line = part.blocks(grid).line(group)
            if line is not None:
                np.logical_or.at(there, places, ~np.isnan(line.points))
        found[group] = there[0] & ((~there).sum(axis=0) <= 3)
    return found


def _period(value: Expression) -> int:
    """Minutes after which all buckets of a query fall alike."""
    found = [_interval(node) for node in walk(value) if isinstance(node, Metric)]
    return math.lcm(1, *(one.minutes for one in found if one is not None))


def _interval(metric: Metric) -> Rollup | None:
    return rollup_of({call.function: call for call in metric.modifiers})


def _counts(value: Expression) -> bool:
    return any(isinstance(node, Call) and node.function == "as_count" for node in walk(value))


def _counts_first(value: Expression) -> bool:
    """Whether time is reduced before arithmetic is done, which as_count() brings about (Datadog's docs, "as_count()
    in Monitor Evaluations")."""
    return _counts(value) and any(isinstance(node, Binary) for node in walk(value))


def _changed(value: Expression, windows: _Windows, change: str, shift: int) -> Lines:
    """The difference between now and `shift` minutes before, point by point; in percent for pct_change."""
    if _counts_first(value):
        raise NotEvaluated(f"{change}() of arithmetic with as_count()")
    now, before = _evaluated(value, windows), _evaluated_before(value, windows, shift)
    difference = combined("-", now, before, windows.grid)
    if change == "change":
        return difference
    return combined("*", combined("/", difference, before, windows.grid), constant(100), windows.grid)


def _evaluated(node: Expression, windows: _Windows) -> Lines:
    match node:
        case Number(text=text):
            return constant(float(text))
        case Group(item=item):
            return _evaluated(item, windows)
        case Unary(operator=operator, item=item):
            return combined(operator, constant(0), _evaluated(item, windows), windows.grid)
        case Binary(operator=operator, left=left, right=right):
            return combined(operator, _evaluated(left, windows), _evaluated(right, windows), windows.grid)
        case Call(function=function, arguments=arguments):
            return _called(function, arguments, windows)
        case Metric():
            return _metric(node, windows)
        case Modified():
            raise NotEvaluated("a modifier after parentheses")
    raise NotEvaluated(f"{type(node).__name__.lower()} in a query")


def _called(function: str, arguments: Sequence[Expression], windows: _Windows) -> Lines:
    first, *rest = arguments
    if function == "calendar_shift":
        return _evaluated_before(first, windows, _calendar(rest))
    numbers = [number_of(one, function) for one in rest]
    if function in SHIFTS:
        return _evaluated_before(first, windows, SHIFTS[function])
    if function == "timeshift" and numbers:
        return _evaluated_before(first, windows, round(-numbers[0] / 60))
    step = 1
    if function in STEPS:
        if windows.summed or windows.pooled:
            raise NotEvaluated(f"{function}() in arithmetic with as_count()")
        step = _period(first)
        lines = _evaluated(first, replace(windows, grid=windows.grid.longer(step)))
    else:
        lines = _evaluated(first, replace(windows, zeroed=windows.zeroed or function == "default_zero"))
    return applied(function, lines, numbers, windows.grid, step)


def _evaluated_before(node: Expression, windows: _Windows, shift: int) -> Lines:
    if shift < 0:
        raise NotEvaluated("a shift into the future")
    if shift % _period(node):
        raise NotEvaluated("a shift by a part of .rollup()")
    return _evaluated(node, windows.before(shift)).later(shift)


def _calendar(arguments: Sequence[Expression]) -> int:
    """Minutes of `"-1d"`, `"-7d"`, `"-1w"` in UTC, whose days are all as long. NotEvaluated for the rest."""
    texts = [one.raw for one in arguments if isinstance(one, String)]
    match texts:
        case [shift, *zone] if (
            shift[:1] == "-" and shift[1:-1].isdecimal() and shift[-1] in "dw" and zone in ([], ["UTC"])
        ):
            return int(shift[1:-1]) * {"d": 1, "w": 7}[shift[-1]] * 24 * 60
    raise NotEvaluated(f"calendar_shift() by {', '.join(texts)}")


def _metric(metric: Metric, windows: _Windows) -> Lines:
    """The lines of a metric: time within each source, then sources together, then modifiers of the whole."""
    modifiers = {call.function: call for call in metric.modifiers}
    for name in modifiers:
        if name not in MODIFIERS:
            raise NotEvaluated(f".{name}()")
    keys = metric.by.keys if metric.by is not None else ()
    counted = "as_count" in modifiers or "as_rate" in modifiers
    sources: dict[Tags, list[Series]] = {}
    for one in windows.series:
        if one.metric == metric.name and one.since is not None and selects(metric.scope, one):
            group = one.group(keys)
            if group is not None:
                sources.setdefault(group, []).append(one)
    lines: dict[Tags, Line] = {}
    for group, ones in sources.items():
        since = min(one.since for one in ones if one.since is not None) + windows.origin + 1
        lines[group] = Line(_together(metric, modifiers, ones, windows), since)
    made = Lines(keys, lines, missing=0 if counted else None)
    if "as_rate" in modifiers:
        made = made.each(lambda points: points / 60, missing=0)
    if windows.summed:
        return made.each(lambda points: reduced("sum", points, windows.grid)[None, :], missing=made.missing)
    return made


def _together(metric: Metric, modifiers: Mapping[str, Call], ones: Sequence[Series], windows: _Windows) -> Floats:
    """The points of one group's sources."""
    space, grid = metric.aggregator or "avg", windows.grid
    rollup = rollup_of(modifiers)
    if metric.condition or (space not in _SPACE and quantile_of(space) is None and space != "count"):
        raise NotEvaluated(f"the aggregation {space} of a distribution")
    if windows.pooled:
        if quantile_of(space) is None:
            raise NotEvaluated(f"percentile() of {space}")
        return pooled(ones, space, grid, windows.origin)
    if space not in _SPACE or any(one.sampled for one in ones):
        return distribution(ones, space, grid, rollup.minutes if rollup else 1, windows.origin)
    counted = "as_count" in modifiers or "as_rate" in modifiers
    usual = Fill() if not counted and (windows.zeroed or len(ones) > 1) else None
    filled = _joined(space, ones, windows, rollup, fill_of(modifiers) or usual)
    second = _second(ones) + windows.origin + 1
    if usual is None or windows.zeroed or "fill" in modifiers or second <= grid.start + grid.length:
        return filled
    alone = _joined(space, ones, windows, rollup, None)
    return np.where(grid.ends < second, as_block(alone, grid), as_block(filled, grid))


def _second(ones: Sequence[Series]) -> int:
    """When the second of several sources first reported; a source that is alone keeps its gaps."""
    return sorted(one.since or 0 for one in ones)[min(1, len(ones) - 1)]


def _joined(space: str, ones: Sequence[Series], windows: _Windows, rollup: Rollup | None, fill: Fill | None) -> Floats:
    """Several sources' points as one line."""
    grid = windows.grid
    all_points = [points(one, grid, rollup, fill, windows.origin) for one in ones]
    if len(all_points) == 1:
        return all_points[0]
    if len({one.ndim for one in all_points}) > 1:
        all_points = [as_block(one, grid) for one in all_points]
    if space in ("min", "max"):
        pick = np.fmin if space == "min" else np.fmax
        line = all_points[0]
        for one in all_points[1:]:
            line = pick(line, one)
        return line
    total, number = np.zeros(all_points[0].shape), np.zeros(all_points[0].shape)
    for one in all_points:
        present = ~np.isnan(one)
        total += np.where(present, one, 0.0)
        number += present
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(number > 0, total if space == "sum" else total / number, np.nan)
