"""Rules about downtimes: what they cover, when, how often."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dd_sync.rules import recurrence
from dd_sync.rules.rule import Broken, mapping, rule
from dd_sync.rules.scopes import KEYLESS, problems

_DURATION = re.compile(r"\d+[mhdw]")
_EXAMPLE = "2037-01-02T22:00:00Z"
MOST_RECURRENCES = 5


@dataclass(frozen=True)
class DowntimeFacts:
    """A downtime's attributes, and the time it is; None where no clock is to be asked."""

    payload: Mapping[str, Any]
    now: datetime | None = None

    @property
    def schedule(self) -> dict[str, Any]:
        """When it is on."""
        return mapping(self.payload.get("schedule"))

    @property
    def recurrences(self) -> list[tuple[str, dict[str, Any]]]:
        """The recurrences with their paths."""
        listed = self.schedule.get("recurrences")
        some = enumerate(listed if isinstance(listed, list) else ())
        return [(f"schedule.recurrences[{index}]", mapping(item)) for index, item in some]


@rule(
    "downtime-scope",
    "error",
    "recorded",
    "API clients: schedule a downtime returns Bad Request, 2023-2026",
    "docs: Downtimes, scope limitations",
    says="All values must have a key",
)
def downtime_scope(downtime: DowntimeFacts) -> Iterator[Broken]:
    """A scope holds tags with keys, OR for values of one key, negations of tags, no `?`, two levels at most."""
    scope = downtime.payload.get("scope")
    if scope is None or scope == "":
        yield Broken("a downtime has a scope", "scope", fix='"*" for everything', says="'scope' is a required property")
    elif not isinstance(scope, str):
        yield Broken("a scope is a text", "scope", fix="env:prod", says="'scope' should be string")
    else:
        for problem in problems(scope):
            says = "All values must have a key" if problem == KEYLESS else f"Invalid scope: {problem}"
            yield Broken(problem, "scope", fix="env:prod AND service:(a OR b)", says=says)


@rule("downtime-recurrence", "error", "stated", "API description: DowntimeScheduleRecurrenceCreateUpdateRequest")
def downtime_recurrence(downtime: DowntimeFacts) -> Iterator[Broken]:
    """A recurrence has a duration such as `2h` (m, h, d or w), a rule without DTSTART, DTEND or DURATION, and a start
    without an offset."""
    for path, one in downtime.recurrences:
        duration, rule_, start = one.get("duration"), one.get("rrule"), one.get("start")
        if not isinstance(duration, str) or not _DURATION.fullmatch(duration):
            what = "a recurrence has a duration" if duration is None else f"duration cannot be {duration!r}"
            yield Broken(what, f"{path}.duration", fix="90m, 2h, 1d, 1w")
        if rule_ is None or any(name in str(rule_) for name in recurrence.FORBIDDEN):
            wrong = "a recurrence has a rule" if rule_ is None else recurrence.problem(rule_)
            yield Broken(wrong, f"{path}.rrule", fix="FREQ=DAILY")
        if start is not None and not recurrence.is_local(start):
            yield Broken(f"start cannot be {start!r}", f"{path}.start", fix="2037-01-02T20:00:00, without an offset")


@rule("downtime-rrule", "warning", "inferred", "API description: DowntimeScheduleRecurrenceCreateUpdateRequest.rrule")
def downtime_rrule(downtime: DowntimeFacts) -> Iterator[Broken]:
    """The rule of a recurrence is an RRULE, and there are one to five recurrences."""
    for path, one in downtime.recurrences:
        wrong = recurrence.problem(one.get("rrule")) if one.get("rrule") is not None else ""
        if wrong and not any(name in str(one["rrule"]) for name in recurrence.FORBIDDEN):
            yield Broken(wrong, f"{path}.rrule", fix="FREQ=DAILY")
    listed = downtime.schedule.get("recurrences")
    if isinstance(listed, list) and not 1 <= len(listed) <= MOST_RECURRENCES:
        yield Broken(f"{len(listed)} recurrences", "schedule.recurrences", fix=f"1 to {MOST_RECURRENCES}")


@rule("downtime-times", "error", "stated", "API description: DowntimeScheduleOneTimeCreateUpdateRequest")
def downtime_times(downtime: DowntimeFacts) -> Iterator[Broken]:
    """Start and end of a downtime that happens once are times with an offset of zero, the end after the start."""
    if "recurrences" in downtime.schedule:
        return
    moments = {}
    for name in ("start", "end"):
        value = downtime.schedule.get(name)
        if value is None or value == "":
            continue
        moment = recurrence.moment(value)
        if moment is None or moment.utcoffset():
            yield Broken(f"{name} cannot be {value!r}", f"schedule.{name}", fix=f"{_EXAMPLE}, in UTC")
        else:
            moments[name] = moment
    if len(moments) == 2 and moments["end"] <= moments["start"]:
        yield Broken("the downtime ends before it starts", "schedule.end", fix="a later end")


@rule(
    "downtime-over",
    "error",
    "reported",
    "datadog-sync-cli#626, 2026-07",
    says="Downtime cannot be scheduled in the past",
)
def downtime_over(downtime: DowntimeFacts) -> Iterator[Broken]:
    """A downtime does not end in the past."""
    end = recurrence.moment(downtime.schedule.get("end"))
    if downtime.now is not None and end is not None and end <= downtime.now:
        text = f"the downtime was over at {downtime.schedule['end']}"
        yield Broken(text, "schedule.end", fix="take the definition out, or give a later end")


@rule("downtime-monitors", "error", "stated", "API description: DowntimeMonitorIdentifier")
def downtime_monitors(downtime: DowntimeFacts) -> Iterator[Broken]:
    """A downtime is for one monitor (`monitor_id`) or for those with some tags (`monitor_tags`), not for both."""
    named = mapping(downtime.payload.get("monitor_identifier"))
    given = [name for name in ("monitor_id", "monitor_tags") if named.get(name) not in (None, [])]
    if (
        "monitor_identifier" in downtime.payload
        and downtime.payload["monitor_identifier"] is not None
        and len(given) != 1
    ):
        yield Broken("give monitor_id or monitor_tags", "monitor_identifier", fix='{"monitor_tags": ["service:web"]}')


@rule("downtime-timezone", "warning", "inferred", "API description: DowntimeCreateRequestAttributes.display_timezone")
def downtime_timezone(downtime: DowntimeFacts) -> Iterator[Broken]:
    """Time zones have names of the tz database: `Europe/Paris`."""
    places = {
        "display_timezone": downtime.payload.get("display_timezone"),
        "schedule.timezone": downtime.schedule.get("timezone"),
    }
    for path, zone in places.items():
        if zone and not recurrence.is_zone(zone):
            yield Broken(f"{zone!r} is no time zone", path, fix="Europe/Paris, UTC and the like")


RULES = (
    downtime_scope,
    downtime_monitors,
    downtime_times,
    downtime_over,
    downtime_recurrence,
    downtime_rrule,
    downtime_timezone,
)
