"""Maps, pies and plots."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dd_sync.kinds.widgets import (
    EventQuery,
    Formula,
    Geomap,
    HostMap,
    Pie,
    QueryTable,
    QueryValue,
    Request,
    ScatterPlot,
    ServiceMap,
    Timeseries,
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


def requests(widget: Timeseries | QueryTable | QueryValue) -> Any:
    """The requests a widget sends, as far as Datadog's schema knows them."""
    return definition(widget)["requests"]


# Mistakes


def wrong(message: str) -> Any:
    return pytest.raises(ValidationError, match=message)


CPU = "avg:system.cpu.user{*}"


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


def test_host_maps_have_no_formulas() -> None:
    with wrong("a request of HostMap has no formulas"):
        HostMap(requests={"fill": Request(queries=["avg:a{*}"])})


def test_a_scatter_plot_has_formulas_in_its_table_alone() -> None:
    with wrong("a request of ScatterPlot has no formulas"):
        ScatterPlot(requests={"x": Request(queries=["avg:a{*}"])})
    with wrong("a request of ScatterPlot has no q"):
        ScatterPlot(requests={"table": "avg:a{*}"})


def test_a_geomap_keeps_colours_that_were_written() -> None:
    assert Geomap(requests=[CPU], style={"palette": "green"}).to_payload()["definition"]["style"] == {
        "palette": "green"
    }
