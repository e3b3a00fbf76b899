"""A query's tree over made-up series: the value of each group at one moment, as Datadog's docs say it is made.

Time goes by minutes. What is not evaluated raises NotEvaluated with its name; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dd_sync.evaluate.functions import MODIFIERS, SHIFTS, STEPS, applied
from dd_sync.evaluate.lines import Group as Tags
from dd_sync.evaluate.lines import Lines, combined, constant, reduced
from dd_sync.evaluate.points import MOST_POINTS, Fill, Rollup, fill_of, number_of, points, rollup_of
from dd_sync.evaluate.series import NotEvaluated, Series, Value, selects
from dd_sync.query.tree import Alert, Binary, Call, Expression, Group, Metric, Modified, Number, Unary, Window
from dd_sync.query.walk import walk

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


def values_at(alert: Alert, series: Sequence[Series], end: int, *, check: bool = True) -> Values:
    """The values at minute `end`, from what was reported before it. A group that never reported is not there.

    Raises NotEvaluated; without `check`, not for what only matters to how large a value is.
    """
    evaluation = alert.evaluation
    if evaluation is None:
        raise NotEvaluated("a query without an evaluation window")
    window = _Window(series, end - minutes(evaluation.window), end)
    if check:
        _check_points(alert.value, evaluation.aggregator, window.end - window.start)
    if evaluation.change is not None and evaluation.shift is not None:
        lines = _changed(alert.value, window, evaluation.change, minutes(evaluation.shift))
    elif _counts_first(alert.value):
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
    zeroed: bool = False
    """Whether default_zero() is around it, which interpolates gaps of a single source too."""

    def before(self, minutes: int) -> _Window:
        return replace(self, start=self.start - minutes, end=self.end - minutes)


def _check_points(value: Expression, aggregator: str, length: int) -> None:
    """Refuses what depends on how many points Datadog makes of a window, which nobody promises.

    Counts are only summed (Datadog's docs, "as_count() in Monitor Evaluations": others "cannot be used"). Above 350
    points, averages of several minutes take the place of minutes: a sum of counts stays what it is, and so does an
    average, while no other function and no other arithmetic is done on it.
    """
    counted = _counts(value)
    if counted and aggregator != "sum":
        raise NotEvaluated(f"{aggregator}() of as_count(), which Datadog only sums,")
    intervals = [_interval(node) for node in walk(value) if isinstance(node, Metric)]
    if all(length / interval.minutes <= MOST_POINTS for interval in intervals):
        return
    bent = any(isinstance(node, Binary) and node.operator in "*/" for node in walk(value)) or any(
        isinstance(node, Call) and node.function != "as_count" for node in walk(value)
    )
    if not counted and (aggregator != "avg" or bent):
        raise NotEvaluated(f"{aggregator}() over {length} minutes, more than {MOST_POINTS} points without .rollup(),")


def _interval(metric: Metric) -> Rollup:
    return rollup_of({call.function: call for call in metric.modifiers}) or Rollup()


def _counts(value: Expression) -> bool:
    return any(isinstance(node, Call) and node.function == "as_count" for node in walk(value))


def _counts_first(value: Expression) -> bool:
    """Whether time is reduced before arithmetic is done, which as_count() brings about (Datadog's docs, "as_count()
    in Monitor Evaluations")."""
    return _counts(value) and any(isinstance(node, Binary) for node in walk(value))


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
    numbers = [number_of(one, function) for one in rest]
    if function in SHIFTS:
        return _evaluated(first, window.before(SHIFTS[function]))
    if function == "timeshift" and numbers:
        return _evaluated(first, window.before(round(-numbers[0] / 60)))
    if function in STEPS:
        if window.summed:
            raise NotEvaluated(f"{function}() in arithmetic with as_count()")
        window = replace(window, start=window.start - 1)
    if function == "default_zero":
        window = replace(window, zeroed=True)
    return applied(function, _evaluated(first, window), numbers)


def _metric(metric: Metric, window: _Window) -> Lines:
    """The lines of a metric: time within each source, then sources together, then modifiers of the whole."""
    space = metric.aggregator or "avg"
    if metric.condition or space not in _SPACE:
        raise NotEvaluated(f"the aggregation {space} of a distribution")
    modifiers = {call.function: call for call in metric.modifiers}
    keys = metric.by.keys if metric.by is not None else ()
    for name in modifiers:
        if name not in MODIFIERS:
            raise NotEvaluated(f".{name}()")
    counted = "as_count" in modifiers or "as_rate" in modifiers
    rollup, filling = rollup_of(modifiers), fill_of(modifiers)
    sources: dict[Tags, list[Series]] = {}
    for one in window.series:
        if one.metric == metric.name and selects(metric.scope, one) and _seen(one, window):
            group = one.group(keys)
            if group is not None:
                sources.setdefault(group, []).append(one)
    lines: dict[Tags, Sequence[Value]] = {}
    for group, ones in sources.items():
        usual = Fill() if not counted and (window.zeroed or len(ones) > 1) else None
        all_points = [points(one, window.start, window.end, rollup, filling or usual) for one in ones]
        lines[group] = [reduced(space, column) for column in zip(*all_points, strict=True)]
    length = len(points(Series(metric.name, ()), window.start, window.end, rollup, None))
    made = Lines(keys, lines, length, missing=0 if counted else None)
    if "as_rate" in modifiers:
        made = made.pointwise(lambda point: point / 60, keep=True)
    return made.each(lambda line: [reduced("sum", line)], missing=made.missing) if window.summed else made


def _seen(series: Series, window: _Window) -> bool:
    """Whether the source reported anything before the window's end: what nobody knows is no group."""
    return series.since is not None and series.since < window.end
