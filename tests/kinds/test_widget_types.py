"""Each type of widget, written as a person would, against the payload Datadog documents and its schema."""

from __future__ import annotations

from dd_sync.core.references import Ref
from dd_sync.kinds.widgets import (
    AlertGraph,
    AlertValue,
    BarChart,
    Change,
    CheckStatus,
    ConditionalFormat,
    Distribution,
    EventQuery,
    EventStream,
    EventTimeline,
    Formula,
    FreeText,
    Geomap,
    Group,
    Heatmap,
    HostMap,
    IFrame,
    Image,
    ListStream,
    LogStream,
    Marker,
    MetricQuery,
    MonitorSummary,
    Note,
    OrderBy,
    Pie,
    Powerpack,
    QueryTable,
    QueryValue,
    Request,
    RunWorkflow,
    ScatterPlot,
    ServiceMap,
    SLOList,
    SLOWidget,
    Sort,
    SplitConfig,
    SplitGroup,
    StreamQuery,
    StreamRequest,
    Timeseries,
    Toplist,
    TopologyMap,
    TopologyQuery,
    Treemap,
)
from tests.kinds.widget_schema import definition

CPU = "avg:system.cpu.user{$env} by {host}"


def metric(query: str, name: str = "query1", **more: str) -> dict[str, str]:
    """A query of metrics as Datadog has it."""
    return {"data_source": "metrics", "name": name, "query": query, **more}


def shown(query: str, response_format: str, name: str = "query1") -> dict[str, object]:
    """The request that shows one query of metrics."""
    return {"queries": [metric(query, name)], "formulas": [{"formula": name}], "response_format": response_format}


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


def test_a_pie() -> None:
    widget = Pie(title="By status", requests=["sum:hits{*} by {status}"], legend="table", hide_total=True)
    assert definition(widget) == {
        "type": "sunburst",
        "title": "By status",
        "requests": [shown("sum:hits{*} by {status}", "scalar")],
        "legend": {"type": "table"},
        "hide_total": True,
    }


def test_a_treemap() -> None:
    assert definition(Treemap(title="Disk", requests=["sum:disk{*} by {host}"])) == {
        "type": "treemap",
        "title": "Disk",
        "requests": [shown("sum:disk{*} by {host}", "scalar")],
    }


def test_a_geomap_has_colours_and_a_focus_even_when_not_written() -> None:
    users = EventQuery(data_source="rum", compute="count", group_by=["@geo.country_iso_code"])
    assert definition(Geomap(title="Users", requests=[Request(queries={"users": users})])) == {
        "type": "geomap",
        "title": "Users",
        "requests": [
            {
                "queries": [
                    {
                        "data_source": "rum",
                        "name": "users",
                        "compute": {"aggregation": "count"},
                        "group_by": [{"facet": "@geo.country_iso_code"}],
                    }
                ],
                "formulas": [{"formula": "users"}],
                "response_format": "scalar",
            }
        ],
        "style": {"palette": "hostmap_blues", "palette_flip": False},
        "view": {"focus": "WORLD"},
    }


def test_a_geomap_of_one_country() -> None:
    widget = Geomap(requests=[Request(queries=[CPU])], view="CH", style={"palette": "green", "palette_flip": True})
    sent = definition(widget)
    assert sent["view"] == {"focus": "CH"}
    assert sent["style"] == {"palette": "green", "palette_flip": True}


def test_a_host_map() -> None:
    widget = HostMap(
        title="Hosts", requests={"fill": CPU}, node_type="host", scope=["$env"], style={"fill_min": 0, "fill_max": 90.5}
    )
    assert definition(widget) == {
        "type": "hostmap",
        "title": "Hosts",
        "requests": {"fill": {"q": CPU}},
        "node_type": "host",
        "scope": ["$env"],
        "style": {"fill_min": "0", "fill_max": "90.5"},
    }


def test_a_scatter_plot_of_two_queries() -> None:
    widget = ScatterPlot(title="CPU and memory", requests={"x": CPU, "y": Request(q=CPU, aggregator="max")})
    assert definition(widget) == {
        "type": "scatterplot",
        "title": "CPU and memory",
        "requests": {"x": {"q": CPU}, "y": {"q": CPU, "aggregator": "max"}},
    }


def test_a_scatter_plot_of_formulas() -> None:
    table = Request(
        queries={"sent": "sum:tx{*} by {host}", "received": "sum:rx{*} by {host}"},
        formulas=[Formula(formula="sent", dimension="x"), Formula(formula="received", dimension="y")],
    )
    assert definition(ScatterPlot(requests={"table": table}))["requests"] == {
        "table": {
            "queries": [metric("sum:tx{*} by {host}", "sent"), metric("sum:rx{*} by {host}", "received")],
            "formulas": [{"formula": "sent", "dimension": "x"}, {"formula": "received", "dimension": "y"}],
            "response_format": "scalar",
        }
    }


def test_a_service_map() -> None:
    assert definition(ServiceMap(title="Cart", service="cart", filters=["env:prod"])) == {
        "type": "servicemap",
        "title": "Cart",
        "service": "cart",
        "filters": ["env:prod"],
    }


def test_a_topology_map() -> None:
    widget = TopologyMap(title="Streams", requests=[TopologyQuery(service="cart", filters=["env:prod"])])
    assert definition(widget) == {
        "type": "topology_map",
        "title": "Streams",
        "requests": [
            {
                "request_type": "topology",
                "query": {"data_source": "service_map", "service": "cart", "filters": ["env:prod"]},
            }
        ],
    }


def test_a_check_status() -> None:
    widget = CheckStatus(
        title="Mongo", check="mongodb.can_connect", grouping="cluster", group_by=["server"], tags=["*"]
    )
    assert definition(widget) == {
        "type": "check_status",
        "title": "Mongo",
        "check": "mongodb.can_connect",
        "grouping": "cluster",
        "group_by": ["server"],
        "tags": ["*"],
    }


def test_an_slo() -> None:
    widget = SLOWidget(
        title="Availability",
        slo_id=Ref("slo", "service/availability/cart/prod"),
        view_mode="overall",
        time_windows=["7d", "30d", "month_to_date"],
        show_error_budget=True,
    )
    assert definition(widget) == {
        "type": "slo",
        "title": "Availability",
        "slo_id": "${slo:service/availability/cart/prod}",
        "view_type": "detail",
        "view_mode": "overall",
        "time_windows": ["7d", "30d", "month_to_date"],
        "show_error_budget": True,
    }


def test_an_slo_list() -> None:
    assert definition(SLOList(title="SLOs", requests=["service:cart"])) == {
        "type": "slo_list",
        "title": "SLOs",
        "requests": [{"request_type": "slo_list", "query": {"query_string": "service:cart"}}],
    }


def test_an_slo_list_in_order() -> None:
    query = {"query_string": "env:prod", "limit": 5, "sort": [{"column": "status.sli", "order": "asc"}]}
    (request,) = definition(SLOList(requests=[{"query": query}]))["requests"]
    assert request["query"] == query


def test_an_alert_graph_of_a_monitor_defined_here() -> None:
    assert definition(AlertGraph(title="Latency", alert_id=Ref("monitor", "service/latency/cart/prod"))) == {
        "type": "alert_graph",
        "title": "Latency",
        "alert_id": "${monitor:service/latency/cart/prod}",
        "viz_type": "timeseries",
    }


def test_an_alert_value_of_a_monitor_by_number() -> None:
    assert definition(AlertValue(title="Latency", alert_id=123, precision=1, unit="auto", text_align="center")) == {
        "type": "alert_value",
        "title": "Latency",
        "alert_id": "123",
        "precision": 1,
        "unit": "auto",
        "text_align": "center",
    }


def test_a_monitor_summary() -> None:
    widget = MonitorSummary(
        title="Alerts", query="service:cart", display_format="countsAndList", summary_type="monitors", sort="status,asc"
    )
    assert definition(widget) == {
        "type": "manage_status",
        "title": "Alerts",
        "query": "service:cart",
        "display_format": "countsAndList",
        "summary_type": "monitors",
        "sort": "status,asc",
    }


def test_an_event_stream() -> None:
    assert definition(EventStream(title="Deployments", query="source:deploy", event_size="s")) == {
        "type": "event_stream",
        "title": "Deployments",
        "query": "source:deploy",
        "event_size": "s",
    }


def test_an_event_timeline() -> None:
    assert definition(EventTimeline(title="Deployments", query="source:deploy", tags_execution="and")) == {
        "type": "event_timeline",
        "title": "Deployments",
        "query": "source:deploy",
        "tags_execution": "and",
    }


def test_a_list_of_logs() -> None:
    query = StreamQuery(data_source="logs_stream", query_string="service:cart status:error", indexes=["main"])
    columns = ["host", {"field": "content", "width": "full"}]
    assert definition(ListStream(title="Errors", requests=[StreamRequest(query=query, columns=columns)])) == {
        "type": "list_stream",
        "title": "Errors",
        "requests": [
            {
                "response_format": "event_list",
                "query": {
                    "data_source": "logs_stream",
                    "query_string": "service:cart status:error",
                    "indexes": ["main"],
                },
                "columns": [{"field": "host", "width": "auto"}, {"field": "content", "width": "full"}],
            }
        ],
    }


def test_a_log_stream() -> None:
    widget = LogStream(
        query="service:cart", columns=["host"], sort={"column": "time", "order": "desc"}, message_display="inline"
    )
    assert definition(widget) == {
        "type": "log_stream",
        "query": "service:cart",
        "columns": ["host"],
        "sort": {"column": "time", "order": "desc"},
        "message_display": "inline",
    }


def test_a_note() -> None:
    assert definition(Note(content="## Nodes", font_size=14, background_color="blue", vertical_align="top")) == {
        "type": "note",
        "content": "## Nodes",
        "font_size": "14",
        "background_color": "blue",
        "vertical_align": "top",
    }


def test_free_text() -> None:
    assert definition(FreeText(text="Nodes", color="#4d4d4d", font_size="auto")) == {
        "type": "free_text",
        "text": "Nodes",
        "color": "#4d4d4d",
        "font_size": "auto",
    }


def test_an_image() -> None:
    assert definition(Image(url="https://example.org/a.png", sizing="contain", has_border=False)) == {
        "type": "image",
        "url": "https://example.org/a.png",
        "sizing": "contain",
        "has_border": False,
    }


def test_an_iframe() -> None:
    assert definition(IFrame(url="https://example.org")) == {"type": "iframe", "url": "https://example.org"}


def test_a_group() -> None:
    assert definition(Group(title="Nodes", background_color="vivid_blue", widgets=[Note(content="a")])) == {
        "type": "group",
        "title": "Nodes",
        "layout_type": "ordered",
        "background_color": "vivid_blue",
        "widgets": [{"definition": {"type": "note", "content": "a"}}],
    }


def test_a_split_graph_keeps_the_definition_of_its_graph_alone() -> None:
    widget = SplitGroup(
        title="CPU by zone",
        source_widget_definition=Timeseries(
            title="CPU", requests=[CPU], layout={"x": 0, "y": 0, "width": 4, "height": 2}
        ),
        split_config=SplitConfig(
            split_dimensions=["availability-zone"],
            limit=24,
            sort={"order": "desc", "compute": {"aggregation": "avg", "metric": "system.cpu.user"}},
            static_splits=[[{"tag_key": "availability-zone", "tag_values": ["a", "b"]}]],
        ),
        size="md",
        has_uniform_y_axes=True,
    )
    assert definition(widget) == {
        "type": "split_group",
        "title": "CPU by zone",
        "source_widget_definition": {"type": "timeseries", "title": "CPU", "requests": [shown(CPU, "timeseries")]},
        "split_config": {
            "split_dimensions": [{"one_graph_per": "availability-zone"}],
            "limit": 24,
            "sort": {"order": "desc", "compute": {"aggregation": "avg", "metric": "system.cpu.user"}},
            "static_splits": [[{"tag_key": "availability-zone", "tag_values": ["a", "b"]}]],
        },
        "size": "md",
        "has_uniform_y_axes": True,
    }


def test_a_powerpack() -> None:
    widget = Powerpack(
        title="Nodes",
        powerpack_id="0a9bd9a0-0000-0000-0000-000000000000",
        template_variables={"controlled_externally": [{"name": "env", "values": ["prod"], "prefix": "env"}]},
    )
    assert definition(widget) == {
        "type": "powerpack",
        "title": "Nodes",
        "powerpack_id": "0a9bd9a0-0000-0000-0000-000000000000",
        "template_variables": {"controlled_externally": [{"name": "env", "values": ["prod"], "prefix": "env"}]},
    }


def test_a_button_that_runs_a_workflow() -> None:
    workflow = "2e055f16-8b6a-4cdd-b452-17a34c44b160"
    assert definition(RunWorkflow(title="Restart", workflow_id=workflow, inputs={"service": "cart"})) == {
        "type": "run_workflow",
        "title": "Restart",
        "workflow_id": workflow,
        "inputs": [{"name": "service", "value": "cart"}],
    }
