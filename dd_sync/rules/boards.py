"""Rules about dashboards as a whole: title, layout, tags, template variables, what widgets hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.rules.dashboards import DashboardFacts, objects, requests, widgets
from dd_sync.rules.rule import Broken, mapping, rule

_PRESETS = "template_variable_presets"
_TEAM = "Invalid tag format. Valid tag keys are: team."
_AGGREGATIONS = frozenset("count cardinality median avg sum min max".split())
_LATER = frozenset("latest earliest most_frequent delta percentile".split())
_PERCENTILE = re.compile(r"pc\d{1,3}(\.\d+)?")
_QUERIES = frozenset({"q", "query", "queries", "x", "y", "fill", "size", "table", "search"})
_QUERIED = frozenset(
    "bar_chart change distribution geomap heatmap query_table query_value sunburst timeseries toplist treemap".split()
)
"""Types of widgets all of whose requests ask for something."""


@rule(
    "dashboard-title",
    "error",
    "recorded",
    "API clients: dashboardCreateErrorsTest, TestDashboardCreateErrors, 2020-2024",
    says="'title' should be string",
)
def dashboard_title(dashboard: DashboardFacts) -> Iterator[Broken]:
    """A dashboard has a title and a list of widgets."""
    if not isinstance(dashboard.payload.get("title"), str):
        yield Broken("a dashboard has a title", "title", fix="a text")
    if not isinstance(dashboard.payload.get("widgets"), list):
        yield Broken("a dashboard has a list of widgets", "widgets", fix="[]", says="'widgets' should be array")


@rule(
    "dashboard-read-only",
    "error",
    "recorded",
    "terraform-provider-datadog: 27 dashboards, 2025-09 (taken until 2025-02)",
    "datadog-operator#1707, 2025-02",
    says="The is_read_only attribute is no longer supported."
    " https://docs.datadoghq.com/dashboards/guide/is-read-only-deprecation/",
)
def dashboard_read_only(dashboard: DashboardFacts) -> Iterator[Broken]:
    """`is_read_only` is no longer taken; restriction policies took its place. `false` is never sent."""
    if dashboard.payload.get("is_read_only"):
        yield Broken("is_read_only is no longer taken", "is_read_only", fix="a restriction policy")


@rule(
    "dashboard-tag-key",
    "error",
    "recorded",
    "API clients: create a dashboard with invalid team tags, 2023-2026",
    says=_TEAM,
)
def dashboard_tag_key(dashboard: DashboardFacts) -> Iterator[Broken]:
    """Tags of a dashboard are teams; dashboards published with Datadog's integrations carry `integration:` as well."""
    for path, tag in _tags(dashboard):
        if not tag.startswith(("team:", "integration:")):
            yield Broken(f"{tag} is no team: dashboards take team:… only", path, fix="team:name")


@rule("dashboard-tag", "warning")
def dashboard_tag(dashboard: DashboardFacts) -> Iterator[Broken]:
    """`integration:` is seen on dashboards that Datadog publishes; whether the API takes it from all is not known."""
    for path, tag in _tags(dashboard):
        if tag.startswith("integration:"):
            yield Broken(f"{tag} is no team: dashboards take team:… only", path, fix="team:name")


@rule("dashboard-layout", "error", "stated", "API description: DashboardReflowType", "terraform-provider-datadog#1017")
def dashboard_layout(dashboard: DashboardFacts) -> Iterator[Broken]:
    """A free dashboard places each widget; of an ordered one, `reflow_type` fixed places each, auto none."""
    layout, reflow = dashboard.payload.get("layout_type"), dashboard.payload.get("reflow_type")
    if reflow is not None and layout == "free":
        yield Broken("reflow_type is for ordered dashboards", "reflow_type", fix="leave it out")
    for index, widget in enumerate(objects(dashboard.payload.get("widgets"))):
        path, placed = f"widgets[{index}]", widget.get("layout") is not None
        if placed and layout == "ordered" and reflow == "auto":
            yield Broken("with reflow_type auto no widget has a layout", f"{path}.layout", fix="reflow_type: fixed")
        if not placed and (layout == "free" or reflow == "fixed"):
            says = f"Invalid widget at position {index}. Error: 'layout' is a required property"
            yield Broken("each widget here has a layout", path, fix="x, y, width and height", says=says)


@rule("dashboard-groups", "error", "reported", "terraform-provider-datadog#1304, 2021-12")
def dashboard_groups(dashboard: DashboardFacts) -> Iterator[Broken]:
    """A free dashboard holds no groups, and a group no other."""
    free = dashboard.payload.get("layout_type") == "free"
    for path, definition in widgets(dashboard.payload):
        if definition.get("type") == "group" and (free or ".definition." in path):
            what = "a free dashboard holds no groups" if free else "a group holds no other group"
            yield Broken(what, f"{path}.definition", fix="layout_type: ordered" if free else "take it out of the group")


@rule(
    "template-variable-default",
    "error",
    "recorded",
    "API clients: dashboards with variables and presets, 2022-2026",
    says="Minimum length of parameter 'defaults' should be 1",
)
def template_variable_default(dashboard: DashboardFacts) -> Iterator[Broken]:
    """Defaults and values of presets are not empty, and stand alone: `default` or `defaults`, `value` or `values`."""
    for index, variable in enumerate(objects(dashboard.payload.get("template_variables"))):
        path, defaults = f"template_variables[{index}]", variable.get("defaults")
        if isinstance(defaults, list) and (not defaults or "" in defaults):
            yield Broken("defaults cannot be empty", f"{path}.defaults", fix='["*"]')
        if defaults is not None and variable.get("default") is not None:
            says = "Template variables cannot have both 'default' and 'defaults'"
            yield Broken("a variable has default or defaults", path, fix="defaults", says=says)
    for index, preset in enumerate(objects(dashboard.payload.get(_PRESETS))):
        for place, variable in enumerate(objects(preset.get("template_variables"))):
            yield from _preset(variable, f"{_PRESETS}[{index}].template_variables[{place}]")


@rule(
    "widget-request-empty",
    "error",
    "reported",
    "terraform-provider-datadog#2243, 2024-01",
    says="Invalid widget definition at position … of type distribution. Error: … is not valid under any of the given"
    " schemas.",
)
def widget_request_empty(dashboard: DashboardFacts) -> Iterator[Broken]:
    """Each request of a graph holds a query."""
    for path, definition in widgets(dashboard.payload):
        if str(definition.get("type")) not in _QUERIED:
            continue
        for place, request in requests(definition, f"{path}.definition"):
            if not any(name in _QUERIES or name.endswith("_query") for name in request):
                position = path.partition("]")[0].rpartition("[")[2]
                says = (
                    f"Invalid widget definition at position {position} of type {definition['type']}. Error: "
                    f"{definition['requests']} is not valid under any of the given schemas."
                )
                yield Broken("a request holds a query", place, fix="queries, or q", says=says)


@rule("widget-aggregation", "error", "stated", "API description: EventsAggregation")
def widget_aggregation(dashboard: DashboardFacts) -> Iterator[Broken]:
    """Events are aggregated by count, cardinality, median, avg, sum, min, max, or a percentile written `pc95`."""
    for path, definition in widgets(dashboard.payload):
        for place, request in requests(definition, f"{path}.definition"):
            for index, query in enumerate(objects(request.get("queries"))):
                name = mapping(query.get("compute")).get("aggregation")
                known = _AGGREGATIONS | _LATER
                if isinstance(name, str) and name not in known and not _PERCENTILE.fullmatch(name):
                    where = f"{place}.queries[{index}].compute.aggregation"
                    yield Broken(f"aggregation cannot be {name}", where, fix="avg, pc95 and the like")


RULES = (
    dashboard_title,
    dashboard_read_only,
    dashboard_tag_key,
    dashboard_tag,
    template_variable_default,
    dashboard_layout,
    dashboard_groups,
    widget_request_empty,
    widget_aggregation,
)


def _tags(dashboard: DashboardFacts) -> Iterator[tuple[str, str]]:
    tags = dashboard.payload.get("tags")
    for index, tag in enumerate(tags if isinstance(tags, list) else ()):
        if isinstance(tag, str) and "${" not in tag:
            yield f"tags[{index}]", tag


def _preset(variable: Mapping[str, Any], path: str) -> Iterator[Broken]:
    value, values = variable.get("value"), variable.get("values")
    if value is not None and values is not None:
        says = f"'template_variables' value '{dict(variable)}' is invalid"
        yield Broken("a preset gives value or values, not both", path, fix="values", says=says)
    elif isinstance(values, list) and not values:
        says = "Minimum number of elements in parameter 'values' should be 1"
        yield Broken("values of a preset cannot be empty", f"{path}.values", fix='["*"]', says=says)
    elif isinstance(values, list) and "" in values:
        says = "Minimum length of parameter 'values' should be 1"
        yield Broken("values of a preset cannot be empty texts", f"{path}.values", fix='["*"]', says=says)
