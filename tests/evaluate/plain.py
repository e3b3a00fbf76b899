"""A second evaluator of monitors, slow and plain, to hold ours against: minute by minute over raw points.

Written from Datadog's documentation ("Configure Monitors", "Metric Monitor", "Recovery thresholds", "as_count() in
Monitor Evaluations", "No data", "Rollup", "Interpolation"). It shares no code with dd_sync: monitors are described by
`Rule`, not parsed, and nothing is computed for more than one minute at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Points = Mapping[int, float]
"""Raw points of one source by minute."""


@dataclass(frozen=True)
class Source:
    metric: str
    points: Points
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Term:
    """`space:metric{*} by {by}`, with what may follow it."""

    metric: str
    space: str = "avg"
    by: str = ""
    count: bool = False
    rollup: tuple[str, int] | None = None
    """How, and minutes."""
    fill: tuple[str, int] | None = None
    zero: bool = False
    """Whether default_zero() is around it."""
    shift: int = 0
    """Minutes that timeshift() looks back."""

    def __str__(self) -> str:
        text = f"{self.space}:{self.metric}{{*}}" + (f" by {{{self.by}}}" if self.by else "")
        text += ".as_count()" if self.count else ""
        text += f".rollup({self.rollup[0]}, {self.rollup[1] * 60})" if self.rollup else ""
        text += f".fill({self.fill[0]}, {self.fill[1] * 60})" if self.fill else ""
        text = f"timeshift({text}, -{self.shift * 60})" if self.shift else text
        return f"default_zero({text})" if self.zero else text


@dataclass(frozen=True)
class Rule:
    """A monitor: `time(last_…m):term [operator other] comparison critical`."""

    time: str
    window: int
    terms: tuple[Term, ...]
    comparison: str
    critical: float
    operator: str = "/"
    factor: float = 1
    change: str = ""
    change_minutes: int = 0
    warning: float | None = None
    critical_recovery: float | None = None
    warning_recovery: float | None = None
    delay: int = 0
    missing: str = "default"
    full: bool = False
    new_group: int = 0
    no_data: int | None = None
    timeout: int = 0

    @property
    def counts(self) -> bool:
        return any(term.count for term in self.terms)

    def payload(self) -> dict[str, object]:
        """The same monitor as Datadog's API has it."""
        value = f" {self.operator} ".join(map(str, self.terms))
        if self.factor != 1:
            value = f"{self.factor:g} * ({value})" if len(self.terms) > 1 else f"{self.factor:g} * {value}"
        head = f"{self.time}(last_{self.window}m)"
        head = f"{self.change}({head},last_{self.change_minutes}m)" if self.change else head
        names = ("critical", "warning", "critical_recovery", "warning_recovery")
        thresholds = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        options: dict[str, object] = {"thresholds": thresholds, "new_group_delay": self.new_group * 60}
        if self.delay:
            options["evaluation_delay"] = self.delay * 60
        if self.full:
            options["require_full_window"] = True
        if self.no_data is not None:
            options |= {"notify_no_data": True, "no_data_timeframe": self.no_data}
        else:
            options["on_missing_data"] = self.missing
        if self.timeout:
            options["timeout_h"] = self.timeout
        return {
            "type": "query alert",
            "query": f"{head}:{value} {self.comparison} {self.critical!r}",
            "options": options,
        }


COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
}
RECOVER: Mapping[str, Callable[[float, float], bool]] = {
    ">": lambda value, limit: value <= limit,
    ">=": lambda value, limit: value < limit,
    "<": lambda value, limit: value >= limit,
    "<=": lambda value, limit: value > limit,
}


def aggregate(how: str, values: Sequence[float]) -> float | None:
    if not values:
        return None
    if how == "sum":
        return add(values)
    if how == "avg":
        return add(values) / len(values)
    return {"min": min, "max": max}[how](values)


def add(values: Sequence[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def groups_of(rule: Rule, sources: Sequence[Source]) -> list[str]:
    """The groups any term knows of; `""` where nothing is grouped."""
    found = {}
    for term in rule.terms:
        for source in sources:
            if source.metric == term.metric and (not term.by or term.by in source.tags):
                found[source.tags[term.by] if term.by else ""] = True
    if any(term.by for term in rule.terms):
        found.pop("", None)
    return list(found)


def sources_of(term: Term, group: str, sources: Sequence[Source], end: int) -> list[Source]:
    """The sources of a group that have reported anything before `end`."""
    return [
        source
        for source in sources
        if source.metric == term.metric
        and (not term.by or source.tags.get(term.by) == group)
        and any(minute < end for minute in source.points)
    ]


def seen(rule: Rule, group: str, sources: Sequence[Source], end: int) -> bool:
    """Whether the group is there: every term that is no count has reported, or any of the counts."""
    ends = [end - term.shift for term in rule.terms]
    there = [bool(sources_of(term, group, sources, at)) for term, at in zip(rule.terms, ends, strict=True)]
    optional = [term.count or term.zero for term in rule.terms]
    own = [bool(term.by) or not any(one.by for one in rule.terms) for term in rule.terms]
    needed = all(is_there or may_miss for is_there, may_miss in zip(there, optional, strict=True))
    if rule.change and not any(optional):
        needed = needed and all(sources_of(t, group, sources, end - t.shift - rule.change_minutes) for t in rule.terms)
    return needed and any(is_there and its for is_there, its in zip(there, own, strict=True))


def source_points(term: Term, source: Source, start: int, end: int, together: bool) -> list[float | None]:
    """One source's points in a window: a value each minute, or each bucket of a rollup, aligned to the clock."""
    if term.rollup and term.rollup[1] > 1:
        how, width = term.rollup
        found, minute = [], start
        while minute < end:
            stop = min(end, (minute // width + 1) * width)
            found.append(aggregate(how, [source.points[m] for m in range(minute, stop) if m in source.points]))
            minute = stop
        return found
    fill = term.fill or (("linear", 5) if not term.count and (together or term.zero) else ("null", 0))
    return [filled(source.points, minute, end, fill) for minute in range(start, end)]


def filled(points: Points, minute: int, end: int, fill: tuple[str, int]) -> float | None:
    """A point, or what interpolation puts there: what is at or after `end` is not known yet."""
    if minute in points:
        return points[minute]
    how, limit = fill
    before = next((m for m in range(minute - 1, minute - limit - 1, -1) if m in points), None)
    if how == "null" or before is None:
        return None
    if how == "zero":
        return 0.0
    after = next((m for m in range(minute + 1, end) if m in points), None)
    if how == "last" or after is None:
        return points[before]
    return points[before] + (points[after] - points[before]) * (minute - before) / (after - before)


def term_points(term: Term, group: str, sources: Sequence[Source], start: int, end: int) -> list[float | None]:
    """A term's points in a window: time within each source first, then the sources together."""
    start, end = start - term.shift, end - term.shift
    found = sources_of(term, group, sources, end)
    if not found:
        return [None] * len(source_points(term, Source("", {}), start, end, False))
    lines = [source_points(term, source, start, end, len(found) > 1) for source in found]
    points = [aggregate(term.space, [one for one in column if one is not None]) for column in zip(*lines, strict=True)]
    if term.zero and any(point is not None for point in points):
        points = [0.0 if point is None else point for point in points]
    return points


def arithmetic(rule: Rule, one: float | None, other: float | None) -> float | None:
    """Two points; a count that is missing beside one that is there is zero, and so is what default_zero() is around."""
    first, second = rule.terms
    if one is None and other is not None and (first.count or first.zero):
        one = 0.0
    elif other is None and one is not None and (second.count or second.zero):
        other = 0.0
    if one is None or other is None:
        return None
    match rule.operator:
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
    return one / other if other else None


def line(rule: Rule, group: str, sources: Sequence[Source], start: int, end: int) -> list[float | None]:
    lines = [term_points(term, group, sources, start, end) for term in rule.terms]
    points = lines[0] if len(lines) == 1 else [arithmetic(rule, *pair) for pair in zip(*lines, strict=True)]
    return [None if point is None else rule.factor * point for point in points] if rule.factor != 1 else points


def value_at(rule: Rule, group: str, sources: Sequence[Source], end: int) -> float | None:
    """The one number of an evaluation whose window ends at `end`."""
    start = end - rule.window
    if rule.counts and (len(rule.terms) > 1 or rule.factor != 1):
        sums = [
            aggregate("sum", [p for p in term_points(t, group, sources, start, end) if p is not None])
            for t in rule.terms
        ]
        value = sums[0] if len(sums) == 1 else arithmetic(rule, *sums)
        return None if value is None else rule.factor * value if rule.factor != 1 else value
    points = line(rule, group, sources, start, end)
    if rule.change:
        before = line(rule, group, sources, start - rule.change_minutes, end - rule.change_minutes)
        pairs = zip(points, before, strict=True)
        points = [changed(rule.change, now, then) for now, then in pairs]
    return aggregate(rule.time, [point for point in points if point is not None])


def changed(how: str, now: float | None, then: float | None) -> float | None:
    if now is None or then is None:
        return None
    if how == "change":
        return now - then
    return (now - then) / then * 100 if then else None


def is_full(rule: Rule, group: str, sources: Sequence[Source], end: int) -> bool:
    """A point in the first minute, and at most three minutes without any."""
    start = end - rule.window
    if rule.counts and (len(rule.terms) > 1 or rule.factor != 1):
        lines = [term_points(term, group, sources, start, end) for term in rule.terms]
        points = [next((p for p in column if p is not None), None) for column in zip(*lines, strict=True)]
    else:
        points = line(rule, group, sources, start, end)
    return points[0] is not None and sum(point is None for point in points) <= 3


def states(rule: Rule, group: str, sources: Sequence[Source], length: int) -> list[str] | None:
    """A group's state at each minute from 0 on; None for a group that is never seen."""
    state, found = "ok", ["ok"]
    first: int | None = None
    new, silent, since = False, 0, 0
    zeroed = rule.missing == "default" and rule.counts and not any(t.zero for t in rule.terms) and rule.no_data is None
    for minute in range(1, length + 1):
        end = minute - rule.delay
        if first is None and seen(rule, group, sources, end):
            first, since, new = minute, minute, minute > 1
        if first is not None:
            value = value_at(rule, group, sources, end)
            silent = 0 if value is not None else silent + 1
            if any(term.by for term in rule.terms) and value is None and silent > 24 * 60 - rule.window:
                state, since, new = "ok", minute + 1, True
            elif new and minute - since < rule.new_group:
                pass
            elif value is None:
                state = step(rule, state, 0.0) if zeroed else missed(rule, state, group, sources, end, silent)
            elif not rule.full or is_full(rule, group, sources, end):
                state = step(rule, state, value)
        found.append(state)
    return None if first is None else found


def step(rule: Rule, state: str, value: float) -> str:
    """The state after a value: an alert is left by passing its recovery threshold, where it has one."""
    reaches, recovers = COMPARE[rule.comparison], RECOVER[rule.comparison]
    if reaches(value, rule.critical):
        return "alert"
    if state == "alert" and rule.critical_recovery is not None and not recovers(value, rule.critical_recovery):
        return "alert"
    if rule.warning is not None:
        if reaches(value, rule.warning):
            return "warn"
        held = rule.warning_recovery is not None and not recovers(value, rule.warning_recovery)
        if state in ("alert", "warn") and held:
            return "warn"
    return "ok"


def missed(rule: Rule, state: str, group: str, sources: Sequence[Source], end: int, silent: int) -> str:
    """The state without a value."""
    if rule.no_data is not None:
        after = rule.no_data or 2 * rule.window
        reported = [point for point in line(rule, group, sources, end - after, end) if point is not None]
        if not reported:
            return "no data"
    if rule.timeout and silent >= rule.timeout * 60:
        return "ok"
    if rule.missing == "resolve":
        return "ok"
    return "no data" if rule.missing in ("show_no_data", "show_and_notify_no_data") else state


def alerts(found: Sequence[str]) -> list[tuple[int, int]]:
    """From which minute to which a group was in alert."""
    spans, start = [], None
    for minute, state in enumerate([*found, "ok"]):
        if state == "alert" and start is None:
            start = minute
        elif state != "alert" and start is not None:
            spans.append((start, minute))
            start = None
    return spans
