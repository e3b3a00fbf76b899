"""The metric queries of a definition, wherever they stand."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules.measured import measured_metrics

LOAD = "avg:system.load.1{*}"


@pytest.mark.parametrize(
    ("payload", "paths"),
    [
        ({"type": "query alert", "query": f"avg(last_5m):{LOAD} > 5"}, ["query"]),
        ({"type": "log alert", "query": 'logs("a").index("*").rollup("count").last("5m") > 5'}, []),
        (
            {
                "type": "metric alert",
                "query": 'formula("a").last("5m") > 5',
                "options": {"variables": [{"name": "a", "data_source": "metrics", "query": LOAD}]},
            },
            ["options.variables[0].query"],
        ),
        (
            {"type": "metric", "query": {"numerator": LOAD, "denominator": LOAD}},
            ["query.numerator", "query.denominator"],
        ),
        (
            {"widgets": [{"definition": {"type": "timeseries", "requests": [{"q": LOAD}, {"q": "avg:"}]}}]},
            ["widgets[0].definition.requests[0].q"],
        ),
        ({"type": "query alert", "query": "nonsense"}, []),
        ({}, []),
    ],
)
def test_queries_are_found_with_their_paths(payload: dict[str, Any], paths: list[str]) -> None:
    assert [place.path for place in measured_metrics(payload)] == paths
