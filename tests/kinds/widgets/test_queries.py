"""Queries of each data source."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dd_sync.core.references import Ref
from dd_sync.kinds.widgets import (
    ApmDependencyQuery,
    ApmMetricsQuery,
    ApmResourceQuery,
    CloudCostQuery,
    EventQuery,
    GroupByFields,
    ProcessQuery,
    QueryTable,
    QueryValue,
    Request,
    SLOQuery,
    Timeseries,
)
from tests.kinds.widget_schema import definition


def requests(widget: Timeseries | QueryTable | QueryValue) -> Any:
    """The requests a widget sends, as far as Datadog's schema knows them."""
    return definition(widget)["requests"]


def metric(query: str, name: str) -> dict[str, str]:
    return {"data_source": "metrics", "name": name, "query": query}


# Mistakes


def wrong(message: str) -> Any:
    return pytest.raises(ValidationError, match=message)


# Data sources


def test_a_query_of_logs_in_short() -> None:
    errors = EventQuery(data_source="logs", search="status:error", compute="count", group_by=["service"])
    (request,) = requests(QueryTable(requests=[Request(queries={"errors": errors})]))
    assert request["queries"] == [
        {
            "data_source": "logs",
            "name": "errors",
            "search": {"query": "status:error"},
            "compute": {"aggregation": "count"},
            "group_by": [{"facet": "service"}],
        }
    ]


def test_a_query_of_spans_in_full() -> None:
    slowest = EventQuery(
        data_source="spans",
        name="slowest",
        search={"query": "service:cart"},
        indexes=["*"],
        compute={"aggregation": "pc95", "metric": "@duration", "interval": 60000},
        group_by=GroupByFields(fields=["service", "env"], limit=5, sort={"aggregation": "pc95", "order": "desc"}),
    )
    (request,) = requests(Timeseries(requests=[Request(queries=[slowest])]))
    assert request["queries"] == [
        {
            "data_source": "spans",
            "name": "slowest",
            "search": {"query": "service:cart"},
            "indexes": ["*"],
            "compute": {"aggregation": "pc95", "metric": "@duration", "interval": 60000},
            "group_by": {"fields": ["service", "env"], "limit": 5, "sort": {"aggregation": "pc95", "order": "desc"}},
        }
    ]


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        (
            ProcessQuery(data_source="process", metric="process.stat.cpu.total_pct", text_filter="mongod"),
            {"data_source": "process", "metric": "process.stat.cpu.total_pct", "text_filter": "mongod"},
        ),
        (
            ApmResourceQuery(env="prod", service="cart", stat="latency_p95"),
            {"data_source": "apm_resource_stats", "env": "prod", "service": "cart", "stat": "latency_p95"},
        ),
        (
            ApmDependencyQuery(env="prod", service="cart", operation_name="a", resource_name="b", stat="error_rate"),
            {
                "data_source": "apm_dependency_stats",
                "env": "prod",
                "service": "cart",
                "operation_name": "a",
                "resource_name": "b",
                "stat": "error_rate",
            },
        ),
        (
            ApmMetricsQuery(service="cart", stat="hits_per_second"),
            {"data_source": "apm_metrics", "service": "cart", "stat": "hits_per_second"},
        ),
        (
            SLOQuery(slo_id=Ref("slo", "a/b"), measure="burn_rate"),
            {"data_source": "slo", "slo_id": "${slo:a/b}", "measure": "burn_rate"},
        ),
        (
            CloudCostQuery(query="sum:aws.cost.net.amortized{*}", aggregator="sum"),
            {"data_source": "cloud_cost", "query": "sum:aws.cost.net.amortized{*}", "aggregator": "sum"},
        ),
    ],
)
def test_other_sources(query: Any, sent: dict[str, Any]) -> None:
    (request,) = requests(QueryTable(requests=[Request(queries=[query])]))
    assert request["queries"] == [{**sent, "name": "query1"}]


def test_a_source_without_a_model_passes_through() -> None:
    query = {"data_source": "app_sec_events", "name": "a", "anything": [1, {"b": None}]}
    table = QueryTable(requests=[Request(queries=[query])])
    assert table.to_payload()["definition"]["requests"][0]["queries"] == [query]


def test_a_wrong_value_in_a_query_is_named_with_its_place_and_the_right_ones() -> None:
    with wrong(r"(?s)queries\.0\.MetricQuery\.aggregator.*'avg', 'last'"):
        Request(queries=[{"query": "avg:a{*}", "aggregator": "average"}])
