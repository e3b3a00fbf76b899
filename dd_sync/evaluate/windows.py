"""When a monitor is evaluated, and over which minutes: every minute or less often, cumulative windows, schedules.

Minutes count from the UNIX epoch. Rules are Datadog's docs' ("Configure Monitors", "Custom Schedules").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from dd_sync.evaluate.grid import Integers
from dd_sync.evaluate.series import NotEvaluated
from dd_sync.query.tree import Window

_DAY = 24 * 60

MINUTES: Mapping[str, int] = {"m": 1, "h": 60, "d": _DAY, "w": 7 * _DAY, "mo": 730 * 60}
"""A month is 730 hours (Datadog's docs, "Configure Monitors")."""

_FULL: Mapping[str, int] = {"m": 1, "h": 10, "d": 60, "w": 60, "mo": 240}
"""Minutes of the buckets that tell a full window, by the unit of the window (Datadog's docs, "Metric Monitor")."""


def minutes(window: Window) -> int:
    """The length of a window. Raises NotEvaluated for one in the future."""
    if window.kind not in ("last", "ago", "current") or window.unit not in MINUTES:
        raise NotEvaluated(f"the window {window.kind}_{window.amount}{window.unit}")
    return window.amount * MINUTES[window.unit]


def full_bucket(window: Window) -> int:
    """Minutes of the buckets that tell whether a window is full."""
    return _FULL.get(window.unit, 1)


@dataclass(frozen=True)
class Schedule:
    """When a monitor is evaluated. `runs` are the minutes of a custom schedule, None where it has none."""

    window: Window
    delay: int
    cumulative: Mapping[str, Any]
    runs: frozenset[int] | None = None

    @property
    def every(self) -> int:
        """Minutes between evaluations: longer windows are looked at less often."""
        length = minutes(self.window)
        return 1 if length < _DAY else 10 if length < 2 * _DAY else 30

    def evaluations(self, first: int, last: int) -> Integers:
        """The minutes it is evaluated at, from `first` to `last`, both included."""
        if self.runs is not None:
            return np.array(sorted(run for run in self.runs if first <= run <= last), dtype=np.int64)
        return np.arange(first + (-first % self.every), last + 1, self.every, dtype=np.int64)

    def lengths(self, ends: Integers) -> Integers:
        """Minutes of the window that ends at each of `ends`."""
        if self.window.kind != "current":
            return np.full(len(ends), minutes(self.window), dtype=np.int64)
        return np.array([end - _period(int(end), self.window, self.cumulative) for end in ends], dtype=np.int64)


def schedule_of(window: Window, options: Mapping[str, Any], first: int, last: int) -> Schedule:
    """What a monitor's options say of it; runs of a custom schedule from minute `first` to `last`.

    Raises NotEvaluated for a schedule that cannot be read.
    """
    said = options.get("scheduling_options") or {}
    custom = (said.get("custom_schedule") or {}).get("recurrences") or []
    runs = frozenset(run for one in custom for run in _runs(one, first, last)) if custom else None
    return Schedule(window, int(options.get("evaluation_delay") or 0) // 60, said.get("evaluation_window") or {}, runs)


def moment(minute: int) -> datetime:
    """A minute since the epoch as a time."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)


def minute_of(time: datetime) -> int:
    """The minute since the epoch in which a time falls."""
    return int(time.timestamp() // 60)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise NotEvaluated(f"the time zone {name}") from None


def _period(end: int, window: Window, said: Mapping[str, Any]) -> int:
    """When the hour, day or month that holds a minute began."""
    if window.amount != 1 or window.unit not in ("h", "d", "mo"):
        raise NotEvaluated(f"the window {window.kind}_{window.amount}{window.unit}")
    now = moment(end).astimezone(_zone(str(said.get("timezone") or "UTC")))
    if window.unit == "h":
        start = now.replace(minute=int(said.get("hour_starts") or 0))
        return minute_of(start if start <= now else start - timedelta(hours=1))
    hour, _, minute = str(said.get("day_starts") or "00:00").partition(":")
    start = now.replace(hour=int(hour), minute=int(minute or 0))
    if window.unit == "d":
        return minute_of(start if start <= now else start - timedelta(days=1))
    start = start.replace(day=int(said.get("month_starts") or 1))
    if start > now:
        start = (start.replace(day=1) - timedelta(days=1)).replace(day=start.day)
    return minute_of(start)


def _runs(recurrence: Mapping[str, Any], first: int, last: int) -> list[int]:
    """The minutes a recurrence falls on."""
    from dateutil.rrule import rrulestr

    zone = _zone(str(recurrence.get("timezone") or "UTC"))
    begin = moment(first).astimezone(zone).replace(tzinfo=None)
    start = datetime.fromisoformat(str(recurrence["start"])) if recurrence.get("start") else begin
    try:
        rule = rrulestr(str(recurrence.get("rrule") or ""), dtstart=start.replace(tzinfo=None))
    except ValueError:
        raise NotEvaluated(f"the schedule {recurrence.get('rrule')}") from None
    end = moment(last).astimezone(zone).replace(tzinfo=None)
    found = rule.between(begin, end, inc=True)
    return [minute_of(run.replace(tzinfo=zone)) for run in found]
