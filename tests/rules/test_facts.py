"""A payload read for the rules."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules.facts import facts, metric_queries, variables
from dd_sync.rules.place import read, syntax
from tests.rules.payloads import monitor


def test_a_monitor_is_read_once() -> None:
    found = facts(monitor(options={"thresholds": {"critical": 5}}))
    assert found.query is not None
    assert found.metric
    assert (found.threshold, found.groups, found.thresholds) == (5, ("host",), {"critical": 5})


def test_a_broken_query_is_kept_with_its_error() -> None:
    found = facts(monitor("avg(last_5m):avg:{*} > 5"))
    assert found.query is None
    assert found.place.error is not None
    assert found.threshold is None
    assert found.condition is None
    assert found.groups == ()


def test_a_missing_query_is_an_empty_one() -> None:
    assert facts({}).place.text == ""
    assert facts({"query": None, "options": []}).options == {}


@pytest.mark.parametrize(
    ("variable", "groups"),
    [
        ({"name": "a", "data_source": "logs", "group_by": [{"facet": "@x"}, {"facet": "service"}]}, ("@x", "service")),
        ({"name": "a", "data_source": "data_quality_metrics", "group_by": ["entity_id"]}, ("entity_id",)),
        ({"name": "a", "data_source": "logs", "group_by": {"fields": ["host"]}}, ("host",)),
        ({"name": "a", "data_source": "metrics", "query": "avg:x{*} by {host,env}"}, ("host", "env")),
        ({"name": "a", "base_query": {"data_source": "metrics", "query": "avg:x{*} by {org}"}}, ("org",)),
        ({"name": "a", "data_source": "metrics", "query": "broken{"}, ()),
        ({"name": "a", "data_source": "rum", "search": {"query": "*"}}, ()),
    ],
)
def test_a_formula_is_grouped_as_its_queries_are(variable: dict[str, Any], groups: tuple[str, ...]) -> None:
    found = facts(monitor('formula("a").last("5m") > 1', options={"variables": [variable]}))
    assert found.groups == groups


def test_variables_count_for_formulas_alone() -> None:
    variable = {"name": "a", "data_source": "metrics", "query": "avg:x{*} by {org}"}
    assert facts(monitor(options={"variables": [variable]})).groups == ("host",)
    assert variables({"variables": "none"}) == []


def test_metric_queries_are_found_with_their_paths() -> None:
    listed = [{"base_query": {"data_source": "metrics", "query": "avg:x{*}"}}, {"data_source": "logs", "query": "x"}]
    assert list(metric_queries(listed)) == [("[0].base_query.query", "avg:x{*}")]


def test_a_place_says_what_is_wrong_with_its_query() -> None:
    (what,) = syntax(read("widgets[0].q", "avg:{*}", "dashboard"))
    assert (what.path, what.start, what.end) == ("widgets[0].q", 4, 5)
    assert syntax(read("widgets[0].q", "avg:x{*}", "dashboard")) == []
