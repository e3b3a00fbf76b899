"""What a monitor compares with its thresholds: one number for each group and window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dd_sync.evaluate.bands import Anomaly, outside
from dd_sync.evaluate.expression import counts, counts_first, evaluate_before, evaluate_lines, interval, period
from dd_sync.evaluate.grid import Floats, Integers, bucket_offsets, grids
from dd_sync.evaluate.lines import Group as Tags
from dd_sync.evaluate.lines import Lines, combine_lines, constant, reduce_lines
from dd_sync.evaluate.metric import Windows
from dd_sync.evaluate.points import MOST_POINTS, Rollup
from dd_sync.evaluate.series import NotEvaluated, Series
from dd_sync.evaluate.windows import minutes
from dd_sync.query.tree import Alert, Binary, Call, Evaluation, Expression, Metric
from dd_sync.query.walk import walk


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


def shares(anomaly: Anomaly, series: Sequence[Series], ends: Integers, length: int, *, origin: int = 0) -> Values:
    """The share of points outside their bands, in the windows of `length` minutes that end at `ends`."""
    keys: Sequence[str] = ()
    made: dict[Tags, Known] = {}
    for at, grid in grids(ends, np.full(len(ends), length), period(anomaly.line)):
        lines = outside(anomaly, Windows(series, grid, origin))
        keys = lines.keys
        for group, line in lines.lines.items():
            made.setdefault(group, _unknown(len(ends), line.since, 0)).values[at] = reduce_lines(
                "avg", line.points, grid
            )
    return Values(keys, made)


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
    for at, grid in grids(ends, lengths, period(alert.value)):
        windows = Windows(series, grid, origin)
        if not grid.length:
            continue
        lines = _graph(alert.value, evaluation, windows)
        keys = lines.keys
        full = _full(alert.value, lines, windows, bucket) if bucket else {}
        for group, line in lines.lines.items():
            known = made.setdefault(group, _unknown(len(ends), line.since, bucket))
            known.values[at] = reduce_lines(
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
    for at, grid in grids(ends, np.full(len(ends), length), period(value)):
        for group, line in evaluate_lines(
            value, Windows(series, grid, origin, summed=counts_first(value))
        ).lines.items():
            there = found.setdefault(group, np.zeros(len(ends), dtype=np.bool_))
            there[at] = ~np.isnan(reduce_lines("last", line.points, grid))
    return found


def check(alert: Alert, length: int) -> None:
    """Refuses what depends on how many points Datadog makes of a window, which nobody promises.

    Counts are only summed (Datadog's docs, "as_count() in Monitor Evaluations": others "cannot be used"), but for
    points whose length the query says. Above 1,500 points, averages of several minutes take the place of minutes: a sum
    of counts stays what it is, and so does an average, while no other function and no other arithmetic is done on it.
    """
    assert alert.evaluation is not None
    value, aggregator = alert.value, alert.evaluation.aggregator
    counted = counts(value)
    rolled = all(interval(node) is not None for node in walk(value) if isinstance(node, Metric))
    if counted and aggregator != "sum" and (counts_first(value) or not rolled):
        raise NotEvaluated(f"{aggregator}() of as_count(), which Datadog only sums,")
    intervals = [interval(node) or Rollup() for node in walk(value) if isinstance(node, Metric)]
    if all(length / one.minutes <= MOST_POINTS for one in intervals):
        return
    bent = any(isinstance(node, Binary) and node.operator in "*/" for node in walk(value)) or any(
        isinstance(node, Call) and node.function != "as_count" for node in walk(value)
    )
    if not counted and (aggregator != "avg" or bent):
        raise NotEvaluated(f"{aggregator}() over {length} minutes, more than {MOST_POINTS} points without .rollup(),")


def _unknown(count: int, since: int, bucket: int) -> Known:
    return Known(np.full(count, np.nan), since, np.zeros(count, dtype=np.bool_) if bucket else None)


def _graph(value: Expression, evaluation: Evaluation, windows: Windows) -> Lines:
    """The lines that are reduced to one number a window."""
    if evaluation.change is not None and evaluation.shift is not None:
        return _changed(value, windows, evaluation.change, minutes(evaluation.shift))
    if evaluation.aggregator == "percentile":
        return evaluate_lines(value, replace(windows, pooled=True))
    return evaluate_lines(value, replace(windows, summed=counts_first(value)))


def _full(value: Expression, lines: Lines, windows: Windows, bucket: int) -> Mapping[Tags, npt.NDArray[np.bool_]]:
    """Whether windows are full: a point in the first bucket, and at most three buckets empty (Datadog's docs, "Metric
    Monitor", "Require a full window of data")."""
    spacing = period(value)
    if spacing > bucket:
        raise NotEvaluated(f"require_full_window with points of {spacing} minutes")
    if counts_first(value):
        parts = [evaluate_lines(node, windows) for node in walk(value) if isinstance(node, Metric)]
    else:
        parts = [lines]
    grid = windows.grid
    offsets = [max(0, offset) for offset, _ in bucket_offsets(grid, spacing)]
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


def _changed(value: Expression, windows: Windows, change: str, shift: int) -> Lines:
    """The difference between now and `shift` minutes before, point by point; in percent for pct_change."""
    if counts_first(value):
        raise NotEvaluated(f"{change}() of arithmetic with as_count()")
    now, before = evaluate_lines(value, windows), evaluate_before(value, windows, shift)
    difference = combine_lines("-", now, before, windows.grid)
    if change == "change":
        return difference
    return combine_lines("*", combine_lines("/", difference, before, windows.grid), constant(100), windows.grid)
