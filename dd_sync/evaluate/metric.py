"""The lines of one metric: time within each source, then sources together, then modifiers of the whole (Datadog's docs,
"Query to the Graph")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dd_sync.evaluate.distributions import distribution, pool, quantile_of
from dd_sync.evaluate.functions import MODIFIERS
from dd_sync.evaluate.grid import Floats, Grid
from dd_sync.evaluate.lines import Group as Tags
from dd_sync.evaluate.lines import Line, Lines, as_block, reduce_lines
from dd_sync.evaluate.points import Fill, Rollup, fill_of, points, rollup_of
from dd_sync.evaluate.series import NotEvaluated, Series, selects
from dd_sync.query.tree import Call, Metric

_SPACE = ("avg", "sum", "min", "max")


@dataclass(frozen=True)
class Windows:
    """The windows something is evaluated in. `summed` makes one point of each metric, its sum; `pooled` one of all
    samples of a distribution."""

    series: Sequence[Series]
    grid: Grid
    origin: int
    summed: bool = False
    pooled: bool = False
    zeroed: bool = False
    """Whether default_zero() is around it, which interpolates gaps of a single source too."""

    def before(self, minutes: int) -> Windows:
        return replace(self, grid=self.grid.before(minutes))


def metric_lines(metric: Metric, windows: Windows) -> Lines:
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
        return made.each(lambda points: reduce_lines("sum", points, windows.grid)[None, :], missing=made.missing)
    return made


def _together(metric: Metric, modifiers: Mapping[str, Call], ones: Sequence[Series], windows: Windows) -> Floats:
    """The points of one group's sources."""
    space, grid = metric.aggregator or "avg", windows.grid
    rollup = rollup_of(modifiers)
    if metric.condition or (space not in _SPACE and quantile_of(space) is None and space != "count"):
        raise NotEvaluated(f"the aggregation {space} of a distribution")
    if windows.pooled:
        if quantile_of(space) is None:
            raise NotEvaluated(f"percentile() of {space}")
        return pool(ones, space, grid, windows.origin)
    if space not in _SPACE or any(one.is_sampled for one in ones):
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


def _joined(space: str, ones: Sequence[Series], windows: Windows, rollup: Rollup | None, fill: Fill | None) -> Floats:
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
