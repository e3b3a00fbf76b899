"""Recurrence rules (RRULE of RFC 5545), dates and time zones, as downtimes and custom schedules hold them."""

from __future__ import annotations

import re
from datetime import datetime

FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
FORBIDDEN = ("DTSTART", "DTEND", "DURATION")
"""What Datadog does not take in a rule: start and length have fields of their own."""

_PARTS = frozenset(
    "FREQ UNTIL COUNT INTERVAL WKST BYSECOND BYMINUTE BYHOUR BYDAY BYMONTHDAY BYYEARDAY BYWEEKNO BYMONTH BYSETPOS"
    "".split()
)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?")
_ZONE = re.compile(r"[A-Z][A-Za-z]*(/[A-Za-z0-9_+\-]+)+|UTC|GMT|UCT|Zulu|[A-Z]{3}\d?[A-Z]{0,3}|Etc/.+")


def parts(rule: str) -> dict[str, str] | None:
    """The parts of a rule, `{"FREQ": "DAILY", …}`; None for a text that is no rule."""
    found: dict[str, str] = {}
    for part in rule.strip().removeprefix("RRULE:").strip(";").split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or not re.fullmatch(r"[A-Z\-]+", name):
            return None
        found[name] = value
    return found


def problem(rule: object) -> str:
    """What is wrong with a rule, in words; empty when nothing is."""
    if not isinstance(rule, str):
        return "a rule is a text such as FREQ=DAILY;INTERVAL=1"
    if any(re.search(rf"\b{name}\b", rule) for name in FORBIDDEN):
        return "a rule holds no DTSTART, DTEND or DURATION: start and length have fields of their own"
    found = parts(rule)
    if found is None or found.get("FREQ") not in FREQUENCIES or not found.keys() <= _PARTS:
        return f"{rule!r} is no RRULE such as FREQ=WEEKLY;BYDAY=MO,TU"
    for name in ("INTERVAL", "COUNT"):
        if name in found and not (found[name].isdecimal() and int(found[name]) > 0):
            return f"{name} of a rule is a whole number above 0, found {found[name]}"
    return ""


def is_local(text: object) -> bool:
    """Whether a text is a date and a time without an offset: `2027-01-01T08:00:00`."""
    if not isinstance(text, str) or not _LOCAL.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def moment(text: object) -> datetime | None:
    """A date and a time with an offset; None for anything else."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00")) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def is_zone(text: object) -> bool:
    """Whether a text looks like a name of the tz database: `Europe/Berlin`, `UTC`."""
    return isinstance(text, str) and bool(_ZONE.fullmatch(text))
