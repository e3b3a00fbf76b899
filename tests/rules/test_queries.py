"""Queries that are written well and still cannot work."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_monitor, check_query
from tests.rules.payloads import broken, monitor, rules


def test_a_query_that_cannot_be_read_is_shown_at_its_place() -> None:
    (finding,) = check_monitor(monitor("avg(last_5m):avg:{env:prod} by {host} > 90", message="@slack-x"))
    assert (finding.rule, finding.severity, finding.path) == ("query-syntax", "error", "query")
    assert (finding.start, finding.end) == (17, 18)
    assert finding.message == 'expected a metric name after "avg:", found "{"'


def formula(expression: str, *variables: dict[str, Any]) -> list[tuple[str, str]]:
    payload = monitor(f'formula("{expression}").last("5m") > 1', options={"variables": list(variables)})
    return broken(check_monitor(payload))


def test_a_formulas_queries_are_read_too() -> None:
    good = {"name": "a", "data_source": "metrics", "query": "avg:x{*}"}
    bad = {"name": "b", "data_source": "metrics", "query": "avg:{*}"}
    logs = {"name": "c", "data_source": "logs", "search": {"query": "(("}, "compute": {"aggregation": "count"}}
    assert formula("a + b + c", good, bad, logs) == [("variable-query-syntax", "options.variables[1].query")]


def test_a_formula_uses_queries_that_exist() -> None:
    variable = {"name": "errors", "data_source": "metrics", "query": "avg:x{*}"}
    assert formula("errors / 2", variable) == []
    assert formula("erors / 2", variable) == [("formula-name", "query")]
    assert formula("anything") == []
    payload = monitor('formula("erors").last("5m") > 1', options={"variables": [variable]})
    (finding,) = check_monitor(payload)
    assert "Did you mean errors?" in finding.message
    assert payload["query"][finding.start : finding.end] == "erors"


@pytest.mark.parametrize(
    ("query", "type_", "expected"),
    [
        ('logs("a").last("5m") > 1', "log alert", set()),
        ('formula("a").last("5m") > 1', "log alert", set()),
        ('rum("a").last("5m") > 1', "log alert", {"query-type"}),
        ('logs("a").last("5m") > 1', "query alert", {"query-type"}),
        ('events("a").last("5m") > 1', "event alert", set()),
        ('deployments("a").last("5m") > 1', "log alert", {"query-type"}),
        ('deployments("a").last("5m") > 1', "deployments alert", set()),
    ],
)
def test_what_a_query_starts_with_fits_the_type(query: str, type_: str, expected: set[str]) -> None:
    assert rules(check_query(query, type_)) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("env:prod,!env:dev", set()),
        ("env:prod,!env:prod", {"contradicting-scope"}),
        ("env:prod AND NOT env:prod", {"contradicting-scope"}),
        ("env:prod OR NOT env:prod", set()),
        ("env:prod,env:prod", {"repeated-filter"}),
        ("NOT phase:running OR NOT phase:running", {"repeated-filter"}),
        ("env:prod,a IN (b,c)", {"mixed-filters"}),
        ("env:prod,(a:b OR c:d)", {"mixed-filters"}),
        ("env:prod AND a IN (b,c)", set()),
        ('env:"prod"', {"quoted-tag-value"}),
    ],
)
def test_a_scope_can_match_something(scope: str, expected: set[str]) -> None:
    query = f"avg(last_5m):avg:x{{{scope}}} > 5"
    findings = check_query(query)
    assert rules(findings) - {"mixed-filters"} == expected - {"mixed-filters"}
    assert ("mixed-filters" in expected) <= ("mixed-filters" in rules(findings))
    assert all(query[finding.start : finding.end] for finding in findings)


def test_a_contradiction_is_an_error_and_the_rest_are_warnings() -> None:
    assert rules(check_query("avg(last_5m):avg:x{a:b,!a:b} > 5"), "error") == {"contradicting-scope"}
    assert rules(check_query('avg(last_5m):avg:x{a:"b",a:"b"} > 5'), "error") == set()


def test_autosmooth_is_for_dashboards() -> None:
    assert rules(check_query("avg(last_5m):autosmooth(avg:x{*}) > 5"), "error") == {"autosmooth-in-monitor"}
    assert check_query("autosmooth(avg:x{*})", "dashboard") == []


@pytest.mark.parametrize(
    ("ratio", "expected"),
    [
        ("sum:a{*}.as_count() / sum:b{*}.as_count()", set()),
        ("sum:a{*} / sum:b{*}", set()),
        ("100 * sum:a{*}.as_count() / sum:b{*}", {"as-count-ratio"}),
        ("sum:a{*} / (sum:b{*}.as_count() + 1)", {"as-count-ratio"}),
        ("sum:a{*}.as_count() / avg:b{*}", set()),
        ("sum:a{*}.as_count() + sum:b{*}", set()),
    ],
)
def test_both_sides_of_a_ratio_are_counted_alike(ratio: str, expected: set[str]) -> None:
    assert rules(check_query(f"sum(last_5m):{ratio} > 5")) == expected


def test_percentiles_over_time_go_with_percentiles_of_a_distribution() -> None:
    assert check_query("percentile(last_5m):p95:x{*} > 5") == []
    assert rules(check_query("percentile(last_5m):avg:x{*} > 5")) == {"percentile-window"}
