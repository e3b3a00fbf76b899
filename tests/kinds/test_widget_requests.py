"""Requests, long and short: what a short form stands for, and which mistakes are named."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dd_sync.core.references import Ref
from dd_sync.kinds.widgets import (
    ApmDependencyQuery,
    ApmMetricsQuery,
    ApmResourceQuery,
    Axis,
    CloudCostQuery,
    ConditionalFormat,
    EventQuery,
    Formula,
    GroupByFields,
    HostMap,
    Marker,
    MetricQuery,
    NumberFormat,
    ProcessQuery,
    QueryTable,
    QueryValue,
    Request,
    ScatterPlot,
    SLOQuery,
    Time,
    Timeseries,
    Unit,
    typed,
)
from tests.kinds.widget_schema import definition

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


def requests(widget: Timeseries | QueryTable | QueryValue) -> Any:
    """The requests a widget sends, as far as Datadog's schema knows them."""
    return definition(widget)["requests"]


def metric(query: str, name: str) -> dict[str, str]:
    return {"data_source": "metrics", "name": name, "query": query}


# Short forms


def test_texts_that_stand_together_share_a_request() -> None:
    (request,) = requests(QueryTable(requests=["avg:a{*}", "avg:b{*}"]))
    assert request["queries"] == [metric("avg:a{*}", "query1"), metric("avg:b{*}", "query2")]
    assert request["formulas"] == [{"formula": "query1"}, {"formula": "query2"}]


def test_texts_and_requests_keep_their_order() -> None:
    bars = Request(queries=["avg:b{*}"], display_type="bars")
    sent = requests(Timeseries(requests=["avg:a{*}", bars, "avg:c{*}"]))
    assert [request["queries"][0]["query"] for request in sent] == ["avg:a{*}", "avg:b{*}", "avg:c{*}"]
    assert [request.get("display_type") for request in sent] == [None, "bars", None]


@given(st.dictionaries(names, st.just("avg:a{*}"), min_size=1, max_size=4))
def test_queries_by_name_keep_their_names_and_are_shown(queries: dict[str, str]) -> None:
    request = Request(queries=queries).to_payload()
    assert [query["name"] for query in request["queries"]] == list(queries)
    assert [formula["formula"] for formula in request["formulas"]] == list(queries)


def test_a_query_may_be_a_model_under_its_name() -> None:
    request = Request(queries={"cpu": MetricQuery(query="avg:a{*}", aggregator="last")})
    assert request.to_payload()["queries"] == [{**metric("avg:a{*}", "cpu"), "aggregator": "last"}]


def test_queries_that_carry_their_names_are_left_as_written() -> None:
    (request,) = requests(Timeseries(requests=[Request(queries=[MetricQuery(name="cpu", query="avg:a{*}")])]))
    assert request == {"queries": [metric("avg:a{*}", "cpu")], "response_format": "timeseries"}


def test_formulas_that_were_written_are_the_only_ones() -> None:
    request = Request(queries=["avg:a{*}", "avg:b{*}"], formulas=["query1 / query2"])
    assert request.to_payload()["formulas"] == [{"formula": "query1 / query2"}]


def test_a_response_format_that_was_written_stays() -> None:
    table = QueryTable(requests=[Request(queries=["avg:a{*}"], response_format="timeseries")])
    assert table.to_payload()["definition"]["requests"][0]["response_format"] == "timeseries"


def test_older_spellings_need_no_response_format() -> None:
    assert requests(Timeseries(requests=[Request(q="avg:a{*}", metadata=[{"expression": "avg:a{*}"}])])) == [
        {"q": "avg:a{*}", "metadata": [{"expression": "avg:a{*}"}]}
    ]


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("byte", {"type": "canonical_unit", "unit_name": "byte"}),
        ("byte/second", {"type": "canonical_unit", "unit_name": "byte", "per_unit_name": "second"}),
        (
            NumberFormat(unit=Unit(type="custom_unit_label", label="pods")),
            {"type": "custom_unit_label", "label": "pods"},
        ),
    ],
)
def test_a_unit_of_a_formula(written: Any, unit: dict[str, str]) -> None:
    formula = Formula(formula="a", number_format=written)
    (request,) = requests(Timeseries(requests=[Request(queries={"a": "avg:a{*}"}, formulas=[formula])]))
    assert request["formulas"][0]["number_format"] == {"unit": unit}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("1h", {"live_span": "1h"}),
        (Time(type="live", unit="day", value=3), {"type": "live", "unit": "day", "value": 3}),
        (Time(type="fixed", from_=1, to=2), {"type": "fixed", "from": 1, "to": 2}),
        ({"type": "fixed", "from": 1, "to": 2}, {"type": "fixed", "from": 1, "to": 2}),
    ],
)
def test_a_time(written: Any, sent: dict[str, Any]) -> None:
    assert definition(Timeseries(requests=["avg:a{*}"], time=written))["time"] == sent


@pytest.mark.parametrize(("written", "sent"), [(0.1 * 3, "0.3"), (100.0, "100"), (5, "5"), ("auto", "auto")])
def test_the_end_of_an_axis_is_a_number_or_a_text(written: Any, sent: str) -> None:
    assert Axis(max=written).to_payload() == {"max": sent}


@pytest.mark.parametrize(("written", "sent"), [(90, "y = 90"), (0.5, "y = 0.5"), ("y > 3", "y > 3")])
def test_a_marker_at_a_number_is_a_line(written: Any, sent: str) -> None:
    assert Marker(value=written).to_payload() == {"value": sent}


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


def test_requests_are_read_back_as_they_were_written() -> None:
    errors = EventQuery(data_source="logs", search="status:error", compute="count", group_by=["service"])
    written = QueryValue(
        requests=[
            Request(
                queries={"errors": errors, "hits": MetricQuery(query="sum:hits{*}", aggregator="sum")},
                formulas=[Formula(formula="errors / hits", number_format="percent")],
                conditional_formats=[ConditionalFormat(comparator=">", value=0.5, palette="white_on_red")],
            )
        ]
    )
    assert typed(written.to_payload()) == written


# Mistakes


def wrong(message: str) -> Any:
    return pytest.raises(ValidationError, match=message)


def test_a_formula_over_a_query_that_is_not_there() -> None:
    with wrong("names eror, the queries are error, hits. Did you mean error"):
        Request(queries={"error": "avg:a{*}", "hits": "avg:b{*}"}, formulas=["eror / hits"])


@pytest.mark.parametrize(
    "formula",
    [
        "hits",
        "hits / 100",
        "default_zero(hits) * 1e3",
        "top(hits, 10, 'mean', 'desc')",
        'anomalies(hits, "basic", 2)',
        "hits / $scale",
    ],
)
def test_what_else_stands_in_a_formula_is_no_query(formula: str) -> None:
    assert Request(queries={"hits": "avg:a{*}"}, formulas=[formula]).to_payload()["formulas"] == [{"formula": formula}]


def test_two_queries_of_one_name() -> None:
    with wrong("2 queries are called a"):
        Request(queries=[MetricQuery(name="a", query="avg:a{*}"), MetricQuery(name="a", query="avg:b{*}")])


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


def test_host_maps_have_no_formulas() -> None:
    with wrong("a request of HostMap has no formulas"):
        HostMap(requests={"fill": Request(queries=["avg:a{*}"])})


def test_a_scatter_plot_has_formulas_in_its_table_alone() -> None:
    with wrong("a request of ScatterPlot has no formulas"):
        ScatterPlot(requests={"x": Request(queries=["avg:a{*}"])})
    with wrong("a request of ScatterPlot has no q"):
        ScatterPlot(requests={"table": "avg:a{*}"})


def test_a_wrong_value_in_a_query_is_named_with_its_place_and_the_right_ones() -> None:
    with wrong(r"(?s)queries\.0\.MetricQuery\.aggregator.*'avg', 'last'"):
        Request(queries=[{"query": "avg:a{*}", "aggregator": "average"}])


@pytest.mark.parametrize("name", ["error-rate", "5xx rate", "a.b", "p95(x)"])
def test_a_query_whose_name_a_formula_reads_as_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="the formula"):
        Request(queries={name: "avg:a{*}"})
