"""When monitors would have fired: their definitions, before and after a change, evaluated on past series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dd_sync.core.backtest import Fidelity, Firing, FiringState, Line, MonitorBacktest, Outcome
from dd_sync.evaluate import Evaluated, NotEvaluated, State, Timeline, evaluate
from dd_sync.evaluate.windows import moment
from dd_sync.history.events import Transition, Transitions, alerts_of
from dd_sync.history.reader import SeriesReader, Span
from dd_sync.history.subqueries import Asked, subqueries_of
from dd_sync.query.errors import QueryError

NIGHT = (22, 7)
"""From this hour on up to that one, in a team's time zone, an alert is one at night."""

WITHIN = timedelta(minutes=5)
"""How far from an event of Datadog's the replay of it may lie."""

WARM_UP = 24 * 60
"""Minutes before the span that are evaluated where they can be had for nothing, so that states are known."""

UTC_ZONE = ZoneInfo("UTC")

_FIRINGS: Mapping[State, FiringState] = {"alert": "alert", "warn": "warning", "no data": "no data"}


@dataclass(frozen=True)
class Case:
    """One monitor: its definition now, if it is live, and as it would be, if it stays."""

    key: str
    title: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    zone: ZoneInfo = UTC_ZONE
    id: int | None = None
    modified: datetime | None = None
    """When the live one was last changed: what fired earlier was another monitor."""
    tells: Sequence[str] = ()


@dataclass(frozen=True)
class Prepared:
    """A case with what has to be asked for it; `refused` says why nothing of it can be known."""

    case: Case
    before: Asked | None
    after: Asked | None
    refused: str = ""

    @property
    def subqueries(self) -> Iterator[str]:
        for asked in (self.before, self.after):
            if asked is not None:
                yield from asked.subqueries

    @property
    def lead(self) -> int:
        """Minutes before the span that its evaluations look back."""
        return max((asked.before for asked in (self.before, self.after) if asked is not None), default=0)

    @property
    def shift(self) -> int:
        """Minutes before the span that they compare with, without which there is nothing to compare."""
        return max((asked.shift for asked in (self.before, self.after) if asked is not None), default=0)


def prepare(case: Case) -> Prepared:
    """What to ask for a monitor. A side that cannot be evaluated leaves the other; without either it is refused."""
    sides: list[Asked | None] = []
    reasons = []
    for payload in (case.before, case.after):
        try:
            asked = None if payload is None else subqueries_of(payload)
            if asked is not None:
                evaluate(asked.payload, until=30)  # what is refused is refused before anything is asked
        except (NotEvaluated, QueryError) as error:
            asked, reason = None, error.message
            reasons.append(reason)
        sides.append(asked)
    refused = reasons[-1] if reasons and not any(sides) else ""
    partly = reasons[-1] if reasons and any(sides) else ""
    before, after = sides
    if partly and after is None and case.after is not None:
        return Prepared(case, None, None, partly)
    return Prepared(case, before, after, refused)


def backtest(
    prepared: Prepared, reader: SeriesReader, span: Span, lead: int, events: Transitions | None
) -> MonitorBacktest:
    """Evaluates one monitor over series that were read. `events` are those of Datadog's; None where they were not asked
    for."""
    case = prepared.case
    if prepared.refused:
        return MonitorBacktest(case.key, case.title, "refused", prepared.refused, tells=case.tells)
    try:
        before = _replayed(prepared.before, reader, span, lead)
        same = prepared.before is not None and prepared.after == prepared.before
        after = before if same else _replayed(prepared.after, reader, span, lead)
    except NotEvaluated as error:
        return MonitorBacktest(case.key, case.title, "refused", error.message, tells=case.tells)
    reasons = [asked.reason for asked in (prepared.before, prepared.after) if asked is not None and asked.reason]
    if case.before is not None and before is None:
        reasons.append("what it is now cannot be evaluated")
    shown = after if after is not None else before
    return MonitorBacktest(
        case.key,
        case.title,
        "partly" if reasons else "evaluated",
        "; ".join(dict.fromkeys(reasons)),
        None if before is None else outcome(before, span, lead, case.zone),
        None if after is None else outcome(after, span, lead, case.zone),
        _fidelity(before, events, case, span, lead),
        tells=case.tells,
        lines=() if shown is None else lines_of(shown, lead),
        thresholds=(critical_of(case.before), critical_of(case.after)),
    )


def replay(asked: Asked, reader: SeriesReader, span: Span, lead: int) -> Evaluated:
    """A monitor's states; minute `lead` of them is the begin of the span. Raises NotEvaluated."""
    series = [
        one
        for number, subquery in enumerate(asked.subqueries)
        for one in reader.series(subquery, f"q{number}", span, lead)
    ]
    start = moment(span.since - lead)
    return evaluate(asked.payload, *series, until=span.until - span.since + lead, start=start)


def _replayed(asked: Asked | None, reader: SeriesReader, span: Span, lead: int) -> Evaluated | None:
    return None if asked is None else replay(asked, reader, span, lead)


def outcome(found: Evaluated, span: Span, lead: int, zone: ZoneInfo) -> Outcome:
    """What the states of a monitor come to within the span."""
    firings = sorted(
        (firing for group in found.groups for firing in _firings(group, span, lead)),
        key=lambda one: (one.since, one.group),
    )
    return Outcome(firings, sum(at_night(one.since, zone) for one in firings if one.state == "alert"))


def at_night(time: datetime, zone: ZoneInfo) -> bool:
    """Whether people sleep."""
    hour = time.astimezone(zone).hour
    return hour >= NIGHT[0] or hour < NIGHT[1]


def critical_of(payload: Mapping[str, Any] | None) -> float | None:
    """The critical threshold of a monitor, as its options have it."""
    found = (((payload or {}).get("options") or {}).get("thresholds") or {}).get("critical")
    return None if found is None else float(found)


def lines_of(found: Evaluated, lead: int, most: int = 1500) -> list[Line]:
    """The values of each group, thinned out to what a picture shows."""
    lines = []
    for group in found.groups:
        values = list(group.values)[lead:]
        step = max(1, -(-len(values) // most))
        lines.append(Line(group_name(group), values[::step], step))
    return lines


def group_name(group: Timeline) -> str:
    """The tags of a group, sorted, as one text."""
    return ",".join(sorted(f"{key}:{value}" for key, value in group.group.items()))


def _firings(group: Timeline, span: Span, lead: int) -> Iterator[Firing]:
    """Every stretch of a state that is not ok; one that was there before the span begins with it."""
    name, states = group_name(group), list(group.states)[lead:]
    begin = 0
    for minute in range(1, len(states) + 1):
        if minute < len(states) and states[minute] == states[begin]:
            continue
        state = _FIRINGS.get(states[begin])
        if state is not None and minute > begin:
            since, until = moment(span.since + begin), moment(min(span.since + minute, span.until))
            if until > since:
                yield Firing(name, state, since, until)
        begin = minute


def _fidelity(
    before: Evaluated | None, events: Transitions | None, case: Case, span: Span, lead: int
) -> Fidelity | None:
    """How the replay of the live monitor compares with Datadog's own events, since it was last changed."""
    if before is None or events is None:
        return None
    since = max(moment(span.since), case.modified or moment(span.since))
    until = moment(span.until)
    if since >= until:
        return None
    own = [one for one in events.found if one.monitor == case.id]
    real = [one for one in alerts_of(own) if since <= one.at < until]
    ours = [one for one in outcome(before, span, lead, case.zone).alerts if since <= one.since < until]
    return Fidelity(len(real), _matched(real, ours), len(ours), sum(id in (case.id, 0) for id in events.unreadable))


def _matched(real: Sequence[Transition], ours: Sequence[Firing]) -> int:
    """How many events have an alert of the replay beside them, each its own."""
    left: dict[str, list[datetime]] = {}
    for firing in ours:
        left.setdefault(firing.group, []).append(firing.since)
    count = 0
    for event in real:
        near = [time for time in left.get(event.group, ()) if abs(time - event.at.astimezone(UTC)) <= WITHIN]
        if near:
            left[event.group].remove(min(near, key=lambda time: abs(time - event.at)))
            count += 1
    return count


def with_critical(payload: Mapping[str, Any], critical: float) -> dict[str, Any]:
    """A monitor with another threshold; warning and recovery keep their distance in proportion."""
    options = dict(payload.get("options") or {})
    thresholds = dict(options.get("thresholds") or {})
    before = float(thresholds.get("critical") or 0)
    for name, value in thresholds.items():
        if isinstance(value, int | float):
            thresholds[name] = critical + (value - before) * (abs(critical / before) if before else 1)
    thresholds["critical"] = critical
    return {**payload, "options": {**options, "thresholds": thresholds}}


def case_with(case: Case, after: Mapping[str, Any]) -> Case:
    """The same monitor with another definition to come."""
    return replace(case, after=after)
