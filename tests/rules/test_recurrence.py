"""Recurrence rules, dates and time zones."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules.recurrence import is_local, is_zone, moment, problem


@pytest.mark.parametrize(
    "rule", ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU;INTERVAL=2", "RRULE:FREQ=MONTHLY;BYMONTHDAY=1"]
)
def test_rules_of_rfc_5545_are_rules(rule: str) -> None:
    assert problem(rule) == ""


@pytest.mark.parametrize(
    "rule",
    ["every day", "", "FREQ=SOMETIMES", "INTERVAL=1", "FREQ=DAILY;DTSTART=2027", "FREQ=DAILY;INTERVAL=0", 5, None],
)
def test_others_are_not(rule: Any) -> None:
    assert problem(rule)


def test_a_start_of_a_recurrence_is_local_and_that_of_a_single_downtime_is_not() -> None:
    assert is_local("2037-01-02T20:00:00")
    assert is_local("2037-01-02T20:00")
    assert not is_local("2037-01-02T20:00:00Z")
    assert not is_local("2037-13-02T20:00:00")
    assert moment("2037-01-02T20:00:00Z") == moment("2037-01-02T21:00:00+01:00")
    assert moment("2037-01-02T20:00:00") is None


def test_a_time_zone_is_a_name_of_the_database() -> None:
    assert all(is_zone(name) for name in ("Europe/Berlin", "UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+1"))
    assert not any(is_zone(name) for name in ("Paris", "europe", "", 5))
