"""Cumulative windows and custom schedules."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_monitor
from tests.rules.payloads import monitor, rules

HOUR = "avg(current_1h):avg:x{*} > 5"


def with_window(query: str, window: dict[str, Any] | None, **fields: Any) -> set[str]:
    options = {"scheduling_options": {"evaluation_window": window}} if window is not None else {}
    return rules(check_monitor(monitor(query, options=options, **fields)), "error")


@pytest.mark.parametrize(
    ("query", "window", "expected"),
    [
        (HOUR, {"hour_starts": 0}, set()),
        (HOUR, None, {"evaluation-window-current"}),
        ("avg(last_1h):avg:x{*} > 5", {"hour_starts": 0}, {"evaluation-window-current"}),
        (HOUR, {"hour_starts": 0, "day_starts": "04:00"}, {"evaluation-window-fields"}),
        (HOUR, {"hour_starts": 60}, {"field-range"}),
        ("avg(current_1d):avg:x{*} > 5", {"day_starts": "04:00"}, set()),
        ("avg(current_1d):avg:x{*} > 5", {"day_starts": "4am"}, {"evaluation-window-fields"}),
        ("avg(current_1mo):avg:x{*} > 5", {"day_starts": "04:00", "month_starts": 1}, set()),
        ("avg(current_1mo):avg:x{*} > 5", {"month_starts": 1}, {"evaluation-window-fields"}),
        ("avg(current_1mo):avg:x{*} > 5", {"day_starts": "04:00", "month_starts": 2}, {"field-range"}),
    ],
)
def test_a_cumulative_window_says_where_it_starts(
    query: str, window: dict[str, Any] | None, expected: set[str]
) -> None:
    assert with_window(query, window) == expected


def test_a_cumulative_month_is_for_metrics() -> None:
    query = 'logs("a").index("*").rollup("count").current("1mo") > 5'
    window = {"day_starts": "00:00", "month_starts": 1}
    assert with_window(query, window, type="log alert") == {"evaluation-window-month", "window-range"}


@pytest.mark.parametrize(
    ("recurrence", "fine"),
    [
        ({"rrule": "FREQ=DAILY;INTERVAL=1", "start": "2027-01-01T08:00:00", "timezone": "Europe/Berlin"}, True),
        ({"rrule": "FREQ=WEEKLY;BYDAY=MO,TU"}, True),
        ({"rrule": "FREQ=HOURLY;INTERVAL=1"}, False),
        ({"rrule": "FREQ=DAILY;DTSTART=20270101T080000"}, False),
        ({"rrule": "every day"}, False),
        ({"rrule": "FREQ=DAILY", "start": "tomorrow"}, False),
        ({"rrule": "FREQ=DAILY", "start": "2027-01-01T08:00:00Z"}, False),
        ({}, False),
    ],
)
def test_a_custom_schedule_recurs_daily_or_less_often(recurrence: dict[str, Any], fine: bool) -> None:
    options = {"scheduling_options": {"custom_schedule": {"recurrences": [recurrence]}}, "on_missing_data": "default"}
    assert rules(check_monitor(monitor(options=options)), "error") == (set() if fine else {"custom-schedule"})


def test_a_city_alone_is_a_doubtful_time_zone() -> None:
    recurrence = {"rrule": "FREQ=DAILY", "timezone": "Berlin"}
    options = {"scheduling_options": {"custom_schedule": {"recurrences": [recurrence]}}, "on_missing_data": "default"}
    assert rules(check_monitor(monitor(options=options)), "warning") == {"schedule-timezone"}
