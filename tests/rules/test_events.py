"""Monitors of events, and service checks."""

from __future__ import annotations

import pytest

from dd_sync.rules import check_monitor, check_query
from tests.rules.payloads import monitor, rules

ISSUES = 'error-tracking("a").source("{}").new().rollup("count").by("@issue.id").last("1d") > 1'


@pytest.mark.parametrize(
    ("query", "type_", "expected"),
    [
        ('logs("a").index("*").rollup("count").by("a,b,c,d").last("5m") > 1', "log alert", set()),
        ('logs("a").index("*").rollup("count").by("a,b,c,d,e").last("5m") > 1', "log alert", {"event-groups"}),
        ('logs("a").index("*").rollup("avg", "@duration").last("5m") > 1', "log alert", set()),
        ('logs("a").index("*").rollup("avg").last("5m") > 1', "log alert", {"rollup-measure"}),
        ('logs("a").index("*").rollup("pc95", "@duration").last("5m") > 1', "log alert", set()),
        ('logs("a").index("*").rollup("p95", "@duration").last("5m") > 1', "log alert", {"rollup-method"}),
        ('rum("a").rollup("cardinality").last("5m") > 1', "rum alert", {"rollup-measure"}),
        ('audits("a").rollup("count").last("7d") > 1', "audit alert", {"window-range"}),
        ('ci-pipelines("a").rollup("count").last("7d") > 1', "ci-pipelines alert", {"window-range"}),
        ('processes("java").over("env:prod").rollup("count").last("24h") < 1', "process alert", set()),
        (
            'error-tracking("a").source("all").new().rollup("count").by("@issue.id").last("1d") > 1',
            "error-tracking alert",
            set(),
        ),
        (
            'error-tracking("a").source("tv").new().rollup("count").by("@issue.id").last("1d") > 1',
            "error-tracking alert",
            {"event-source"},
        ),
        ('"a.b".over().by("host").last(2).count_by_status()', "service check", {"query-syntax"}),
        ('"a.b".over("*").by("host").last(100).count_by_status()', "service check", set()),
        ('"a.b".over("*").by("host").last(101).count_by_status()', "service check", {"window-range"}),
    ],
)
def test_events_are_counted_as_datadog_counts_them(query: str, type_: str, expected: set[str]) -> None:
    assert rules(check_query(query, type_), "error") == expected


def test_a_live_process_is_looked_back_at_a_day_at_most() -> None:
    query = 'processes("java").over("env:prod").rollup("count").last("48h") < 1'
    assert "window-function" in rules(check_query(query, "process alert"), "error")


def test_a_share_of_runs_asks_for_no_number_of_them() -> None:
    query = '"a.b".over("*").by("host").last(5).pct_by_status()'

    assert (
        check_monitor(monitor(query, type="service check", options={"thresholds": {"critical": 80, "warning": 10}}))
        == []
    )
