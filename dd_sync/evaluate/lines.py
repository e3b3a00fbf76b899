"""Lines of a graph: the points of a query over many windows at once, one line for each group, and arithmetic on them.

A line's points are a track (one value a minute, the same in every window), a block (points by windows, where what a
point is depends on the window), or a single number of the query. `dd_sync.evaluate.grid` says how they are laid out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from dd_sync.evaluate.grid import Floats, Grid, block_of, reduce_block, reduce_track
from dd_sync.evaluate.series import NotEvaluated

Group = tuple[str, ...]

ALWAYS = -(1 << 60)
NEVER = 1 << 60


@dataclass(frozen=True)
class Line:
    """One group's points. `since`: the end of the first window that knows the group, in minutes."""

    points: Floats
    since: int


@dataclass(frozen=True)
class Lines:
    """`lines` by group; `keys` are the tags of the group, none for one line over everything.

    `missing` is what a missing point counts as in arithmetic: 0 for counts and rates, which are aligned so, and for
    what default_zero() made; None where it stays missing.
    """

    keys: Group
    lines: Mapping[Group, Line]
    missing: float | None = None
    number: bool = False
    """Whether it is a number of the query, which is no group of its own."""

    def each(self, change: Callable[[Floats], Floats], *, missing: float | None = None) -> Lines:
        """Every line changed as a whole."""
        changed = {group: Line(change(line.points), line.since) for group, line in self.lines.items()}
        return Lines(self.keys, changed, missing, self.number)

    def pointwise(self, change: Callable[[Floats], Floats], *, missing: float | None = None) -> Lines:
        """Every point changed on its own; a missing one becomes `missing`."""
        gap = np.nan if missing is None else missing
        return self.each(lambda points: np.where(np.isnan(points), gap, finite(change, points)))

    def later(self, minutes: int) -> Lines:
        """The same points, known only so many minutes later."""
        lines = {group: Line(line.points, line.since + minutes) for group, line in self.lines.items()}
        return Lines(self.keys, lines, self.missing, self.number)

    def blocks(self, grid: Grid) -> Lines:
        """The same as blocks."""
        return self.each(lambda points: as_block(points, grid), missing=self.missing)

    def line(self, group: Group) -> Line | None:
        """A group's line; one line over everything is every group's."""
        found = self.lines.get(group)
        return self.lines.get(()) if found is None and not self.keys else found


def constant(value: float) -> Lines:
    """A number of the query as a line."""
    return Lines((), {(): Line(np.array(value), ALWAYS)}, number=True)


def as_block(points: Floats, grid: Grid) -> Floats:
    """A track as a block; blocks and numbers as they are."""
    return block_of(points, grid) if points.ndim == 1 else points


def finite(change: Callable[[Floats], Floats], points: Floats) -> Floats:
    """A function's values, missing where it has none: the logarithm of nothing."""
    with np.errstate(all="ignore"):
        found = change(points)
    return np.where(np.isfinite(found), found, np.nan)


def reduce_lines(how: str, points: Floats, grid: Grid) -> Floats:
    """One number for each window; NaN where it has no point."""
    if points.ndim == 0:
        raise NotEvaluated("a query of numbers alone")
    return reduce_track(how, points, grid) if points.ndim == 1 else reduce_block(how, points)


def combine_lines(operator: str, left: Lines, right: Lines, grid: Grid) -> Lines:
    """`left operator right`, group by group. One line over everything meets every group of the other side."""
    if left.keys and right.keys and set(left.keys) != set(right.keys):
        raise NotEvaluated(f"arithmetic between groups by {','.join(left.keys)} and by {','.join(right.keys)}")
    right = _in_order_of(left, right)
    keys = left.keys or right.keys
    sides = [side for side in (left, right) if side.keys == keys and not side.number] or [left]
    made: dict[Group, Line] = {}
    for group in dict.fromkeys(group for side in sides for group in side.lines):
        one, other = left.line(group), right.line(group)
        if (one is None and left.missing is None) or (other is None and right.missing is None):
            continue
        there = min(side.lines[group].since for side in sides if group in side.lines)
        since = max(there, _needed(one, left), _needed(other, right))
        made[group] = Line(_applied(operator, one, other, (left, right), grid), since)
    missing = _computed(operator, _alone(left), _alone(right))
    return Lines(keys, made, None if np.isnan(missing) else float(missing), left.number and right.number)


def _needed(line: Line | None, side: Lines) -> int:
    """The first window that may be computed, for this side's sake: a missing count is zero from the start."""
    return ALWAYS if line is None or side.missing is not None else line.since


def _alone(lines: Lines) -> Floats:
    """What a side contributes where it has no point: a number is always there."""
    return lines.lines[()].points if lines.number else np.array(np.nan if lines.missing is None else lines.missing)


def _in_order_of(left: Lines, right: Lines) -> Lines:
    """The right side with its keys in the order of the left's."""
    if not left.keys or not right.keys or left.keys == right.keys:
        return right
    order = [right.keys.index(key) for key in left.keys]
    lines = {tuple(group[at] for at in order): line for group, line in right.lines.items()}
    return Lines(left.keys, lines, right.missing)


def _applied(operator: str, one: Line | None, other: Line | None, sides: tuple[Lines, Lines], grid: Grid) -> Floats:
    """Arithmetic. What is missing is aligned with a point of the other side, and a number is none."""
    left, right = sides
    a, b = _alike(one, other, grid)
    gap_a, gap_b = np.isnan(a), np.isnan(b)
    if left.missing is not None and not right.number:
        a = np.where(gap_a & ~gap_b, left.missing, a)
    if right.missing is not None and not left.number:
        b = np.where(gap_b & ~gap_a, right.missing, b)
    return _computed(operator, a, b)


def _alike(one: Line | None, other: Line | None, grid: Grid) -> tuple[Floats, Floats]:
    """Both sides' points in one layout."""
    a = np.array(np.nan) if one is None else one.points
    b = np.array(np.nan) if other is None else other.points
    if a.ndim and b.ndim and a.ndim != b.ndim:
        a, b = as_block(a, grid), as_block(b, grid)
    if a.ndim and b.ndim and a.shape != b.shape:
        raise NotEvaluated("arithmetic between queries with different rollups")
    if not a.ndim and one is None:
        a = np.full(b.shape, np.nan)
    if not b.ndim and other is None:
        b = np.full(a.shape, np.nan)
    return a, b


def _computed(operator: str, one: Floats, other: Floats) -> Floats:
    with np.errstate(all="ignore"):
        match operator:
            case "+":
                return one + other
            case "-":
                return one - other
            case "*":
                return one * other
            case "/":
                return np.where(other == 0, np.nan, one / np.where(other == 0, 1.0, other))
    raise NotEvaluated(f"the operator {operator}")
