from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.discover.schedules import period_s

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@pytest.mark.parametrize(
    ("schedule", "period"),
    [
        ("* * * * *", MINUTE),
        ("*/15 * * * *", 15 * MINUTE),
        ("*/7 * * * *", 7 * MINUTE),
        ("5 * * * *", HOUR),
        ("0 */6 * * *", 6 * HOUR),
        ("0 9-17 * * *", 16 * HOUR),
        ("0,30 3 * * *", DAY - 30 * MINUTE),
        ("15 3 * * *", DAY),
        ("0 2 * * 1-5", 3 * DAY),
        ("0 2 * * MON", 7 * DAY),
        ("0 2 * * 7", 7 * DAY),
        ("0 2 1 * *", 31 * DAY),
        ("0 2 31 * *", 61 * DAY),
        ("0 2 1 jan,JUL *", 184 * DAY),
        ("0 0 29 2 *", 4 * 365 * DAY + DAY),
        ("0 2 1 * MON", 7 * DAY),
        ("0 2 ? * ?", DAY),
        ("5/20 * * * *", 20 * MINUTE),
        ("@hourly", HOUR),
        ("@daily", DAY),
        ("@midnight", DAY),
        ("@weekly", 7 * DAY),
        ("@monthly", 31 * DAY),
        ("@yearly", 366 * DAY),
        ("@every 1h30m", 90 * MINUTE),
        ("CRON_TZ=Europe/Berlin 0 6 * * *", DAY),
        ("TZ=UTC @daily", DAY),
    ],
)
def test_the_period_is_the_longest_time_between_two_runs(schedule: str, period: int) -> None:
    assert period_s(schedule) == period


@pytest.mark.parametrize(
    "schedule",
    [
        "",
        "daily",
        "* * * *",
        "* * * * * *",
        "61 * * * *",
        "0 24 * * *",
        "0 0 0 * *",
        "0 0 31 2 *",
        "5-1 * * * *",
        "*/0 * * * *",
        "@reboot",
        "@every",
        "@every 0s",
        "@every soon",
        "a * * * *",
        "0 0 * foo *",
        "1- * * * *",
        "TZ=UTC",
    ],
)
def test_what_is_no_schedule_has_no_period(schedule: str) -> None:
    assert period_s(schedule) is None


@given(st.integers(0, 59), st.integers(0, 23))
def test_a_daily_run_has_a_period_of_a_day_at_any_time(minute: int, hour: int) -> None:
    assert period_s(f"{minute} {hour} * * *") == DAY


@given(st.text(max_size=40))
def test_any_text_is_answered(schedule: str) -> None:
    period = period_s(schedule)
    assert period is None or period > 0


@given(st.from_regex(r"\A[0-9*/,-]{1,6}( [0-9*/,?A-Z-]{1,5}){4}\Z"))
def test_any_five_fields_are_answered(schedule: str) -> None:
    period = period_s(schedule)
    assert period is None or period >= MINUTE
