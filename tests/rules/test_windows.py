"""Windows, missing data and delays."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_monitor, check_query
from tests.rules.payloads import broken, monitor, rules

ANOMALY = "avg(last_4h):anomalies(avg:x{*}, 'agile', 2, alert_window='last_15m') >= 1"


@pytest.mark.parametrize(
    ("query", "type_"),
    [
        ("avg(last_1m):avg:x{*} > 5", "query alert"),
        ("avg(last_730h):avg:x{*} > 5", "query alert"),
        ("avg(last_1mo):avg:x{*} > 5", "query alert"),
        ("change(avg(last_5m),last_1w):avg:x{*} > 5", "query alert"),
        ("max(next_3mo):forecast(avg:x{*}, 'linear', 1) > 5", "query alert"),
        ('logs("a").last("2d") > 5', "log alert"),
        ('logs("a").last("2880m") > 5', "log alert"),
        ('formula("a").last("30d") > 5', "cost alert"),
        ('formula("a").last(10d) > 5', "data-jobs alert"),
        ('"a".over("*").by("host").last(100).count_by_status()', "service check"),
        ('error_budget("${slo:a}").over("90d") > 75', "slo alert"),
    ],
)
def test_windows_datadog_takes_are_taken(query: str, type_: str) -> None:
    assert rules(check_query(query, type_)) == set()


@pytest.mark.parametrize(
    ("query", "type_", "place"),
    [
        ("avg(last_0m):avg:x{*} > 5", "query alert", "last_0m"),
        ("avg(last_30s):avg:x{*} > 5", "query alert", "last_30s"),
        ("avg(last_9999h):avg:x{*} > 5", "query alert", "last_9999h"),
        ("avg(last_2mo):avg:x{*} > 5", "query alert", "last_2mo"),
        ("max(next_5y):forecast(avg:x{*}, 'linear', 1) > 5", "query alert", "next_5y"),
        ('logs("a").last("3d") > 5', "log alert", '"3d"'),
        ('logs("a").last("0m") > 5', "log alert", '"0m"'),
        ('rum("a").last("49h") > 5', "rum alert", '"49h"'),
        ('formula("a").last("999d") > 5', "cost alert", '"999d"'),
        ('"a".over("*").by("host").last(0).count_by_status()', "service check", "0"),
        ('"a".over("*").by("host").last(101).count_by_status()', "service check", "101"),
        ('"a".over("*").by("host").last("many").count_by_status()', "service check", '"many"'),
    ],
)
def test_windows_out_of_range_are_refused_at_their_place(query: str, type_: str, place: str) -> None:
    findings = [finding for finding in check_query(query, type_) if finding.severity == "error"]
    if '"many"' in query:
        assert rules(findings) == {"query-syntax"}
        return
    (finding,) = findings
    assert finding.rule == "window-range"
    assert query[finding.start : finding.end] == place


def test_a_service_check_looks_at_as_many_runs_as_its_thresholds_ask_for() -> None:
    query = '"a".over("*").by("host").last(2).count_by_status()'
    findings = check_monitor(monitor(query, type="service check", options={"thresholds": {"critical": 3, "ok": 1}}))
    assert broken(findings) == [("window-range", "query")]
    assert findings[0].fix == ".last(4)"


def test_a_window_that_looks_ahead_needs_a_forecast() -> None:
    assert rules(check_query("avg(next_1w):avg:x{*} > 5")) == {"window-kind"}
    assert rules(check_query("avg(last_1w):forecast(avg:x{*}, 'linear', 1) > 5")) == {"forecast-window"}


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ({"trigger_window": "last_15m", "recovery_window": "last_15m"}, set()),
        ({"trigger_window": "last_30m", "recovery_window": "last_15m"}, {"anomaly-windows-match"}),
        (None, {"anomaly-windows-match"}),
    ],
)
def test_an_anomaly_monitor_says_its_window_twice(windows: Any, expected: set[str]) -> None:
    assert rules(check_monitor(monitor(ANOMALY, options={"threshold_windows": windows}))) == expected


def test_a_query_alone_need_not_say_it_twice() -> None:
    assert check_query(ANOMALY) == []


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"on_missing_data": "resolve"}, []),
        ({"on_missing_data": "resolve", "notify_no_data": False, "no_data_timeframe": None}, []),
        ({"on_missing_data": "default"}, []),
        ({"notify_no_data": True, "no_data_timeframe": 10}, []),
        ({"on_missing_data": "resolve", "notify_no_data": True}, [("missing-data-both", "options.notify_no_data")]),
        ({"on_missing_data": "resolve", "no_data_timeframe": 10}, [("missing-data-both", "options.no_data_timeframe")]),
        ({"on_missing_data": "notify"}, [("missing-data-value", "options.on_missing_data")]),
        ({"notify_no_data": True, "no_data_timeframe": 9}, [("no-data-timeframe", "options.no_data_timeframe")]),
        ({"notify_no_data": False, "no_data_timeframe": 2}, []),
    ],
)
def test_missing_data_is_said_in_one_way(options: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert broken(check_monitor(monitor(options=options))) == expected


def test_a_service_check_has_its_own_word_for_missing_data() -> None:
    query = '"a".over("*").by("host").last(2).count_by_status()'
    findings = check_monitor(monitor(query, type="service check", options={"on_missing_data": "resolve"}))
    assert rules(findings, "error") == {"missing-data-type"}


@pytest.mark.parametrize(
    ("name", "value", "fine"),
    [
        ("evaluation_delay", 900, True),
        ("evaluation_delay", None, True),
        ("evaluation_delay", -1, False),
        ("new_group_delay", "soon", False),
        ("renotify_interval", "0", True),
        ("timeout_h", 24, True),
        ("timeout_h", -1, False),
        ("evaluation_delay", 86401, False),
    ],
)
def test_delays_are_in_range(name: str, value: Any, fine: bool) -> None:
    expected = [] if fine else [("delay-range", f"options.{name}")]
    assert broken(check_monitor(monitor(options={name: value}))) == expected


def test_more_than_a_day_until_a_monitor_resolves_is_doubtful_since_it_was_taken_once() -> None:
    findings = check_monitor(monitor(options={"timeout_h": 25}))
    assert rules(findings, "warning") == {"timeout-long"}
    assert rules(findings, "error") == set()


@pytest.mark.parametrize(
    ("value", "fine"), [("60m", True), ("2d", True), ("72h", True), ("4d", False), ("30m", False), ("x", False)]
)
def test_groups_are_kept_between_one_hour_and_three_days(value: str, fine: bool) -> None:
    findings = check_monitor(monitor(options={"group_retention_duration": value}))
    assert broken(findings) == ([] if fine else [("group-retention", "options.group_retention_duration")])
