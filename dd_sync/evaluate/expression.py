"""Evaluates a query's tree over series, in many windows at once, as Datadog documents it.

Time goes by minutes. What is not evaluated raises NotEvaluated with its name; nothing is guessed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from dd_sync.evaluate.functions import SHIFTS, STEPS, apply_function
from dd_sync.evaluate.lines import Lines, combine_lines, constant
from dd_sync.evaluate.metric import Windows, metric_lines
from dd_sync.evaluate.points import Rollup, number_of, rollup_of
from dd_sync.evaluate.series import NotEvaluated
from dd_sync.query.tree import Binary, Call, Expression, Group, Metric, Modified, Number, String, Unary
from dd_sync.query.walk import walk


def evaluate_lines(node: Expression, windows: Windows) -> Lines:
    match node:
        case Number(text=text):
            return constant(float(text))
        case Group(item=item):
            return evaluate_lines(item, windows)
        case Unary(operator=operator, item=item):
            return combine_lines(operator, constant(0), evaluate_lines(item, windows), windows.grid)
        case Binary(operator=operator, left=left, right=right):
            return combine_lines(operator, evaluate_lines(left, windows), evaluate_lines(right, windows), windows.grid)
        case Call(function=function, arguments=arguments):
            return _called(function, arguments, windows)
        case Metric():
            return metric_lines(node, windows)
        case Modified():
            raise NotEvaluated("a modifier after parentheses")
    raise NotEvaluated(f"{type(node).__name__.lower()} in a query")


def evaluate_before(node: Expression, windows: Windows, shift: int) -> Lines:
    if shift < 0:
        raise NotEvaluated("a shift into the future")
    if shift % period(node):
        raise NotEvaluated("a shift by a part of .rollup()")
    return evaluate_lines(node, windows.before(shift)).later(shift)


def period(value: Expression) -> int:
    """Minutes after which all buckets of a query fall alike."""
    found = [interval(node) for node in walk(value) if isinstance(node, Metric)]
    return math.lcm(1, *(one.minutes for one in found if one is not None))


def interval(metric: Metric) -> Rollup | None:
    return rollup_of({call.function: call for call in metric.modifiers})


def counts(value: Expression) -> bool:
    return any(isinstance(node, Call) and node.function == "as_count" for node in walk(value))


def counts_first(value: Expression) -> bool:
    """Whether time is reduced before arithmetic is done, which as_count() brings about (Datadog's docs, "as_count()
    in Monitor Evaluations")."""
    return counts(value) and any(isinstance(node, Binary) for node in walk(value))


def _called(function: str, arguments: Sequence[Expression], windows: Windows) -> Lines:
    first, *rest = arguments
    if function == "calendar_shift":
        return evaluate_before(first, windows, _calendar(rest))
    numbers = [number_of(one, function) for one in rest]
    if function in SHIFTS:
        return evaluate_before(first, windows, SHIFTS[function])
    if function == "timeshift" and numbers:
        return evaluate_before(first, windows, round(-numbers[0] / 60))
    step = 1
    if function in STEPS:
        if windows.summed or windows.pooled:
            raise NotEvaluated(f"{function}() in arithmetic with as_count()")
        step = period(first)
        lines = evaluate_lines(first, replace(windows, grid=windows.grid.longer(step)))
    else:
        lines = evaluate_lines(first, replace(windows, zeroed=windows.zeroed or function == "default_zero"))
    return apply_function(function, lines, numbers, windows.grid, step)


def _calendar(arguments: Sequence[Expression]) -> int:
    """Minutes of `"-1d"`, `"-7d"`, `"-1w"` in UTC, whose days are all as long. NotEvaluated for the rest."""
    texts = [one.raw for one in arguments if isinstance(one, String)]
    match texts:
        case [shift, *zone] if (
            shift[:1] == "-" and shift[1:-1].isdecimal() and shift[-1] in "dw" and zone in ([], ["UTC"])
        ):
            return int(shift[1:-1]) * {"d": 1, "w": 7}[shift[-1]] * 24 * 60
    raise NotEvaluated(f"calendar_shift() by {', '.join(texts)}")
