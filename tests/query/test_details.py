"""Rollups, gaps, settings of functions and further steps in words."""

from __future__ import annotations

import pytest

from dd_sync.query.details import spell
from dd_sync.query.explain import explain
from dd_sync.query.parse import parse


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("avg:x{*}.rollup(max, 60)", "The average of x (the maximum of each minute)."),
        ("avg:x{a:b} by {h}.rollup(sum)", "The average of x for a:b (the sum of each interval), by h."),
        ("avg:x{*}.rollup(3600)", "The average of x (each hour)."),
        ("avg:x{*}.rollup(sum, daily, 'UTC')", "The average of x (the sum of each day, UTC)."),
        ("avg:x{*}.rollup(avg, '2h')", "The average of x (the average of each 2 hours)."),
        ("avg:x{*}.rollup(p95, $per)", "The average of x (the p95 of each $per)."),
        ("avg:x{*}.as_count().fill(zero)", "The average of x as a count (gaps filled with 0)."),
        ("avg:x{*}.fill(last, limit=600)", "The average of x (gaps filled with the last value for up to 10 minutes)."),
        ("avg:x{*}.fill(42)", "The average of x (gaps filled with 42)."),
        ("(avg:x{*} + 1).rollup(min, 30)", "(the average of x plus 1) (the minimum of each 30 seconds)."),
        ("ewma_20(avg:x{*})", "The exponentially weighted average over 20 points of the average of x."),
        ("timeshift(avg:x{*}, -3600)", "The average of x, shifted in time (-3600)."),
        ("max(avg:x{*}, avg:y{*})", "The maximum of the average of x and the average of y."),
        ("min(avg:x{*}, 5)", "The minimum of the average of x and 5."),
        ("outliers(avg:x{*} by {h}, 'MAD', 3, pct=50)", "Outliers among the average of x (MAD, 3, pct 50), by h."),
    ],
)
def test_what_is_done_to_a_metric(query: str, words: str) -> None:
    assert explain(parse(query, "dashboard")) == words


@pytest.mark.parametrize(
    ("query", "type_", "words"),
    [
        (
            'processes("java").over("env:prod","role:db").rollup("count").last("10m") < 1',
            "process alert",
            "The number of processes matching java for env:prod, role:db over the last 10 minutes; alert below 1.",
        ),
        (
            'error-tracking("*").source("browser").new().rollup("count").by("issue.id").last("1d") > 0',
            "error-tracking alert",
            "The number of error-tracking events over the last day (source browser, new), by issue.id; alert above 0.",
        ),
        (
            'formula("query1").current("1mo").change("relative", threshold=10) > 5',
            "cost alert",
            "query1 over the current month (change relative, threshold 10); alert above 5.",
        ),
        (
            '"a.check".over("env:prod").exclude("role:x").by("host").last(1).pct_by_status()',
            "service check",
            "The status, in percent, of the last 1 runs of the check a.check for env:prod except for role:x, by host.",
        ),
    ],
)
def test_what_a_monitor_looks_for(query: str, type_: str, words: str) -> None:
    assert explain(parse(query, type_)) == words


def test_a_span_is_spelt_by_its_unit() -> None:
    assert [spell(text) for text in ("5m", "last_1h", "1mo", "2w", "90s")] == [
        "5 minutes",
        "1 hour",
        "1 month",
        "2 weeks",
        "90 seconds",
    ]
    assert spell("soon") == ""
