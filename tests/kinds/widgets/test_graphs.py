"""Graphs of queries: each type against the payload that Datadog documents."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dd_sync.kinds.widgets import (
    BarChart,
    Change,
    ConditionalFormat,
    Distribution,
    Formula,
    Heatmap,
    Marker,
    MetricQuery,
    OrderBy,
    QueryTable,
    QueryValue,
    Request,
    Sort,
    Timeseries,
    Toplist,
)
from tests.kinds.widget_schema import definition

CPU = "avg:system.cpu.user{$env} by {host}"


def metric(query: str, name: str = "query1", **more: str) -> dict[str, str]:
    """A query of metrics as Datadog has it."""
    return {"data_source": "metrics", "name": name, "query": query, **more}


def shown(query: str, response_format: str, name: str = "query1") -> dict[str, object]:
    """The request that shows one query of metrics."""
    return {"queries": [metric(query, name)], "formulas": [{"formula": name}], "response_format": response_format}


def requests(widget: Timeseries | QueryTable | QueryValue) -> Any:
    """The requests a widget sends, as far as Datadog's schema knows them."""
    return definition(widget)["requests"]


# Mistakes


def wrong(message: str) -> Any:
    return pytest.raises(ValidationError, match=message)


def test_a_timeseries_of_one_query() -> None:
    assert definition(Timeseries(title="CPU", requests=[CPU])) == {
        "type": "timeseries",
        "title": "CPU",
        "requests": [shown(CPU, "timeseries")],
    }


def test_a_timeseries_with_all_its_trimmings() -> None:
    widget = Timeseries(
        title="Errors",
        time="4h",
        requests=[
            Request(
                queries={"hits": "sum:hits{*}.as_count()", "errors": "sum:errors{*}.as_count()"},
                formulas=[Formula(formula="errors / hits * 100", alias="error rate", number_format="percent")],
                display_type="bars",
                style={"palette": "warm", "line_type": "solid", "line_width": "thin"},
                on_right_yaxis=True,
            )
        ],
        show_legend=True,
        legend_layout="horizontal",
        legend_columns=["avg", "max"],
        yaxis={"min": 0, "max": 100, "include_zero": False, "scale": "linear", "label": "%"},
        markers=[Marker(value=5, display_type="error dashed", label="limit"), {"value": "0 < y < 1"}],
        events=[{"q": "sources:deploy", "tags_execution": "and"}],
        custom_links=[{"label": "Runbook", "link": "https://example.org/{{service.value}}"}],
    )
    assert definition(widget) == {
        "type": "timeseries",
        "title": "Errors",
        "time": {"live_span": "4h"},
        "requests": [
            {
                "queries": [metric("sum:hits{*}.as_count()", "hits"), metric("sum:errors{*}.as_count()", "errors")],
                "formulas": [
                    {
                        "formula": "errors / hits * 100",
                        "alias": "error rate",
                        "number_format": {"unit": {"type": "canonical_unit", "unit_name": "percent"}},
                    }
                ],
                "response_format": "timeseries",
                "display_type": "bars",
                "style": {"palette": "warm", "line_type": "solid", "line_width": "thin"},
                "on_right_yaxis": True,
            }
        ],
        "show_legend": True,
        "legend_layout": "horizontal",
        "legend_columns": ["avg", "max"],
        "yaxis": {"min": "0", "max": "100", "include_zero": False, "scale": "linear", "label": "%"},
        "markers": [{"value": "y = 5", "display_type": "error dashed", "label": "limit"}, {"value": "0 < y < 1"}],
        "events": [{"q": "sources:deploy", "tags_execution": "and"}],
        "custom_links": [{"label": "Runbook", "link": "https://example.org/{{service.value}}"}],
    }


def test_a_query_value() -> None:
    widget = QueryValue(
        title="Pods",
        requests=[
            Request(
                queries=[MetricQuery(query="sum:kubernetes.pods.running{*}", aggregator="last")],
                conditional_formats=[ConditionalFormat(comparator="<", value=1, palette="white_on_red")],
                comparison={"duration": "previous_day", "type": "relative"},
            )
        ],
        precision=0,
        autoscale=True,
        timeseries_background="area",
    )
    assert definition(widget) == {
        "type": "query_value",
        "title": "Pods",
        "requests": [
            {
                "queries": [metric("sum:kubernetes.pods.running{*}", aggregator="last")],
                "formulas": [{"formula": "query1"}],
                "response_format": "scalar",
                "conditional_formats": [{"comparator": "<", "value": 1, "palette": "white_on_red"}],
                "comparison": {"duration": {"type": "previous_day"}, "type": "relative"},
            }
        ],
        "precision": 0,
        "autoscale": True,
        "timeseries_background": {"type": "area"},
    }


def test_a_toplist() -> None:
    widget = Toplist(
        title="Busiest",
        requests=[
            Request(queries=[CPU], sort=Sort(count=10, order_by=[OrderBy(index=0, order="desc")])),
        ],
        style={"display": "stacked", "scaling": "relative"},
    )
    assert definition(widget) == {
        "type": "toplist",
        "title": "Busiest",
        "requests": [
            {
                **shown(CPU, "scalar"),
                "sort": {"count": 10, "order_by": [{"type": "formula", "index": 0, "order": "desc"}]},
            }
        ],
        "style": {"display": {"type": "stacked"}, "scaling": "relative"},
    }


def test_a_bar_chart() -> None:
    assert definition(BarChart(title="By zone", requests=[CPU])) == {
        "type": "bar_chart",
        "title": "By zone",
        "requests": [shown(CPU, "scalar")],
    }


def test_a_query_table() -> None:
    widget = QueryTable(
        title="Endpoints",
        requests=[
            Request(
                queries={"hits": "sum:hits{*} by {resource_name}"},
                formulas=[Formula(formula="hits", cell_display_mode="bar", limit={"count": 50, "order": "desc"})],
                text_formats=[[{"match": {"type": "is", "value": "a"}, "replace": {"type": "all", "with": "b"}}]],
            )
        ],
        has_search_bar="auto",
    )
    assert definition(widget) == {
        "type": "query_table",
        "title": "Endpoints",
        "requests": [
            {
                "queries": [metric("sum:hits{*} by {resource_name}", "hits")],
                "formulas": [
                    {"formula": "hits", "cell_display_mode": "bar", "limit": {"count": 50, "order": "desc"}},
                ],
                "response_format": "scalar",
                "text_formats": [[{"match": {"type": "is", "value": "a"}, "replace": {"type": "all", "with": "b"}}]],
            }
        ],
        "has_search_bar": "auto",
    }


def test_a_heatmap() -> None:
    assert definition(Heatmap(title="Load", requests=[CPU], yaxis={"scale": "log"})) == {
        "type": "heatmap",
        "title": "Load",
        "requests": [shown(CPU, "timeseries")],
        "yaxis": {"scale": "log"},
    }


def test_a_distribution_of_a_histogram() -> None:
    query = "histogram:trace.http.request{service:cart}"
    assert definition(Distribution(title="Latency", requests=[query])) == {
        "type": "distribution",
        "title": "Latency",
        "requests": [{"request_type": "histogram", "query": metric(query)}],
    }


def test_a_distribution_over_hosts() -> None:
    assert definition(Distribution(requests=[CPU])) == {"type": "distribution", "requests": [shown(CPU, "scalar")]}


def test_a_heatmap_of_a_histogram() -> None:
    query = "histogram:trace.http.request{service:cart}"
    request = {"request_type": "histogram", "query": metric(query)}
    assert definition(Heatmap(requests=[query])) == {"type": "heatmap", "requests": [request]}


def test_a_change_graph_of_a_bare_query_looks_back_an_hour() -> None:
    assert definition(Change(title="Errors", requests=["sum:errors{*} by {service}"])) == {
        "type": "change",
        "title": "Errors",
        "requests": [
            {
                "queries": [metric("sum:errors{*} by {service}")],
                "formulas": [{"formula": "hour_before(query1)"}, {"formula": "query1"}],
                "response_format": "scalar",
            }
        ],
    }


def test_a_change_graph_of_last_week() -> None:
    request = Request(
        queries={"errors": "sum:errors{*} by {service}"},
        formulas=["week_before(errors)", "errors"],
        change_type="absolute",
        increase_good=False,
        order_by="change",
        order_dir="desc",
    )
    assert definition(Change(requests=[request]))["requests"] == [
        {
            "queries": [metric("sum:errors{*} by {service}", "errors")],
            "formulas": [{"formula": "week_before(errors)"}, {"formula": "errors"}],
            "response_format": "scalar",
            "change_type": "absolute",
            "increase_good": False,
            "order_by": "change",
            "order_dir": "desc",
        }
    ]


def test_a_field_another_widget_has() -> None:
    with wrong("a request of Timeseries has no conditional_formats"):
        Timeseries(requests=[Request(queries=["avg:a{*}"], conditional_formats=[])])


def test_a_field_that_was_misspelt() -> None:
    with wrong("displaytype"):
        Request(queries=["avg:a{*}"], displaytype="bars")


def test_more_requests_than_the_widget_takes() -> None:
    with wrong("QueryValue takes 1 request, not 2"):
        QueryValue(requests=["avg:a{*}", Request(q="avg:b{*}")])


def test_no_request_at_all() -> None:
    with wrong("Timeseries takes at least 1 request, not 0"):
        Timeseries(requests=[])


def test_a_text_instead_of_a_list_of_requests() -> None:
    with wrong("requests"):
        Timeseries(requests="avg:a{*}")
