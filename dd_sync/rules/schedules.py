"""Rules about `scheduling_options`: cumulative windows, custom schedules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dd_sync.query.parts import evaluation, step, text_argument
from dd_sync.rules import recurrence
from dd_sync.rules.facts import MonitorFacts
from dd_sync.rules.rule import Broken, mapping, rule

_WINDOW = "options.scheduling_options.evaluation_window"
_SCHEDULE = "options.scheduling_options.custom_schedule"
_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_OFTEN = ("HOURLY", "MINUTELY", "SECONDLY")


@rule(
    "evaluation-window-current",
    "error",
    "reported",
    "terraform-provider-datadog#1871, 2023-04",
    "terraform-provider-datadog#2353, 2024-04",
    says="Monitors with an evaluation_window scheduling_option must have a current query period and vice versa.",
)
def evaluation_window_current(monitor: MonitorFacts) -> Iterator[Broken]:
    """A cumulative window, `current_1h`, needs an `evaluation_window` that says where it starts, and the reverse."""
    if monitor.query is None:
        return
    windowed, current = bool(_evaluation_window(monitor)), _current(monitor)
    if windowed and current is None:
        yield Broken(
            "an evaluation_window needs a window current_… in the query", _WINDOW, fix="current_1h and the like"
        )
    if current is not None and not windowed and monitor.metric:
        yield Broken(f"{current} needs an evaluation_window", _WINDOW, fix='{"hour_starts": 0} for an hour')


@rule(
    "evaluation-window-fields",
    "error",
    "stated",
    "API description: MonitorOptionsSchedulingOptionsEvaluationWindow",
    "terraform-provider-datadog: monitor",
)
def evaluation_window_fields(monitor: MonitorFacts) -> Iterator[Broken]:
    """`hour_starts` stands alone, `month_starts` with `day_starts`, which is a time such as `04:00`."""
    window = _evaluation_window(monitor)
    hour, day, month = (window.get(name) for name in ("hour_starts", "day_starts", "month_starts"))
    if hour is not None and (day is not None or month is not None):
        yield Broken("hour_starts stands alone", f"{_WINDOW}.hour_starts", fix="leave out day_starts and month_starts")
    if month is not None and day is None:
        yield Broken("month_starts needs day_starts", f"{_WINDOW}.month_starts", fix='day_starts: "00:00"')
    if day is not None and not (isinstance(day, str) and _DAY.fullmatch(day)):
        yield Broken(f"day_starts cannot be {day!r}", f"{_WINDOW}.day_starts", fix="a time such as 04:00")


@rule("evaluation-window-month", "error", "stated", "docs: Configure monitors, cumulative time windows")
def evaluation_window_month(monitor: MonitorFacts) -> Iterator[Broken]:
    """A cumulative month, `current_1mo`, is for metric monitors only."""
    current = _current(monitor)
    if current is not None and current.endswith("mo") and monitor.type in _EVENTS:
        yield Broken(f"a {monitor.type} has no window of a month", "query", fix="an hour or a day")


@rule("evaluation-window-unit", "warning", "inferred", "API description: EvaluationWindow")
def evaluation_window_unit(monitor: MonitorFacts) -> Iterator[Broken]:
    """The window of the query and where it starts belong together: an hour to `hour_starts`, a day to `day_starts`."""
    current, window = _current(monitor), _evaluation_window(monitor)
    if current is None or not window:
        return
    unit = current.removeprefix("current_").lstrip("0123456789")
    needed = {"h": "hour_starts", "d": "day_starts", "mo": "month_starts"}.get(unit)
    if needed and window.get(needed) is None:
        yield Broken(f"{current} starts at {needed}", _WINDOW, fix=needed)


@rule(
    "custom-schedule",
    "error",
    "stated",
    "docs: Customize monitor evaluation frequencies",
    "terraform-provider-datadog: monitor",
)
def custom_schedule(monitor: MonitorFacts) -> Iterator[Broken]:
    """A custom schedule recurs daily or less often, by a rule without DTSTART, DTEND or DURATION, from a local time."""
    schedule = mapping(mapping(monitor.options.get("scheduling_options")).get("custom_schedule"))
    listed = schedule.get("recurrences")
    if schedule and not (isinstance(listed, list) and listed):
        yield Broken("a custom schedule has a recurrence", f"{_SCHEDULE}.recurrences")
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        one, path = mapping(item), f"{_SCHEDULE}.recurrences[{index}]"
        wrong = recurrence.problem(one.get("rrule"))
        if wrong:
            yield Broken(wrong, f"{path}.rrule", fix="FREQ=DAILY;INTERVAL=1")
        elif (recurrence.parts(one["rrule"]) or {}).get("FREQ") in _OFTEN:
            yield Broken("a custom schedule runs daily or less often", f"{path}.rrule", fix="FREQ=DAILY;INTERVAL=1")
        if one.get("start") is not None and not recurrence.is_local(one["start"]):
            yield Broken(f"start cannot be {one['start']!r}", f"{path}.start", fix="2027-01-01T08:00:00")


@rule("schedule-timezone", "warning", "inferred", "API description: MonitorOptionsCustomScheduleRecurrence.timezone")
def schedule_timezone(monitor: MonitorFacts) -> Iterator[Broken]:
    """Time zones have names of the tz database: `Europe/Berlin`."""
    listed = mapping(mapping(monitor.options.get("scheduling_options")).get("custom_schedule")).get("recurrences")
    places = (
        [(f"{_SCHEDULE}.recurrences[{n}]", mapping(one)) for n, one in enumerate(listed or ())]
        if _is_list(listed)
        else []
    )
    for path, one in (*places, (_WINDOW, _evaluation_window(monitor))):
        zone = one.get("timezone")
        if zone and not recurrence.is_zone(zone):
            yield Broken(f"{zone!r} is no time zone", f"{path}.timezone", fix="Europe/Berlin, UTC and the like")


RULES = (
    evaluation_window_current,
    evaluation_window_fields,
    evaluation_window_month,
    evaluation_window_unit,
    custom_schedule,
    schedule_timezone,
)

_EVENTS = frozenset(
    "audit ci-pipelines ci-tests database-monitoring error-tracking event-v2 log network-path network-performance rum "
    "trace-analytics".split()
)
_EVENTS = frozenset(f"{name} alert" for name in _EVENTS)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _evaluation_window(monitor: MonitorFacts) -> dict[str, Any]:
    return mapping(mapping(monitor.options.get("scheduling_options")).get("evaluation_window"))


def _current(monitor: MonitorFacts) -> str | None:
    """The cumulative window of a query, `current_1h`; a forecast of costs looks at the current month, which is none."""
    head = evaluation(monitor.query)
    if head is not None:
        return f"current_{head.window.amount}{head.window.unit}" if head.window.kind == "current" else None
    if monitor.type == "cost alert":
        return None
    for chain in monitor.chains:
        if current := step(chain, "current"):
            return f"current_{text_argument(current)}"
    return None
