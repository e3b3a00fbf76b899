"""When an alert fires and when it recovers: a monitor's query, thresholds and options over series.

For threshold and change monitors on metrics. Rules are Datadog's docs' ("Configure Monitors", "Recovery thresholds",
"as_count() in Monitor Evaluations"); notices, mutes and downtimes are no part of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from dd_sync.evaluate.expression import Known, check, reports, values
from dd_sync.evaluate.grid import Integers
from dd_sync.evaluate.rules import Flags, Rules, rules_of
from dd_sync.evaluate.series import NotEvaluated, Series, Value
from dd_sync.evaluate.states import STATES, State, states_of
from dd_sync.evaluate.windows import Schedule, minute_of, minutes, schedule_of
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
    monitor: Mapping[str, Any], *series: Series, until: int | None = None, start: datetime | None = None
) -> Evaluated:
    """Evaluates a monitor's payload every minute, from minute 1 to the end of the longest series, or to `until`.

    `start` is when minute 0 was, which buckets, cumulative windows and schedules are aligned to; midnight UTC where it
    is not said. Raises NotEvaluated, naming it, for what is not evaluated here: other types of monitors, anomalies(),
    forecast() and other functions with a mind of their own.
    """
    query = parse(str(monitor.get("query") or ""), str(monitor.get("type") or "query alert"))
    alert = _alert(query)
    end = until if until is not None else max((len(one.values) for one in series), default=0)
    return Evaluated(_evaluated(monitor, alert, series, end, minute_of(start) if start is not None else 0))


def _alert(query: Query) -> Alert:
    if query.type not in METRIC_TYPES:
        raise NotEvaluated(f"a monitor of type {query.type}")
    if not isinstance(query.body, Alert) or query.body.condition is None or query.body.evaluation is None:
        raise NotEvaluated("a query that is no threshold on a metric")
    return query.body


def _evaluated(
    monitor: Mapping[str, Any], alert: Alert, series: Sequence[Series], end: int, origin: int
) -> list[Timeline]:
    assert alert.evaluation is not None
    schedule = schedule_of(alert.evaluation.window, monitor.get("options") or {}, origin, origin + end)
    rules = rules_of(monitor, alert)
    check(alert, minutes(alert.evaluation.window))
    at = schedule.evaluations(origin + 1, origin + end)
    ends = at - schedule.delay
    found = values(alert, series, ends, schedule.lengths(ends), origin=origin, bucket=rules.full)
    reported = reports(alert.value, series, ends, rules.no_data_after, origin) if rules.no_data_after else None
    made = []
    for group, known in sorted(found.groups.items(), key=lambda one: one[1].since):
        first = int(np.searchsorted(ends, known.since))
        if first < len(ends):
            heard = None if reported is None else reported.get(group, np.zeros(len(ends), dtype=np.bool_))
            made.append(
                _timeline(
                    dict(zip(found.keys, group, strict=True)), known, at, schedule, rules, first, heard, origin, end
                )
            )
    return made


def _timeline(
    group: Mapping[str, str],
    known: Known,
    at: Integers,
    schedule: Schedule,
    rules: Rules,
    first: int,
    heard: Flags | None,
    origin: int,
    end: int,
) -> Timeline:
    """A group's states and values for each minute: between two evaluations those of the first."""
    states, seen = states_of(
        known.values, at, rules, every=schedule.every, first=first, new=first > 0, reported=heard, full=known.full
    )
    place = np.searchsorted(at, np.arange(origin, origin + end + 1), side="right") - 1
    shown = np.where(place >= first, states[place], 0)
    numbers = np.where(place >= first, seen[place], np.nan)
    boxed = numbers.astype(object)
    boxed[np.isnan(numbers)] = None
    return Timeline(group, np.array(STATES, dtype=object)[shown].tolist(), boxed.tolist())
