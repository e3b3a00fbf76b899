"""What changed between two queries."""

from __future__ import annotations

import pytest
from hypothesis import given

from dd_sync.query.difference import Change, difference
from dd_sync.query.parse import parse
from tests.query.spelling import typed

BEFORE = "avg(last_5m):avg:system.load.1{env:prod} by {host} > 5"


@pytest.mark.parametrize(
    ("after", "changes"),
    [
        ("avg(last_5m):avg:system.load.1{env:prod} by {host} > 2", [("threshold", "5", "2")]),
        ("avg(last_5m):avg:system.load.1{env:prod} by {host} >= 5", [("comparison", ">", ">=")]),
        ("avg(last_1h):avg:system.load.1{env:prod} by {host} > 5", [("window", "last_5m", "last_1h")]),
        ("max(last_5m):avg:system.load.1{env:prod} by {host} > 5", [("time aggregation", "avg", "max")]),
        ("avg(last_5m):avg:system.load.5{env:prod} by {host} > 5", [("metric", "system.load.1", "system.load.5")]),
        ("avg(last_5m):max:system.load.1{env:prod} by {host} > 5", [("aggregation", "avg", "max")]),
        ("avg(last_5m):avg:system.load.1{env:dev} by {host} > 5", [("scope", "env:prod", "env:dev")]),
        ("avg(last_5m):avg:system.load.1{env:prod,!host:a} by {host} > 5", [("scope", "", "!host:a")]),
        ("avg(last_5m):avg:system.load.1{*} by {host} > 5", [("scope", "env:prod", "")]),
        ("avg(last_5m):avg:system.load.1{env:prod} by {host,nodepool} > 5", [("grouping", "host", "host, nodepool")]),
        ("avg(last_5m):avg:system.load.1{env:prod} > 5", [("grouping", "host", "")]),
        ("avg(last_5m):default_zero(avg:system.load.1{env:prod} by {host}) > 5", [("functions", "", "default_zero()")]),
        (
            "avg(last_5m):avg:system.load.1{env:prod} by {host}.rollup(max, 60) > 5",
            [("functions", "", "rollup(max, 60)")],
        ),
        ("change(avg(last_5m),last_1h):avg:system.load.1{env:prod} by {host} > 5", None),
        (BEFORE.replace(">", " >  "), []),
        (BEFORE, []),
    ],
)
def test_a_change_is_told_for_what_it_is(after: str, changes: list[Change] | None) -> None:
    expected = (
        [("compared with", "", "last_1h"), ("time aggregation", "avg", "change avg")] if changes is None else changes
    )
    assert difference(BEFORE, after) == expected


def test_several_changes_come_in_the_order_a_reader_asks_for_them() -> None:
    after = "max(last_15m):max:y{env:dev,a:b} by {host,env}.as_count() >= 9"
    assert [what for what, _, _ in difference(BEFORE, after)] == [
        "threshold",
        "comparison",
        "window",
        "time aggregation",
        "metric",
        "aggregation",
        "scope",
        "scope",
        "scope",
        "grouping",
        "functions",
    ]


@pytest.mark.parametrize(
    ("before", "after", "type_"),
    [
        (BEFORE, "avg(last_5m):avg:system.load.1{env:prod} / avg:y{*} > 5", "query alert"),
        ("avg:x{*} * 100", "avg:x{*} * 10", "dashboard"),
        ("avg:x{*} + avg:y{*}", "avg:x{*} - avg:y{*}", "dashboard"),
        ("avg:x{*}", "avg:x{*}, avg:y{*}", "dashboard"),
        ("1 && 2", "1 || 2", "composite"),
        ("1 && 2", "1 && 3", "composite"),
        ("a / b", "b / a", "formula"),
        (BEFORE, 'formula("a").last("5m") > 5', "query alert"),
        (BEFORE, "not a query", "query alert"),
        ("not a query", "not one either", "query alert"),
        ("x", "y", "a type of next year"),
    ],
)
def test_what_cannot_be_told_apart_is_the_whole_query(before: str, after: str, type_: str) -> None:
    assert difference(before, after, type_) == [("query", before, after)]


def test_the_same_filter_moved_to_another_metric_is_told() -> None:
    changes = difference("avg:x{a:b} / avg:y{*}", "avg:x{*} / avg:y{a:b}", "dashboard")
    assert changes == [("scope", "a:b", ""), ("scope", "", "a:b")]


def test_a_log_monitor_tells_its_search_index_rollup_and_window() -> None:
    before = 'logs("a status:error").index("*").rollup("count").by("service").last("5m") > 5'
    after = 'logs("a status:error -x:y").index("main").rollup("avg", "@d").by("service,host").last("15m") > 6'
    assert difference(before, after, "log alert") == [
        ("threshold", "5", "6"),
        ("window", "5m", "15m"),
        ("aggregation", "count", "avg, @d"),
        ("scope", "", "-x:y"),
        ("scope", "", "index main"),
        ("grouping", "service", "service,host"),
    ]


def test_checks_and_slos_tell_what_they_look_at() -> None:
    check = '"{}".over("env:prod").by("host").last({}).count_by_status()'
    assert difference(check.format("a", 2), check.format("b", 3), "service check") == [
        ("window", "2", "3"),
        ("check", "a", "b"),
    ]
    assert difference('error_budget("a").over("7d") > 75', 'error_budget("b").over("30d") > 75', "slo alert") == [
        ("window", "7d", "30d"),
        ("slo", "a", "b"),
    ]
    statuses = check.format("a", 2), check.format("a", 2).replace("count_by", "pct_by")
    assert difference(*statuses, "service check") == [("functions", "count_by_status()", "pct_by_status()")]


@given(typed, typed)
def test_two_queries_that_differ_never_show_nothing(one: tuple[str, str], other: tuple[str, str]) -> None:
    type_ = one[1]
    changes = difference(one[0], other[0], type_)
    same = one[0] == other[0] or (other[1] == type_ and parse(one[0], type_) == parse(other[0], type_))
    assert bool(changes) != same
    assert all(before != after for _, before, after in changes)
