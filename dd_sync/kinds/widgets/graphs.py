"""Widgets that graph queries: `Timeseries(title="CPU", requests=["avg:system.cpu.user{$env} by {host}"])`.

Bare texts among the requests are queries of metrics: those that stand together share one request and are called
query1, query2…, as Datadog's editor has it.
"""

from collections.abc import Sequence, Set
from itertools import groupby
from typing import Annotated, Any, ClassVar, Literal

from pydantic import field_validator

from dd_sync.core.errors import did_you_mean
from dd_sync.kinds.widgets.base import Align, Block, Flag, Spelled, Text, text_as
from dd_sync.kinds.widgets.parts import Axis, CustomLink, EventOverlay, Marker, Timed
from dd_sync.kinds.widgets.requests import FORMULAS, LEGACY, Background, Request, ResponseFormat

HISTOGRAM = frozenset({"query", "request_type"})


class Graph(Timed):
    """A widget made of requests. A subclass says which fields its requests take and how many there may be."""

    takes: ClassVar[frozenset[str]] = FORMULAS | LEGACY
    shows: ClassVar[ResponseFormat] = "scalar"
    at_most: ClassVar[int | None] = 1

    requests: Annotated[Sequence[Request | str], Spelled(tuple[Request, ...])]
    custom_links: list[CustomLink] | None = None

    @field_validator("requests", mode="before")
    @classmethod
    def _spell_out(cls, requests: Any) -> Any:
        if not isinstance(requests, list | tuple):
            return requests
        if {*map(type, requests)} == {str}:  # as most graphs are written
            return [_answered(cls.of_queries([*requests]), cls.shows)]
        runs = groupby(requests, key=lambda request: isinstance(request, str))
        spelled = (request for short, run in runs for request in ([cls.of_queries(list(run))] if short else run))
        return [_answered(request, cls.shows) for request in spelled]

    @field_validator("requests", mode="after")
    @classmethod
    def _fit(cls, requests: tuple[Request, ...]) -> tuple[Request, ...]:
        if not requests or (cls.at_most and len(requests) > cls.at_most):
            raise ValueError(f"{cls.__name__} takes {cls.at_most or 'at least 1'} request, not {len(requests)}")
        return tuple([fit_request(request, cls.__name__, cls.takes, cls.shows) for request in requests])

    @classmethod
    def of_queries(cls, queries: list[str]) -> dict[str, Any]:
        """The request that a run of bare queries stands for."""
        return {"queries": queries}


def _answered(request: Any, shows: ResponseFormat) -> Any:
    """A request that is still to be validated, with the form of answer its widget needs: cheaper than a copy later."""
    if isinstance(request, dict) and request.get("queries") and "response_format" not in request:
        return {**request, "response_format": shows}
    return request


def fit_request(request: Request, of: str, takes: Set[str], shows: ResponseFormat) -> Request:
    """The request with the form of answer its widget needs; raises ValueError on a field the widget has no use for."""
    written = request.model_fields_set
    if not written <= takes:
        name = min(written - takes)
        raise ValueError(f"a request of {of} has no {name}.{did_you_mean(name, takes)}")
    if request.queries and "response_format" not in written:
        return request.model_copy(update={"response_format": shows})
    return request


class Timeseries(Graph):
    """Lines, areas or bars over time."""

    takes = Graph.takes | {"audit_query", "style", "display_type", "on_right_yaxis", "metadata"}
    shows = "timeseries"
    at_most = None

    type: Literal["timeseries"] = "timeseries"
    show_legend: Flag | None = None
    legend_layout: Literal["auto", "horizontal", "vertical"] | None = None
    legend_columns: list[Literal["value", "avg", "sum", "min", "max"]] | None = None
    legend_size: Text | None = None
    yaxis: Axis | None = None
    right_yaxis: Axis | None = None
    markers: list[Marker] | None = None
    events: list[EventOverlay] | None = None


class QueryValue(Graph):
    """One number."""

    takes = Graph.takes | {"aggregator", "audit_query", "conditional_formats", "comparison"}

    type: Literal["query_value"] = "query_value"
    autoscale: Flag | None = None
    precision: int | None = None
    custom_unit: str | None = None
    text_align: Align | None = None
    timeseries_background: Annotated[
        Background | Literal["bars", "area"] | None, Spelled(Background | None, text_as("type"))
    ] = None


class ToplistDisplay(Block):
    """Bars that are stacked by group, or flat."""

    type: Literal["stacked", "flat"]
    legend: Literal["automatic", "inline", "none"] | None = None


class ToplistStyle(Block):
    """How a top list is drawn."""

    display: Annotated[
        ToplistDisplay | Literal["stacked", "flat"] | None, Spelled(ToplistDisplay | None, text_as("type"))
    ] = None
    palette: str | None = None
    scaling: Literal["absolute", "relative"] | None = None


class Toplist(Graph):
    """The groups with the highest values."""

    takes = Graph.takes | {"audit_query", "conditional_formats", "sort", "style"}
    at_most = None

    type: Literal["toplist"] = "toplist"
    style: ToplistStyle | None = None


class BarChart(Graph):
    """Groups as bars side by side."""

    takes = Toplist.takes

    type: Literal["bar_chart"] = "bar_chart"
    style: ToplistStyle | None = None


class QueryTable(Graph):
    """Groups as rows, formulas as columns."""

    takes = Graph.takes | {
        *("aggregator", "alias", "apm_stats_query", "cell_display_mode", "conditional_formats"),
        *("limit", "order", "sort", "text_formats"),
    }
    at_most = None

    type: Literal["query_table"] = "query_table"
    has_search_bar: Literal["always", "auto", "never"] | None = None


class Heatmap(Graph):
    """How values are spread, over time. A query that starts with `histogram:` is read as one of a distribution."""

    takes = Graph.takes | HISTOGRAM | {"style"}
    shows = "timeseries"

    type: Literal["heatmap"] = "heatmap"
    show_legend: Flag | None = None
    legend_size: Text | None = None
    xaxis: Axis | None = None
    yaxis: Axis | None = None
    markers: list[Marker] | None = None
    events: list[EventOverlay] | None = None

    @classmethod
    def of_queries(cls, queries: list[str]) -> dict[str, Any]:
        """The request that a run of bare queries stands for."""
        return _of_histogram(queries)


class Distribution(Graph):
    """How values are spread. A query that starts with `histogram:` is read as one of a distribution."""

    takes = Graph.takes | HISTOGRAM | {"apm_stats_query", "style"}

    type: Literal["distribution"] = "distribution"
    show_legend: Flag | None = None
    legend_size: Text | None = None
    xaxis: Axis | None = None
    yaxis: Axis | None = None
    markers: list[Marker] | None = None

    @classmethod
    def of_queries(cls, queries: list[str]) -> dict[str, Any]:
        """The request that a run of bare queries stands for."""
        return _of_histogram(queries)


class Change(Graph):
    """Values beside those of an hour, a day or a week ago.

    What is compared is written as formulas: `formulas=["week_before(query1)", "query1"]`; a bare query is compared
    with the hour before.
    """

    takes = Graph.takes | {
        *("change_type", "compare_to", "increase_good", "order_by", "order_dir", "show_present"),
    }

    type: Literal["change"] = "change"

    @classmethod
    def of_queries(cls, queries: list[str]) -> dict[str, Any]:
        """The request that a run of bare queries stands for."""
        compared = {"formulas": ["hour_before(query1)", "query1"]} if len(queries) == 1 else {}
        return {"queries": queries, **compared}


def _of_histogram(queries: list[str]) -> dict[str, Any]:
    if len(queries) == 1 and queries[0].startswith("histogram:"):
        return {"request_type": "histogram", "query": {"name": "query1", "query": queries[0]}}
    return {"queries": queries}
