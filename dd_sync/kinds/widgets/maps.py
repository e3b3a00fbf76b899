"""Widgets that show parts of a whole, places, hosts and services."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from dd_sync.kinds.widgets.base import Block, Flag, Spelled, Text, Titled, each, text_as
from dd_sync.kinds.widgets.graphs import Graph, fit_request
from dd_sync.kinds.widgets.parts import Axis, CustomLink, Timed
from dd_sync.kinds.widgets.requests import FORMULAS, LEGACY, Request


class PieLegend(Block):
    """How a pie is labelled; percents and values can be hidden beside it."""

    type: Literal["table", "inline", "automatic", "none"]
    hide_percent: Flag | None = None
    hide_value: Flag | None = None


class Pie(Graph):
    """Parts of a whole, as Datadog's sunburst."""

    takes = Graph.takes | {"audit_query", "sort", "style"}
    at_most = None

    type: Literal["sunburst"] = "sunburst"
    legend: Annotated[
        PieLegend | Literal["table", "inline", "automatic", "none"] | None, Spelled(PieLegend | None, text_as("type"))
    ] = None
    hide_total: Flag | None = None


class Treemap(Graph):
    """Parts of a whole, as rectangles."""

    takes = FORMULAS | {"q", "sort", "style"}

    type: Literal["treemap"] = "treemap"
    color_by: Literal["user"] | None = None
    group_by: Literal["family", "process", "user"] | None = None
    size_by: Literal["pct_cpu", "pct_mem"] | None = None


class MapStyle(Block):
    """The colours of a map, and at which values they end."""

    palette: str | None = None
    palette_flip: Flag | None = None
    fill_min: Text | None = None
    fill_max: Text | None = None


class Geomap(Graph):
    """Values by country or region; Datadog refuses one without its colours and its focus.

    `view` is what it shows at first: WORLD, or a country's code.
    """

    takes = FORMULAS | {
        *("columns", "conditional_formats", "log_query", "q", "query", "rum_query", "security_query"),
        *("sort", "style", "text_formats"),
    }
    at_most = 2

    type: Literal["geomap"] = "geomap"
    style: Annotated[MapStyle | dict[str, Any], Spelled(MapStyle)] = Field(
        default={"palette": "hostmap_blues", "palette_flip": False}, validate_default=True
    )
    view: Annotated[dict[Literal["focus"], str] | str, Spelled(dict[Literal["focus"], str], text_as("focus"))] = Field(
        default="WORLD", validate_default=True
    )


class HostMap(Titled):
    """Hosts or containers as hexagons: `HostMap(requests={"fill": "avg:system.cpu.user{*} by {host}"})`.

    `fill` colours them and `size` sizes them, each a query of metrics by host.
    """

    type: Literal["hostmap"] = "hostmap"
    requests: Annotated[
        dict[Literal["fill", "size"], Request | str],
        Spelled(dict[Literal["fill", "size"], Request], each(text_as("q"))),
    ]
    node_type: Literal["host", "container"] | None = None
    scope: list[str] | None = None
    group: list[str] | None = None
    no_group_hosts: Flag | None = None
    no_metric_hosts: Flag | None = None
    notes: str | None = None
    style: MapStyle | None = None
    custom_links: list[CustomLink] | None = None

    @field_validator("requests", mode="after")
    @classmethod
    def _fit(cls, requests: dict[str, Request]) -> dict[str, Request]:
        return {name: fit_request(request, cls.__name__, LEGACY, "scalar") for name, request in requests.items()}


class ScatterPlot(Timed):
    """Groups as points, by two measures.

    Either the queries `x` and `y`, or `table`: a request whose formulas each name their `dimension`.
    """

    type: Literal["scatterplot"] = "scatterplot"
    requests: Annotated[
        dict[Literal["x", "y", "table"], Request | str],
        Spelled(dict[Literal["x", "y", "table"], Request], each(text_as("q"))),
    ]
    xaxis: Axis | None = None
    yaxis: Axis | None = None
    color_by_groups: list[str] | None = None
    custom_links: list[CustomLink] | None = None

    @field_validator("requests", mode="after")
    @classmethod
    def _fit(cls, requests: dict[str, Request]) -> dict[str, Request]:
        takes = {"x": LEGACY | {"aggregator"}, "y": LEGACY | {"aggregator"}, "table": FORMULAS}
        return {name: fit_request(request, cls.__name__, takes[name], "scalar") for name, request in requests.items()}


class ServiceMap(Titled):
    """A service and those it talks with; `filters` are the environment first (`["env:prod"]`), or `["*"]`."""

    type: Literal["servicemap"] = "servicemap"
    service: str
    filters: list[str] = Field(min_length=1)
    custom_links: list[CustomLink] | None = None


class TopologyQuery(Block):
    """Which services or data streams a topology map shows."""

    data_source: Literal["service_map", "data_streams"] = "service_map"
    service: str
    filters: list[str]
    query_string: str | None = None


class TopologyRequest(Block):
    """A request of a topology map."""

    request_type: Literal["topology"] = "topology"
    query: TopologyQuery


def _requests(written: Any) -> Any:
    if not isinstance(written, list | tuple):
        return written
    return [{"query": item} if isinstance(item, TopologyQuery) else item for item in written]


class TopologyMap(Timed):
    """Services or data streams and how they hang together."""

    type: Literal["topology_map"] = "topology_map"
    requests: Annotated[Sequence[TopologyRequest | TopologyQuery], Spelled(tuple[TopologyRequest, ...], _requests)]
    custom_links: list[CustomLink] | None = None
