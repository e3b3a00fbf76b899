"""A project's alerts as a game day plays them: what each of them reads, and its states over some minutes of the world.

What cannot be played raises NotPlayed with the reason, and counts as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dd_sync.core.errors import DdsyncError
from dd_sync.core.kind import Recipients
from dd_sync.evaluate import NotEvaluated, Series, State, evaluate
from dd_sync.evaluate.series import selects
from dd_sync.gameday.source import Check, Source
from dd_sync.gameday.world import World
from dd_sync.query.parse import METRIC_TYPES, parse
from dd_sync.query.tree import Alert as Threshold
from dd_sync.query.tree import AllOf, AnyOf, Call, Filter, FilterGroup, In, Metric, Node, Not, Tag, Window
from dd_sync.query.walk import walk

_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080}
_SHIFTS = {"hour_before": 60, "day_before": 1440, "week_before": 10080}
_ACROSS = frozenset({"count_nonzero", "count_not_null", "top", "outliers"})
"""Functions that look at all groups at once."""

SETTLING = 8
"""Minutes before the situation in addition to the window: gaps are filled from what was before."""


class NotPlayed(Exception):
    """An alert that cannot be played, with the reason."""


@dataclass(frozen=True)
class Moment:
    """A new state of one group, `minute` after the situation began."""

    minute: int
    state: State
    group: Mapping[str, str]


@dataclass(frozen=True)
class Alert:
    """One alert. `metrics` are those it reads; `lead` is how many minutes it looks back, and some."""

    key: str
    payload: Mapping[str, Any]
    recipients: Recipients
    metrics: frozenset[str]
    lead: int
    sees: int
    """How many series of the quiet world are within its scope."""
    states: Callable[[World, Play], Iterator[Moment]] = field(repr=False)
    title: str = ""


@dataclass
class Play:
    """From minute `start` to minute `end` of a situation, with what it touches; series are made once for all alerts."""

    world: World
    start: int
    end: int
    touched: Sequence[Source | Check] | None = None
    """None: everything is looked at."""
    quiet: dict[tuple[int, int, int], list[Series]] = field(default_factory=dict)
    """Series of what nothing touches, kept from one situation to the next."""
    _made: dict[tuple[int, int], list[Series]] = field(default_factory=dict)

    @property
    def metrics(self) -> frozenset[str]:
        """The metrics and checks that change."""
        return frozenset(one.metric if isinstance(one, Source) else one.check for one in self.touched or ())

    def series(self, sources: Sequence[Source], lead: int, delay: int, window: int) -> list[Series]:
        """The series of some sources from `lead` minutes before the start.

        Points that take longer to arrive than the alert waits for (`delay`) are moved to when they are there; where
        its window is over by then it never sees any.
        """
        found: list[Series] = []
        for one in sources:
            made = self._of(one, self.start - lead)
            missing = one.late - delay
            if missing >= window:
                continue
            found += made if missing <= 0 else [_later(series, missing) for series in made]
        return found

    def _of(self, source: Source, start: int) -> list[Series]:
        touched = self._touched
        if touched is None or id(source) in touched or self.world.begins != QUIET_HOUR:
            mine = (id(source), start)
            if mine not in self._made:
                self._made[mine] = list(source.series(start, self.end))
            return self._made[mine]
        kept = (id(source), start, self.end)
        if kept not in self.quiet:
            self.quiet[kept] = list(source.series(start, self.end))
        return self.quiet[kept]

    def __contains__(self, source: Source) -> bool:
        return self._touched is None or id(source) in self._touched

    def __post_init__(self) -> None:
        self._touched = None if self.touched is None else {id(one) for one in self.touched}


QUIET_HOUR = World().begins


def metric_alert(key: str, payload: Mapping[str, Any], recipients: Recipients, world: World) -> Alert:
    """An alert on metrics. Raises NotPlayed for what the evaluator or the world does not know."""
    query = str(payload.get("query") or "")
    body = _threshold(query, str(payload.get("type") or "query alert"))
    nodes = [node for node in walk(body.value) if isinstance(node, Metric)]
    metrics = frozenset(node.name for node in nodes)
    unknown = sorted(name for name in metrics if not world.knows(name))
    if unknown:
        raise NotPlayed(f"the world sends no {', '.join(unknown)}")
    try:
        evaluate(payload, *(Series(name, [1.0] * 61) for name in metrics), until=60)
    except NotEvaluated as error:
        raise NotPlayed(str(error).removesuffix(" is not evaluated")) from None
    evaluation = body.evaluation
    assert evaluation is not None
    window = _length(evaluation.window)
    back = window + (_length(evaluation.shift) if evaluation.shift else 0)
    shifts = [_SHIFTS.get(node.function, 0) for node in walk(body.value) if isinstance(node, Call)]
    delay = int((payload.get("options") or {}).get("evaluation_delay") or 0) // 60
    lead = _rounded(back + max(shifts, default=0) + delay + SETTLING)

    def fits(one: Source) -> bool:
        bare = Series(one.metric, (), dict(one.tags))
        return any(node.name == one.metric and _may_select(node.scope, bare, one.moving) for node in nodes)

    own = [one for name in metrics for one in world.sources[name] if fits(one)]

    def states(world: World, play: Play) -> Iterator[Moment]:
        added = [one for name in metrics for one in world.fresh(name) if fits(one)]
        sources = list(_concerned([*own, *added], nodes, body, play))
        if play.touched is not None and not any(one in play for one in sources):
            return
        series = play.series(sources, lead, delay, window)
        if not series:
            return
        seen = evaluate(payload, *series, until=lead + play.end - play.start, since=lead - 1)
        for group in seen.groups:
            yield from _changes(group.group, group.states[lead:], play.start)

    return Alert(key, payload, recipients, metrics, lead, len(own), states, str(payload.get("name") or key))


def _may_select(scope: Filter | Node, bare: Series, moving: Collection[str]) -> bool:
    """Whether a scope holds a series, or may hold it at times as some of its tags change."""
    match scope:
        case Tag(key=key) | In(key=key) if key in moving:
            return True
        case Not(item=item):
            inner = {node.key for node in walk(item) if isinstance(node, Tag | In)}
            return bool(inner & {*moving}) or not _may_select(item, bare, moving)
        case AllOf(items=items):
            return all(_may_select(item, bare, moving) for item in items)
        case AnyOf(items=items):
            return any(_may_select(item, bare, moving) for item in items)
        case FilterGroup(item=item):
            return _may_select(item, bare, moving)
    return selects(scope, bare)


def _threshold(query: str, type: str) -> Threshold:
    if type not in METRIC_TYPES:
        raise NotPlayed(f"a monitor of type {type}")
    try:
        body = parse(query, type).body
    except DdsyncError as error:
        raise NotPlayed(str(error)) from None
    if not isinstance(body, Threshold) or body.evaluation is None:
        raise NotPlayed("a query that is no threshold on a metric")
    return body


def _length(window: Window) -> int:
    return window.amount * _MINUTES.get(window.unit, 1)


def _rounded(minutes: int) -> int:
    """Up to one of a few lengths, so that alerts share series."""
    return next((one for one in (20, 30, 45, 75, 150, 270, 400, 800, 1600) if one >= minutes), minutes)


def _changes(group: Mapping[str, str], states: Sequence[State], start: int) -> Iterator[Moment]:
    """The state it begins in, where that is not ok, and every change after it."""
    before: State = "ok"
    for n, state in enumerate(states):
        if state != before:
            yield Moment(start + n, state, group)
        before = state


def _concerned(sources: Sequence[Source], nodes: Sequence[Metric], body: Threshold, play: Play) -> Iterator[Source]:
    """The sources of the groups that something touched is in: the others are as they always are."""
    keys = {tuple(sorted(node.by.keys)) for node in nodes if node.by is not None}
    across = any(isinstance(node, Call) and node.function in _ACROSS for node in walk(body.value))
    grouped = {node.name for node in nodes if node.by is not None}
    if play.touched is None or across or len(keys) != 1:
        yield from sources
        return
    names = next(iter(keys))
    fitting = {id(one) for one in sources}
    touched = [one for one in play.touched if isinstance(one, Source) and id(one) in fitting]
    if any(one.metric not in grouped for one in touched):
        yield from sources
        return
    if not touched:
        return
    groups = {_group(one, names) for one in touched}
    for one in sources:
        if one.metric not in grouped or any(_same(_group(one, names), group) for group in groups):
            yield one


def _group(source: Source, names: Collection[str]) -> tuple[object, ...]:
    return tuple(None if name in source.moving else source.tags.get(name) for name in names)


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return one == other or all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def _later(series: Series, minutes: int) -> Series:
    values = [None] * minutes + list(series.values)[: len(series.values) - minutes]
    return Series(series.metric, values, series.tags)
