"""What an alert reads of the world: the sources its scopes may hold, and those among them that a situation concerns."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dd_sync.core.errors import DdsyncError
from dd_sync.evaluate import Evaluated, NotEvaluated, Series, evaluate
from dd_sync.evaluate.series import selects
from dd_sync.gameday.source import Source
from dd_sync.gameday.stage import NotPlayed, Play
from dd_sync.gameday.world import World
from dd_sync.query.parse import METRIC_TYPES, parse
from dd_sync.query.tree import Alert as Threshold
from dd_sync.query.tree import AllOf, AnyOf, Call, Filter, FilterGroup, In, Metric, Node, Not, Tag, Window
from dd_sync.query.walk import walk

SETTLING = 8
"""Minutes before the situation in addition to the window: gaps are filled from what was before."""

_MINUTES = {"m": 1, "h": 60, "d": 1440, "w": 10080}
_SHIFTS = {"hour_before": 60, "day_before": 1440, "week_before": 10080}
_ACROSS = frozenset({"count_nonzero", "count_not_null", "top", "outliers"})
"""Functions that look at all groups at once."""


@dataclass(frozen=True)
class Measure:
    """A threshold on metrics, and the sources of the quiet world that are within its scope."""

    payload: Mapping[str, Any]
    nodes: Sequence[Metric]
    across: bool
    window: int
    delay: int
    lead: int
    own: Sequence[Source]

    @property
    def metrics(self) -> frozenset[str]:
        return frozenset(node.name for node in self.nodes)

    def touched(self, play: Play) -> bool:
        """Whether a situation changes anything it reads."""
        added = [one for name in self.metrics for one in play.world.fresh(name) if _fits(one, self.nodes)]
        return play.everything or any(one in play for one in [*self.own, *added])

    def evaluated(self, play: Play) -> Evaluated | None:
        """Its states and values, of the play's first minute at index `lead`; None where nothing concerns it."""
        added = [one for name in self.metrics for one in play.world.fresh(name) if _fits(one, self.nodes)]
        sources = list(self._concerned([*self.own, *added], play))
        if not self.touched(play):
            return None
        series = play.series(sources, self.lead, self.delay, self.window)
        if not series:
            return None
        return evaluate(self.payload, *series, until=self.lead + play.length, since=self.lead - 1)

    def _concerned(self, sources: Sequence[Source], play: Play) -> Iterator[Source]:
        """The sources of the groups that something touched is in: the others are as they always are."""
        keys = {tuple(sorted(node.by.keys)) for node in self.nodes if node.by is not None}
        grouped = {node.name for node in self.nodes if node.by is not None}
        touched = [one for one in sources if one in play]
        if play.everything or self.across or len(keys) != 1 or any(one.metric not in grouped for one in touched):
            yield from sources
            return
        names = next(iter(keys))
        groups = {_group(one, names) for one in touched}
        for one in sources:
            if groups and (one.metric not in grouped or any(_same(_group(one, names), group) for group in groups)):
                yield one


def measure(payload: Mapping[str, Any], world: World) -> Measure:
    """Reads a metric monitor's payload. Raises NotPlayed for what the evaluator or the world does not know."""
    body = _threshold(str(payload.get("query") or ""), str(payload.get("type") or "query alert"))
    nodes = [node for node in walk(body.value) if isinstance(node, Metric)]
    metrics = sorted({node.name for node in nodes})
    unknown = [name for name in metrics if not world.knows(name)]
    if unknown:
        raise NotPlayed(f"the world sends no {', '.join(unknown)}")
    try:
        evaluate(payload, *(Series(name, [1.0] * 61) for name in metrics), until=60)
    except NotEvaluated as error:
        raise NotPlayed(error.message.removesuffix(" is not evaluated").removesuffix(",")) from None
    assert body.evaluation is not None
    window = _length(body.evaluation.window)
    calls = [node for node in walk(body.value) if isinstance(node, Call)]
    shift = max((_SHIFTS.get(node.function, 0) for node in calls), default=0)
    shift += _length(body.evaluation.shift) if body.evaluation.shift else 0
    delay = int((payload.get("options") or {}).get("evaluation_delay") or 0) // 60
    across = any(node.function in _ACROSS for node in calls)
    own = [one for name in metrics for one in world.sources[name] if _fits(one, nodes)]
    return Measure(payload, nodes, across, window, delay, _rounded(window + shift + delay + SETTLING), own)


def _fits(one: Source, nodes: Sequence[Metric]) -> bool:
    bare = Series(one.metric, (), dict(one.tags))
    return any(node.name == one.metric and may_select(node.scope, bare, one.moving) for node in nodes)


def may_select(scope: Filter | Node, bare: Series, moving: Collection[str]) -> bool:
    """Whether a scope holds a series, or may hold it at times as some of its tags change."""
    match scope:
        case Tag(key=key) | In(key=key) if key in moving:
            return True
        case Not(item=item):
            inner = {node.key for node in walk(item) if isinstance(node, Tag | In)}
            return bool(inner & {*moving}) or not may_select(item, bare, moving)
        case AllOf(items=items):
            return all(may_select(item, bare, moving) for item in items)
        case AnyOf(items=items):
            return any(may_select(item, bare, moving) for item in items)
        case FilterGroup(item=item):
            return may_select(item, bare, moving)
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


def _group(source: Source, names: Collection[str]) -> tuple[object, ...]:
    return tuple(None if name in source.moving else source.tags.get(name) for name in names)


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return one == other or all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))
