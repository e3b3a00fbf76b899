"""Lines of a graph: the points of a query over one window, one line for each group, and arithmetic between them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dd_sync.evaluate.series import NotEvaluated, Value

Group = tuple[str, ...]


@dataclass(frozen=True)
class Lines:
    """`points` by group; `keys` are the tags of the group, none for one line over everything.

    `missing` is what a missing point counts as in arithmetic: 0 for counts and rates, which are aligned so, and for
    what default_zero() made; None where it stays missing. `length` is the number of points, with or without lines.
    """

    keys: Group
    points: Mapping[Group, Sequence[Value]]
    length: int
    missing: Value = None
    number: bool = False
    """Whether it is a number of the query, which is no group of its own."""

    def each(self, change: Callable[[Sequence[Value]], Sequence[Value]], *, missing: Value = None) -> Lines:
        """Every line changed as a whole."""
        changed = {group: change(line) for group, line in self.points.items()}
        length = len(change([None] * self.length))
        return Lines(self.keys, changed, length, missing)

    def pointwise(self, change: Callable[[float], Value], *, missing: Value = None, keep: bool = False) -> Lines:
        """Every point changed on its own; a missing one becomes `missing`. `keep` aligns missing points as before."""
        after = self.missing if keep else None
        return self.each(
            lambda line: [missing if point is None else _finite(change, point) for point in line], missing=after
        )

    def line(self, group: Group) -> Sequence[Value] | None:
        found = self.points.get(group)
        if found is None and not self.keys:
            found = self.points.get(())
        return [self.missing] * self.length if found is None and self.missing is not None else found


def constant(value: float, length: int) -> Lines:
    """A number of the query as a line."""
    return Lines((), {(): [value] * length}, length, number=True)


def combined(operator: str, left: Lines, right: Lines) -> Lines:
    """`left operator right`, group by group. One line over everything meets every group of the other side."""
    if left.keys and right.keys and set(left.keys) != set(right.keys):
        raise NotEvaluated(f"arithmetic between groups by {','.join(left.keys)} and by {','.join(right.keys)}")
    if left.length != right.length:
        raise NotEvaluated("arithmetic between queries with different rollups")
    right = _in_order_of(left, right)
    keys = left.keys or right.keys
    sides = [side for side in (left, right) if side.keys == keys and not side.number] or [left]
    groups = dict.fromkeys(group for side in sides for group in side.points)
    points: dict[Group, Sequence[Value]] = {}
    for group in groups:
        lines = left.line(group), right.line(group)
        if lines[0] is not None and lines[1] is not None:
            points[group] = [_applied(operator, *pair, left, right) for pair in zip(*lines, strict=True)]  # type: ignore[arg-type]
    missing = _computed(operator, _alone(left), _alone(right))
    return Lines(keys, points, left.length, missing, left.number and right.number)


def _alone(lines: Lines) -> Value:
    """What a side contributes where it has no point: a number is always there."""
    return next(iter(lines.points[()]), None) if lines.number else lines.missing


def _in_order_of(left: Lines, right: Lines) -> Lines:
    """The right side with its keys in the order of the left's."""
    if not left.keys or not right.keys or left.keys == right.keys:
        return right
    order = [right.keys.index(key) for key in left.keys]
    points = {tuple(group[at] for at in order): line for group, line in right.points.items()}
    return Lines(left.keys, points, right.length, right.missing)


def _applied(operator: str, one: Value, other: Value, left: Lines, right: Lines) -> Value:
    """One point of arithmetic. What is missing is aligned with a point of the other side, and a number is none."""
    if one is None and not right.number and other is not None:
        one = left.missing
    elif other is None and not left.number and one is not None:
        other = right.missing
    return _computed(operator, one, other)


def _computed(operator: str, one: Value, other: Value) -> Value:
    if one is None or other is None:
        return None
    match operator:
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
        case "/":
            return one / other if other else None
    raise NotEvaluated(f"the operator {operator}")


def reduced(how: str, points: Iterable[Value]) -> Value:
    """Many points as one; None where there are none."""
    present = [point for point in points if point is not None]
    if not present:
        return None
    match how:
        case "avg" | "mean":
            return sum(present) / len(present)
        case "sum":
            return sum(present)
        case "min":
            return min(present)
        case "max":
            return max(present)
        case "last":
            return present[-1]
        case "count":
            return len(present)
    raise NotEvaluated(f"{how} as an aggregation")


def _finite(change: Callable[[float], Value], point: float) -> Value:
    """A function's value, missing where it has none: the logarithm of nothing."""
    try:
        found = change(point)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return found if found is not None and math.isfinite(found) else None
