"""What a formula is computed from: one model for each of Datadog's data sources.

`name` is what formulas call the query; where a request is written as a list, names left out become query1, query2….
A source that has no model here is written as a plain dictionary and passes through.
"""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag

from dd_sync.kinds.widgets.base import Block, Flag, Id, Order, Spelled, each, text_as

Aggregator = Literal["avg", "last", "max", "min", "sum", "percentile", "area", "l2norm"]
Aggregation = Literal[
    "count", "cardinality", "median", "pc75", "pc90", "pc95", "pc98", "pc99", "sum", "min", "max", "avg"
]
ResourceStat = Literal[
    "errors",
    "error_rate",
    "hits",
    "latency_avg",
    "latency_distribution",
    "latency_max",
    "latency_p50",
    "latency_p75",
    "latency_p90",
    "latency_p95",
    "latency_p99",
]


class MetricQuery(Block):
    """Metrics: `MetricQuery(query="avg:system.cpu.user{*} by {host}", aggregator="last")`.

    `aggregator` says how a widget that shows one number makes it from the points; Datadog takes the average where
    none is given.
    """

    data_source: Literal["metrics"] = "metrics"
    name: str | None = None
    query: str
    aggregator: Aggregator | None = None
    semantic_mode: Literal["combined", "native"] | None = None
    cross_org_uuids: list[str] | None = None


class CloudCostQuery(Block):
    """Cloud costs, in the language of metrics."""

    data_source: Literal["cloud_cost"] = "cloud_cost"
    name: str | None = None
    query: str
    aggregator: Literal["avg", "last", "max", "min", "sum", "percentile"] | None = None
    cross_org_uuids: list[str] | None = None


class Compute(Block):
    """What is computed of events: `"count"` alone, or an aggregation of a measure; `interval` in milliseconds."""

    aggregation: Aggregation
    metric: str | None = None
    interval: int | None = None


class GroupSort(Block):
    """Which groups come first."""

    aggregation: Aggregation
    metric: str | None = None
    order: Order | None = None


class GroupBy(Block):
    """A facet that events are grouped by; a bare text is one without a limit of its own."""

    facet: str
    limit: int | None = None
    sort: GroupSort | None = None
    should_exclude_missing: Flag | None = None


class GroupByFields(Block):
    """Several facets that share one limit and order."""

    fields: list[str]
    limit: int | None = None
    sort: GroupSort | None = None


class Search(Block):
    """A search in Datadog's event syntax; a bare text where a query takes one."""

    query: str


Grouping = Annotated[
    Annotated[list[GroupBy], Tag("facets")] | Annotated[GroupByFields, Tag("fields")],
    Discriminator(lambda value: "facets" if isinstance(value, list | tuple) else "fields"),
]


class EventQuery(Block):
    """Logs, RUM, spans, CI and the other kinds of event.

    `EventQuery(data_source="logs", search="status:error", compute="count", group_by=["service"])`
    """

    data_source: Literal[
        "logs",
        "spans",
        "network",
        "rum",
        "security_signals",
        "profiles",
        "audit",
        "events",
        "ci_tests",
        "ci_pipelines",
        "incident_analytics",
        "product_analytics",
        "on_call_events",
        "errors",
        "llm_observability",
    ]
    name: str | None = None
    search: Annotated[Search | str | None, Spelled(Search | None, text_as("query"))] = None
    indexes: list[str] | None = None
    compute: Annotated[Compute | Aggregation, Spelled(Compute, text_as("aggregation"))]
    group_by: Annotated[
        list[GroupBy | str] | GroupByFields | None, Spelled(Grouping | None, each(text_as("facet")))
    ] = None
    storage: str | None = None
    calculated_fields: list[dict[str, Any]] | None = None
    cross_org_uuids: list[str] | None = None


class ProcessQuery(Block):
    """Live processes or containers."""

    data_source: Literal["process", "container"]
    name: str | None = None
    metric: str
    text_filter: str | None = None
    tag_filters: list[str] | None = None
    limit: int | None = None
    sort: Order | None = None
    is_normalized_cpu: Flag | None = None
    aggregator: Aggregator | None = None
    cross_org_uuids: list[str] | None = None


class ApmResourceQuery(Block):
    """Statistics of a service's resources."""

    data_source: Literal["apm_resource_stats"] = "apm_resource_stats"
    name: str | None = None
    env: str
    service: str
    stat: ResourceStat
    operation_name: str | None = None
    resource_name: str | None = None
    primary_tag_name: str | None = None
    primary_tag_value: str | None = None
    group_by: list[str] | None = None
    cross_org_uuids: list[str] | None = None


class ApmDependencyQuery(Block):
    """Statistics of the calls between services."""

    data_source: Literal["apm_dependency_stats"] = "apm_dependency_stats"
    name: str | None = None
    env: str
    service: str
    operation_name: str
    resource_name: str
    stat: Literal[
        "avg_duration",
        "avg_root_duration",
        "avg_spans_per_trace",
        "error_rate",
        "pct_exec_time",
        "pct_of_traces",
        "total_traces_count",
    ]
    is_upstream: Flag | None = None
    primary_tag_name: str | None = None
    primary_tag_value: str | None = None
    cross_org_uuids: list[str] | None = None


class ApmMetricsQuery(Block):
    """Trace metrics, named by what they measure."""

    data_source: Literal["apm_metrics"] = "apm_metrics"
    name: str | None = None
    stat: ResourceStat | Literal["apdex", "errors_per_second", "hits_per_second", "latency_p999", "total_time"]
    service: str | None = None
    operation_name: str | None = None
    operation_mode: str | None = None
    resource_name: str | None = None
    resource_hash: str | None = None
    query_filter: str | None = None
    peer_tags: list[str] | None = None
    span_kind: Literal["client", "consumer", "internal", "producer", "server"] | None = None
    group_by: list[str] | None = None


class SLOQuery(Block):
    """How an SLO does; `slo_id` is an id or a reference."""

    data_source: Literal["slo"] = "slo"
    name: str | None = None
    slo_id: Id
    measure: Literal[
        "good_events",
        "bad_events",
        "good_minutes",
        "bad_minutes",
        "slo_status",
        "error_budget_remaining",
        "burn_rate",
        "error_budget_burndown",
    ]
    slo_query_type: Literal["metric", "monitor", "time_slice"] | None = None
    group_mode: Literal["components", "overall"] | None = None
    additional_query_filters: str | None = None
    cross_org_uuids: list[str] | None = None


_MODELS: dict[str, type[Block]] = {
    source: model
    for model in (
        MetricQuery,
        CloudCostQuery,
        EventQuery,
        ProcessQuery,
        ApmResourceQuery,
        ApmDependencyQuery,
        ApmMetricsQuery,
        SLOQuery,
    )
    for source in model.model_fields["data_source"].annotation.__args__  # type: ignore[union-attr]
}


def _model(query: Any) -> str:
    """Which model a query is read as: by its source; a dictionary that names none is a query of metrics."""
    if isinstance(query, dict):
        model = _MODELS.get(query.get("data_source", "metrics"))
        return model.__name__ if model else "dict"
    return type(query).__name__


Query = Annotated[
    Annotated[MetricQuery, Tag("MetricQuery")]
    | Annotated[CloudCostQuery, Tag("CloudCostQuery")]
    | Annotated[EventQuery, Tag("EventQuery")]
    | Annotated[ProcessQuery, Tag("ProcessQuery")]
    | Annotated[ApmResourceQuery, Tag("ApmResourceQuery")]
    | Annotated[ApmDependencyQuery, Tag("ApmDependencyQuery")]
    | Annotated[ApmMetricsQuery, Tag("ApmMetricsQuery")]
    | Annotated[SLOQuery, Tag("SLOQuery")]
    | Annotated[dict[str, Any], Tag("dict")],
    Discriminator(_model),
]
