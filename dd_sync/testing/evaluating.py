"""A query's tree over made-up series: the value of each group at one moment, as Datadog's docs say it is made.

Time goes by minutes. What is not evaluated raises NotEvaluated with its name; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dd_sync.query.tree import Alert, Binary, Call, Expression, Group, Metric, Modified, Number, Unary, Window, Word
from dd_sync.query.walk import walk
from dd_sync.testing.functions import SHIFTS, STEPS, applied, filled
from dd_sync.testing.lines import Group as Tags
from dd_sync.testing.lines import Lines, combined, constant, reduced
from dd_sync.testing.series import NotEvaluated, Series, Value, selects

_MINUTES = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}

_SPACE = ("avg", "sum", "min", "max")


def minutes(window: Window) -> int:
    """The length of a window. Raises NotEvaluated for cumulative and future ones."""
    if window.kind not in ("last", "ago") or window.unit not in _MINUTES:
        raise NotEvaluated(f"the window {window.kind}_{window.amount}{window.unit}")
    return window.amount * _MINUTES[window.unit]


@dataclass(frozen=True)
class Values:
    """What each group is compared with at one moment; None where it has no value now."""

    keys: Sequence[str]
    by_group: Mapping[Tags, Value]


def values_at(alert: Alert, series: Sequence[Series], end: int) -> Values:
    """The values at minute `end`, from what was reported before it. A group that never reported is not there."""
    evaluation = alert.evaluation
    if evaluation is None:
        raise NotEvaluated("a query without an evaluation window")
    window = _Window(series, end - minutes(evaluation.window), end)
    if evaluation.change is not None and evaluation.shift is not None:
        lines = _changed(alert.value, window, evaluation.change, minutes(evaluation.shift))
    elif _counts_first(alert.value):
        if evaluation.aggregator != "sum":
            raise NotEvaluated(f"{evaluation.aggregator}() of arithmetic with as_count(), which Datadog only sums,")
        lines = _evaluated(alert.value, replace(window, summed=True))
    else:
        lines = _evaluated(alert.value, window)
    found = {group: reduced(evaluation.aggregator, line) for group, line in lines.points.items()}
    return Values(lines.keys, found)


@dataclass(frozen=True)
class _Window:
    """The minutes from `start` up to, and without, `end`. `summed` makes one point of each metric, its sum."""

    series: Sequence[Series]
    start: int
    end: int
    summed: bool = False

    def before(self, minutes: int) -> _Window:
        return replace(self, start=self.start - minutes, end=self.end - minutes)


def _counts_first(value: Expression) -> bool:
    """Whether time is reduced before arithmetic is done, which as_count() brings about (Datadog's docs, "as_count()
    in Monitor Evaluations")."""
    nodes = tuple(walk(value))
    counted = any(isinstance(node, Call) and node.function == "as_count" for node in nodes)
    return counted and any(isinstance(node, Binary) for node in nodes)


def _changed(value: Expression, window: _Window, change: str, shift: int) -> Lines:
    """The difference between now and `shift` minutes before, point by point; in percent for pct_change."""
    if _counts_first(value):
        raise NotEvaluated(f"{change}() of arithmetic with as_count()")
    now, before = _evaluated(value, window), _evaluated(value, window.before(shift))
    difference = combined("-", now, before)
    if change == "change":
        return difference
    return combined("*", combined("/", difference, before), constant(100, now.length))


def _evaluated(node: Expression, window: _Window) -> Lines:
    match node:
        case Number(text=text):
            return constant(float(text), 1 if window.summed else window.end - window.start)
        case Group(item=item):
            return _evaluated(item, window)
        case Unary(operator=operator, item=item):
            lines = _evaluated(item, window)
            return combined(operator, constant(0, lines.length), lines)
        case Binary(operator=operator, left=left, right=right):
            return _binary(operator, left, right, window)
        case Call(function=function, arguments=arguments):
            return _called(function, arguments, window)
        case Metric():
            return _metric(node, window)
        case Modified():
            raise NotEvaluated("a modifier after parentheses")
    raise NotEvaluated(f"{type(node).__name__.lower()} in a query")


def _binary(operator: str, left: Expression, right: Expression, window: _Window) -> Lines:
    one, other = _evaluated(left, window), _evaluated(right, window)
    if isinstance(left, Number):
        one = constant(float(left.text), other.length)
    if isinstance(right, Number):
        other = constant(float(right.text), one.length)
    return combined(operator, one, other)


def _called(function: str, arguments: Sequence[Expression], window: _Window) -> Lines:
    first, *rest = arguments
    numbers = [_number(one, function) for one in rest]
    if function in SHIFTS:
        return _evaluated(first, window.before(SHIFTS[function]))
    if function == "timeshift" and numbers:
        return _evaluated(first, window.before(round(-numbers[0] / 60)))
    if function in STEPS:
        if window.summed:
            raise NotEvaluated(f"{function}() in arithmetic with as_count()")
        window = replace(window, start=window.start - 1)
    return applied(function, _evaluated(first, window), numbers)


def _number(node: Expression, function: str) -> float:
    match node:
        case Number(text=text):
            return float(text)
        case Unary(operator="-", item=Number(text=text)):
            return -float(text)
    raise NotEvaluated(f"{function}() with arguments other than numbers")


def _metric(metric: Metric, window: _Window) -> Lines:
    """The lines of a metric: time within each source, then sources together, then modifiers of the whole."""
    space = metric.aggregator or "avg"
    if metric.condition or space not in _SPACE:
        raise NotEvaluated(f"the aggregation {space} of a distribution")
    modifiers = {call.function: call for call in metric.modifiers}
    keys = metric.by.keys if metric.by is not None else ()
    sources: dict[Tags, list[Sequence[Value]]] = {}
    for one in window.series:
        if one.metric == metric.name and selects(metric.scope, one) and _seen(one, window):
            group = one.group(keys)
            if group is not None:
                sources.setdefault(group, []).append(_points(one, window, modifiers))
    lines = {group: [reduced(space, column) for column in zip(*ones, strict=True)] for group, ones in sources.items()}
    counted = "as_count" in modifiers or "as_rate" in modifiers
    length = len(_points(Series(metric.name, ()), window, modifiers))
    made = Lines(keys, lines, length, missing=0 if counted else None)
    for name, call in modifiers.items():
        if name == "fill":
            how = call.arguments[0] if call.arguments else None
            made = made.each(lambda line, how=how: filled(how.text if isinstance(how, Word) else "linear", line))  # type: ignore[misc]
        elif name not in ("as_count", "as_rate", "rollup"):
            raise NotEvaluated(f".{name}()")
    return made.each(lambda line: [reduced("sum", line)], missing=made.missing) if window.summed else made


def _seen(series: Series, window: _Window) -> bool:
    """Whether the source reported anything before the window's end: what nobody knows is no group."""
    return series.since is not None and series.since < window.end


def _points(series: Series, window: _Window, modifiers: Mapping[str, Call]) -> Sequence[Value]:
    """One source's points: a minute each, or longer with `.rollup(how, seconds)`."""
    values = [series.at(minute) for minute in range(window.start, window.end)]
    if "as_rate" in modifiers:
        values = [None if value is None else value / 60 for value in values]
    arguments = modifiers["rollup"].arguments if "rollup" in modifiers else ()
    if len(arguments) < 2:
        return values
    how, seconds = arguments[0], _number(arguments[1], ".rollup")
    assert isinstance(how, Word)
    buckets: dict[int, list[Value]] = {}
    for minute, value in zip(range(window.start, window.end), values, strict=True):
        buckets.setdefault(minute // max(1, round(seconds / 60)), []).append(value)
    return [reduced(how.text, bucket) for bucket in buckets.values()]
