"""When an alert fires and when it recovers: a monitor's query, thresholds and options over series.

For threshold and change monitors on metrics. Rules are Datadog's docs' ("Configure Monitors", "Recovery thresholds",
"as_count() in Monitor Evaluations"); notices, mutes and downtimes are no part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np

from dd_sync.evaluate.bands import Anomaly, Band, anomaly_of
from dd_sync.evaluate.grid import Floats, Integers
from dd_sync.evaluate.rules import Flags, Rules, rules_of
from dd_sync.evaluate.series import NotEvaluated, Series, Value
from dd_sync.evaluate.states import STATES, Sight, State, states_of
from dd_sync.evaluate.values import Known, check, reports, shares, values
from dd_sync.evaluate.windows import minute_of, minutes, schedule_of
from dd_sync.query.parse import METRIC_TYPES, parse
from dd_sync.query.tree import Alert, Query


@dataclass(frozen=True)
class Timeline:
    """One group's states. Index n holds the evaluation at minute n, which sees what was reported before it."""

    group: Mapping[str, str]
    states: Sequence[State]
    values: Sequence[Value]

    @property
    def fires_at(self) -> int | None:
        """The first minute in alert."""
        return self._first("alert", 0)

    @property
    def warns_at(self) -> int | None:
        """The first minute in warning."""
        return self._first("warn", 0)

    @property
    def recovers_at(self) -> int | None:
        """The first minute that is ok again after the first alert."""
        return None if self.fires_at is None else self._first("ok", self.fires_at)

    @property
    def no_data_at(self) -> int | None:
        """The first minute shown as NO DATA."""
        return self._first("no data", 0)

    def at(self, minute: int) -> State:
        return self.states[minute]

    def _first(self, state: State, start: int) -> int | None:
        return next((n for n, one in enumerate(self.states) if n >= start and one == state), None)


@dataclass(frozen=True)
class Evaluated:
    """All groups of a monitor over time."""

    groups: Sequence[Timeline]

    def group(self, **tags: str) -> Timeline:
        """The group with these tags. KeyError, naming those there are, where there is none or more than one."""
        found = [one for one in self.groups if tags.items() <= one.group.items()]
        if len(found) != 1:
            raise KeyError(f"{len(found)} groups have {tags}; there are {[dict(one.group) for one in self.groups]}")
        return found[0]

    @property
    def fires_at(self) -> int | None:
        """The first minute in which any group is in alert."""
        return min((one.fires_at for one in self.groups if one.fires_at is not None), default=None)

    @property
    def warns_at(self) -> int | None:
        """The first minute in which any group is in warning."""
        return min((one.warns_at for one in self.groups if one.warns_at is not None), default=None)

    @property
    def recovers_at(self) -> int | None:
        """The first minute after the first alert in which every group is ok."""
        if self.fires_at is None:
            return None
        columns = list(zip(*(one.states for one in self.groups), strict=True))
        calm = (n for n, states in enumerate(columns) if n > (self.fires_at or 0) and set(states) == {"ok"})
        return next(calm, None)

    @property
    def no_data_at(self) -> int | None:
        """The first minute in which any group is shown as NO DATA."""
        return min((one.no_data_at for one in self.groups if one.no_data_at is not None), default=None)


def evaluate(
    monitor: Mapping[str, Any],
    *series: Series | Band,
    until: int | None = None,
    since: int = 1,
    start: datetime | None = None,
) -> Evaluated:
    """Evaluates a monitor's payload every minute, from minute `since` to the end of the longest series, or to `until`.

    Before `since` it is ok: what is there earlier is history for its windows, and its groups are not new.
    `start` is when minute 0 was, which buckets, cumulative windows and schedules are aligned to; midnight UTC where it
    is not said. Anomaly monitors take the bands Datadog drew beside the series. Raises NotEvaluated, naming it, for
    what is not evaluated here: other types of monitors, forecast() and other functions with a mind of their own.
    """
    query = parse(str(monitor.get("query") or ""), str(monitor.get("type") or "query alert"))
    alert = _alert(query)
    lines = [line for one in series for line in (one.edges() if isinstance(one, Band) else (one,))]
    end = until if until is not None else max((len(one.values) for one in lines), default=0)
    span = _Span(minute_of(start) if start is not None else 0, end, since)
    anomaly = anomaly_of(alert, monitor.get("options") or {})
    if anomaly is not None:
        return Evaluated(_anomalous(monitor, alert, anomaly, lines, span))
    return Evaluated(_evaluated(monitor, alert, lines, span))


@dataclass(frozen=True)
class _Span:
    """The minutes that are evaluated: so many from `origin`, which counts from the epoch, evaluated from `since` on."""

    origin: int
    minutes: int
    since: int

    @property
    def first(self) -> int:
        return self.origin + self.since

    @property
    def last(self) -> int:
        return self.origin + self.minutes


def _alert(query: Query) -> Alert:
    if query.type not in METRIC_TYPES:
        raise NotEvaluated(f"a monitor of type {query.type}")
    if not isinstance(query.body, Alert) or query.body.condition is None or query.body.evaluation is None:
        raise NotEvaluated("a query that is no threshold on a metric")
    return query.body


def _evaluated(monitor: Mapping[str, Any], alert: Alert, series: Sequence[Series], span: _Span) -> list[Timeline]:
    assert alert.evaluation is not None
    window, options, origin = alert.evaluation.window, monitor.get("options") or {}, span.origin
    schedule = schedule_of(window, options, origin, span.last)
    rules = rules_of(monitor, alert)
    check(alert, minutes(window))
    at = schedule.evaluations(span.first, span.last)
    ends = at - schedule.delay
    found = values(alert, series, ends, schedule.lengths(ends), origin=origin, bucket=rules.full)
    reported = reports(alert.value, series, ends, rules.no_data_after, origin) if rules.no_data_after else None
    runs = _Runs(at, ends, schedule.every, span)
    return [
        _timeline(dict(zip(found.keys, group, strict=True)), known, None, rules, runs, _heard(reported, group, runs))
        for group, known in sorted(found.groups.items(), key=lambda one: one[1].since)
        if ends.size and known.since <= ends[-1]
    ]


def _anomalous(
    monitor: Mapping[str, Any], alert: Alert, anomaly: Anomaly, series: Sequence[Series], span: _Span
) -> list[Timeline]:
    """An anomaly monitor: the window before its comparison has no effect, its trigger window has."""
    assert alert.evaluation is not None
    told = replace(alert, value=anomaly.line, evaluation=replace(alert.evaluation, window=anomaly.trigger))
    schedule = schedule_of(anomaly.trigger, monitor.get("options") or {}, span.origin, span.last)
    rules = replace(rules_of(monitor, told), shares=True)
    at = schedule.evaluations(span.first, span.last)
    ends = at - schedule.delay
    found = shares(anomaly, series, ends, minutes(anomaly.trigger), origin=span.origin)
    calm = shares(anomaly, series, ends, minutes(anomaly.recovery), origin=span.origin)
    runs = _Runs(at, ends, schedule.every, span)
    return [
        _timeline(dict(zip(found.keys, group, strict=True)), known, calm.groups[group].values, rules, runs, None)
        for group, known in sorted(found.groups.items(), key=lambda one: one[1].since)
        if ends.size and known.since <= ends[-1]
    ]


@dataclass(frozen=True)
class _Runs:
    """The evaluations of a monitor: when each is, when its window ends, and minutes from one to the next."""

    at: Integers
    ends: Integers
    every: int
    span: _Span


def _heard(reported: Mapping[tuple[str, ...], Flags] | None, group: tuple[str, ...], runs: _Runs) -> Flags | None:
    return None if reported is None else reported.get(group, np.zeros(len(runs.ends), dtype=np.bool_))


def _timeline(
    group: Mapping[str, str], known: Known, calm: Floats | None, rules: Rules, runs: _Runs, heard: Flags | None
) -> Timeline:
    """A group's states and values for each minute: between two evaluations those of the first."""
    first = int(np.searchsorted(runs.ends, known.since))
    sight = Sight(known.values, runs.at, runs.every, first, heard, known.full, calm)
    states, seen = states_of(sight, rules)
    origin = runs.span.origin
    place = np.searchsorted(runs.at, np.arange(origin, origin + runs.span.minutes + 1), side="right") - 1
    shown = np.where(place >= first, states[place], 0)
    numbers = np.where(place >= first, seen[place], np.nan)
    boxed = numbers.astype(object)
    boxed[np.isnan(numbers)] = None
    return Timeline(group, np.array(STATES, dtype=object)[shown].tolist(), boxed.tolist())
