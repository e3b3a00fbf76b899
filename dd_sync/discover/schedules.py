"""How often a cron schedule runs: the longest time between two runs, by which a missed run is noticed."""

from __future__ import annotations

import datetime
import functools
import re
from dataclasses import dataclass
from itertools import pairwise

_DAY_MIN = 1_440
# Long enough to hold two 29 Februaries; the days themselves do not matter.
_FROM, _DAYS = datetime.date(2024, 1, 1), 9 * 366

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_WEEKDAYS = "sun mon tue wed thu fri sat".split()
_UNITS = {"h": 3600, "m": 60, "s": 1}
_PART = re.compile(r"(\*|\?|[a-z]{3}|\d{1,2})(?:-([a-z]{3}|\d{1,2}))?(?:/(\d{1,3}))?")


@dataclass(frozen=True)
class _Field:
    values: frozenset[int]
    is_open: bool
    """`*` or `?`: the field does not restrict the days."""


@functools.cache
def period_s(schedule: str) -> int | None:
    """Seconds of the longest gap between two runs; None for what is not a schedule or runs less than twice in years.

    Takes what Kubernetes takes: five fields, `@daily` and the like, `@every 1h30m`, a leading `TZ=` or `CRON_TZ=`.
    Daylight saving is left out.
    """
    words = schedule.strip().lower().split()
    if words and words[0].startswith(("tz=", "cron_tz=")):
        words = words[1:]
    if len(words) == 2 and words[0] == "@every":
        return _every(words[1])
    words = _MACROS[words[0]].split() if len(words) == 1 and words[0] in _MACROS else words
    return _of_fields(words) if len(words) == 5 else None


def _every(duration: str) -> int | None:
    if not re.fullmatch(r"(\d{1,6}[hms])+", duration):
        return None
    return sum(int(count) * _UNITS[unit] for count, unit in re.findall(r"(\d{1,6})([hms])", duration)) or None


def _of_fields(words: list[str]) -> int | None:
    minute, hour, day, month = (
        _field(words[0], 0, 59, ()),
        _field(words[1], 0, 23, ()),
        _field(words[2], 1, 31, ()),
        _field(words[3], 1, 12, _MONTHS),
    )
    weekday = _field(words[4], 0, 7, _WEEKDAYS)
    if minute is None or hour is None or day is None or month is None or weekday is None:
        return None
    times = sorted(one * 60 + other for one in hour.values for other in minute.values)
    days = [at for at in range(_DAYS) if _runs_on(_FROM + datetime.timedelta(days=at), day, month, weekday)]
    if len(days) < 2:
        return None
    within = max((later - earlier for earlier, later in pairwise(times)), default=0)
    across = max(later - earlier for earlier, later in pairwise(days))
    return max(within, across * _DAY_MIN - times[-1] + times[0]) * 60


def _runs_on(date: datetime.date, day: _Field, month: _Field, weekday: _Field) -> bool:
    """Cron's own rule: when both day fields are given, either is enough."""
    if date.month not in month.values:
        return False
    by_day, by_weekday = date.day in day.values, date.isoweekday() % 7 in {each % 7 for each in weekday.values}
    return by_day and by_weekday if day.is_open or weekday.is_open else by_day or by_weekday


def _field(written: str, low: int, high: int, names: list[str] | tuple[()]) -> _Field | None:
    values: set[int] = set()
    for part in written.split(","):
        match = _PART.fullmatch(part)
        if match is None:
            return None
        first = low if match[1] in "*?" else _value(match[1], low, names)
        last = high if match[1] in "*?" or (match[3] and not match[2]) else first
        last = _value(match[2], low, names) if match[2] else last
        step = int(match[3] or 1)
        if first is None or last is None or not low <= first <= last <= high or step < 1:
            return None
        values.update(range(first, last + 1, step))
    return _Field(frozenset(values), is_open=written in ("*", "?"))


def _value(written: str, low: int, names: list[str] | tuple[()]) -> int | None:
    if written.isdigit():
        return int(written)
    return names.index(written) + low if written in names else None
