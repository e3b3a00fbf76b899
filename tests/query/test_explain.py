"""Queries in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given

from dd_sync.query.explain import explain
from dd_sync.query.parse import parse
from dd_sync.query.parts import metrics
from tests.query.spelling import typed


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            "avg(last_5m):avg:system.load.1{env:prod} by {host} > 90",
            "Average over the last 5 minutes of the average of system.load.1 for env:prod, by host; alert above 90.",
        ),
        (
            "sum(last_1h):sum:errors{*}.as_count() >= 3",
            "Sum over the last hour of the sum of errors as a count; alert at or above 3.",
        ),
        (
            "avg(last_10m):100 * sum:errors{a:b,c:d} by {env,host,pod} / (sum:hits{*} + 1) < 0.5",
            "Average over the last 10 minutes of 100 times the sum of errors for a:b, c:d divided by (the sum of hits "
            "plus 1), by env, host and pod; alert below 0.5.",
        ),
        (
            "change(avg(last_5m),last_1h):avg:x{*} > 5",
            "Change of the average over the last 5 minutes, against 1 hour before, of the average of x; alert above 5.",
        ),
        (
            "pct_change(max(last_1d),1w_ago):avg:x{*} > 50",
            "Change in percent of the maximum over the last day, against 1 week before, of the average of x; "
            "alert above 50.",
        ),
        (
            "avg(last_4h):anomalies(avg:x{*}, 'agile', 2) >= 1",
            "Average over the last 4 hours of anomalies of the average of x (agile, 2); alert at or above 1.",
        ),
        (
            "max(next_1w):forecast(avg:x{*}, 'linear', 1) >= 97",
            "Maximum over the next week of the forecast of the average of x (linear, 1); alert at or above 97.",
        ),
        (
            "sum(current_1mo):sum:x{*} > 5",
            "Sum over the current month of the sum of x; alert above 5.",
        ),
        (
            "min(last_15m):default_zero(sum:x{*}) == 0",
            "Minimum over the last 15 minutes of the sum of x (0 where there is no data); alert at exactly 0.",
        ),
        (
            "percentile(last_5m):p95:trace.request{*} > 1",
            "Percentile over the last 5 minutes of the 95th percentile of trace.request; alert above 1.",
        ),
        (
            "avg(last_5m):count(v: v<=0.5):trace.request{*} > 1",
            "Average over the last 5 minutes of the number of points of trace.request with values <=0.5; "
            "alert above 1.",
        ),
    ],
)
def test_a_metric_monitor_in_words(query: str, words: str) -> None:
    assert explain(parse(query)) == words


@pytest.mark.parametrize(
    ("query", "type_", "words"),
    [
        (
            'logs("status:error").index("main").rollup("count").by("service").last("5m") > 2',
            "log alert",
            "The number of logs in index main matching status:error over the last 5 minutes, by service; "
            "alert above 2.",
        ),
        (
            'logs("*").index("*").rollup("cardinality", "@usr.id").last("1h") < 1',
            "log alert",
            "The number of different @usr.id in logs over the last hour; alert below 1.",
        ),
        (
            'rum("*").rollup("pc95", "@duration").last("15m") > 5',
            "rum alert",
            "The 95th percentile of @duration in RUM events over the last 15 minutes; alert above 5.",
        ),
        (
            'formula("errors / hits").last("15m") >= 0.8',
            "ci-pipelines alert",
            "errors divided by hits over the last 15 minutes; alert at or above 0.8.",
        ),
        (
            '"ntp.in_sync".over("env:prod").by("host").last(2).count_by_status()',
            "service check",
            "The last 2 runs of the check ntp.in_sync for env:prod, by host.",
        ),
        (
            "${monitor:a/b} && !(1 || !2)",
            "composite",
            "Alerts when a/b alerts and not (monitor 1 alerts or monitor 2 does not alert).",
        ),
        (
            'error_budget("${slo:web}").over("30d") > 75',
            "slo alert",
            "The share of the error budget of the SLO web used up over 30 days; alert above 75 %.",
        ),
        (
            'burn_rate("abc").over("30d").long_window("1h").short_window("5m") > 14.4',
            "slo alert",
            "How fast the error budget of abc (30 days) burns, over 1 hour and 5 minutes alike; "
            "alert above 14.4 times the rate that would just last.",
        ),
        (
            "sum:x{*} by {a}, top(sum:y{*}, 10, 'mean', 'desc')",
            "dashboard",
            "The sum of x, by a; the top 10 of the sum of y (mean, desc).",
        ),
        ("derivative(query1) - 5", "formula", "The rate of change of query1 minus 5."),
        ("query1", "formula", "query1."),
        ("no_query", "synthetics alert", 'A query of type "synthetics alert", whose language is not read here.'),
    ],
)
def test_other_queries_in_words(query: str, type_: str, words: str) -> None:
    assert explain(parse(query, type_)) == words


@given(typed)
def test_every_query_can_be_explained_and_names_its_metrics(query_and_type: tuple[str, str]) -> None:
    query = parse(*query_and_type)
    words = explain(query)
    assert words.endswith(".")
    assert all(metric.name in words for metric in metrics(query))
