"""Missing data: options that exclude each other, queries and types that take only some."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_monitor, refusals_of
from tests.rules.payloads import monitor, rules

CHECK = '"a.b".over("*").by("host").last(2).count_by_status()'
ZERO = "min(last_2h):default_zero(sum:shop.failed{env:prod} by {host}) >= 1"


@pytest.mark.parametrize("type_", ["service check", "composite", "slo alert"])
def test_some_types_have_no_on_missing_data(type_: str) -> None:
    payload = monitor(
        CHECK if type_ == "service check" else "1 && 2", type=type_, options={"on_missing_data": "resolve"}
    )
    assert "missing-data-type" in rules(check_monitor(payload), "error")


@pytest.mark.parametrize(
    ("query", "value", "fine"),
    [
        (ZERO, "default", True),
        (ZERO, None, True),
        (ZERO, "resolve", False),
        (ZERO, "show_no_data", False),
        (ZERO, "show_and_notify_no_data", False),
        (ZERO.replace("default_zero(", "abs("), "resolve", True),
        ("min(last_2h):default_zero(sum:a{*}) + sum:b{*} >= 1", "resolve", False),
    ],
)
def test_with_default_zero_nothing_is_missing(query: str, value: str | None, fine: bool) -> None:
    payload = monitor(query, options={"on_missing_data": value})
    assert rules(check_monitor(payload), "error") == (set() if fine else {"missing-data-default-zero"})
    answers = [answer.sentence for answer in refusals_of("monitor", payload)]
    assert answers == ([] if fine else [f"Invalid on_missing_data value: {value}; valid value is: default"])


def test_a_monitor_of_logs_may_use_default_zero_as_it_likes() -> None:
    query = 'formula("default_zero(a)").last("5m") > 4'
    variable = {"data_source": "logs", "name": "a", "search": {"query": "*"}, "compute": {"aggregation": "count"}}
    options = {"on_missing_data": "resolve", "variables": [variable]}
    assert rules(check_monitor(monitor(query, type="log alert", options=options)), "error") == set()


@pytest.mark.parametrize(
    ("options", "fine"),
    [
        ({"no_data_timeframe": 1440}, True),
        ({"no_data_timeframe": 1441}, False),
        ({"no_data_timeframe": 2880, "group_retention_duration": "2d"}, True),
        ({"no_data_timeframe": 120, "group_retention_duration": "1h"}, False),
    ],
)
def test_data_is_missed_only_while_its_group_is_kept(options: dict[str, Any], fine: bool) -> None:
    assert rules(check_monitor(monitor(options=options)), "error") == (set() if fine else {"no-data-retention"})


def test_a_custom_schedule_says_what_missing_data_means() -> None:
    schedule = {"custom_schedule": {"recurrences": [{"rrule": "FREQ=DAILY", "timezone": "UTC"}]}}
    options: dict[str, Any] = {"scheduling_options": schedule}
    assert rules(check_monitor(monitor(options=options)), "error") == {"missing-data-schedule"}
    assert check_monitor(monitor(options=options | {"on_missing_data": "default"})) == []
