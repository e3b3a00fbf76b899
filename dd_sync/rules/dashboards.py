"""Rules about what dashboards ask for: queries that can be read, template variables that are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dd_sync.core.errors import did_you_mean
from dd_sync.query.parts import metrics, names, template_variables
from dd_sync.rules.place import METRIC_SOURCES, Place, read, syntax
from dd_sync.rules.rule import Broken, mapping, rule

_SEARCHES = ("event_stream", "event_timeline", "note", "free_text", "list_stream", "log_stream", "manage_status")


@dataclass(frozen=True)
class DashboardFacts:
    """A dashboard's payload, its metric queries, its formulas with the names they may use, its variables."""

    payload: Mapping[str, Any]
    queries: list[Place]
    formulas: list[tuple[Place, frozenset[str]]]
    variables: tuple[str, ...]
    text: str


def dashboard_facts(payload: Mapping[str, Any]) -> DashboardFacts:
    """Read a dashboard's payload; never raises."""
    queries: list[Place] = []
    formulas: list[tuple[Place, frozenset[str]]] = []
    for path, definition in widgets(payload):
        for request_path, request in requests(definition, f"{path}.definition"):
            queries += _queries(request, request_path)
            formulas += _formulas(request, request_path)
    listed = objects(payload.get("template_variables"))
    variables = tuple(str(item["name"]) for item in listed if item.get("name"))
    return DashboardFacts(payload, queries, formulas, variables, repr(payload.get("widgets")))


def widgets(payload: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every widget's definition with its path, those of groups too."""
    listed = payload.get("widgets")
    for index, widget in enumerate(listed if isinstance(listed, list) else ()):
        definition = mapping(mapping(widget).get("definition"))
        here = f"{path}widgets[{index}]"
        yield here, definition
        yield from widgets(definition, f"{here}.definition.")


@rule("widget-query-syntax", "error")
def widget_query_syntax(dashboard: DashboardFacts) -> Iterator[Broken]:
    """A widget's queries can be read: Datadog stores any text, and the widget then stays empty."""
    for place in (*dashboard.queries, *(formula for formula, _ in dashboard.formulas)):
        yield from syntax(place)


@rule("widget-formula-name", "warning")
def widget_formula_name(dashboard: DashboardFacts) -> Iterator[Broken]:
    """A widget's formula uses the names of the request's queries; Datadog stores others, and shows nothing."""
    for place, known in dashboard.formulas:
        for name in names(place.tree):
            if known and name.text not in known:
                yield Broken(
                    f'no query of this request is named "{name.text}".{did_you_mean(name.text, known)}',
                    place.path,
                    name.start,
                    name.end,
                    f"one of {', '.join(sorted(known))}",
                )


@rule("template-variable-unknown", "warning")
def template_variable_unknown(dashboard: DashboardFacts) -> Iterator[Broken]:
    """A query uses `$env`, and the dashboard has no such variable: the filter matches nothing."""
    for place in dashboard.queries:
        for used in template_variables(place.tree):
            if _variable(used, dashboard.variables) is None:
                at = place.text.find(f"${used}")
                yield Broken(
                    f"the dashboard has no variable ${used}.{did_you_mean(used, dashboard.variables)}",
                    place.path,
                    at,
                    at + len(used) + 1,
                    "add it to template_variables",
                )


@rule("template-variable-unused", "warning")
def template_variable_unused(dashboard: DashboardFacts) -> Iterator[Broken]:
    """A variable nothing uses: whoever picks a value believes the graphs follow."""
    for index, variable in enumerate(dashboard.variables):
        if f"${variable}" not in dashboard.text:
            yield Broken(
                f"nothing uses ${variable}", f"template_variables[{index}]", fix="use it in every query, or drop it"
            )


@rule("template-variable-forgotten", "warning")
def template_variable_forgotten(dashboard: DashboardFacts) -> Iterator[Broken]:
    """A query without a variable that most others use: its graph does not follow the choice (kennel refuses it).

    Told only where the same metrics are asked for with the variable elsewhere on the dashboard: others may not carry
    the tag at all, as seen in published dashboards of several metric families.
    """
    queries = [(place, template_variables(place.tree)) for place in dashboard.queries if place.tree]
    for variable in dashboard.variables:
        using = [(place, any(_variable(name, (variable,)) for name in used)) for place, used in queries]
        tagged = {metric.name for place, uses in using if uses for metric in metrics(place.tree)}
        without = [place for place, uses in using if not uses]
        if len(queries) > 2 and len(without) * 3 <= len(queries):
            for place in without:
                if not {metric.name for metric in metrics(place.tree)} <= tagged:
                    continue
                yield Broken(f"${variable} is not used here, as most queries do", place.path, fix=f"{{${variable}}}")


@rule("widget-raw-id", "warning")
def widget_raw_id(dashboard: DashboardFacts) -> Iterator[Broken]:
    """Monitors and SLOs in widgets are named by key: an id belongs to one organisation."""
    for path, definition in widgets(dashboard.payload):
        for field, kind in (("alert_id", "monitor"), ("slo_id", "slo")):
            value = definition.get(field)
            if value and not str(value).startswith("${"):
                yield Broken(f"{kind} {value} is named by its id", f"{path}.definition.{field}", fix=f"${{{kind}:key}}")


RULES = (
    widget_query_syntax,
    widget_formula_name,
    template_variable_unknown,
    template_variable_unused,
    template_variable_forgotten,
    widget_raw_id,
)


def objects(value: Any) -> list[dict[str, Any]]:
    """The items of a list, each as an object."""
    return [mapping(item) for item in value] if isinstance(value, list) else []


def requests(definition: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The requests of a widget with their paths: a list, or an object of named ones (hostmap, scatterplot)."""
    if str(definition.get("type")) in _SEARCHES:
        return
    given = definition.get("requests")
    if isinstance(given, list):
        for index, request in enumerate(given):
            yield f"{path}.requests[{index}]", mapping(request)
    elif isinstance(given, dict):
        for name, request in given.items():
            yield f"{path}.requests.{name}", mapping(request)
    source = definition.get("source_widget_definition")
    if isinstance(source, dict):
        yield from requests(source, f"{path}.source_widget_definition")


def _queries(request: dict[str, Any], path: str) -> Iterator[Place]:
    if isinstance(request.get("q"), str) and request["q"].strip():
        yield read(f"{path}.q", request["q"], "dashboard")
    for index, query in enumerate(objects(request.get("queries"))):
        text = query.get("query")
        if query.get("data_source") in METRIC_SOURCES and isinstance(text, str) and text.strip():
            yield read(f"{path}.queries[{index}].query", query["query"], "dashboard")


def _formulas(request: dict[str, Any], path: str) -> Iterator[tuple[Place, frozenset[str]]]:
    known = frozenset(str(query["name"]) for query in objects(request.get("queries")) if query.get("name"))
    for index, formula in enumerate(objects(request.get("formulas"))):
        text = formula.get("formula")
        if isinstance(text, str):
            yield read(f"{path}.formulas[{index}].formula", text, "formula"), known


def _variable(used: str, variables: tuple[str, ...]) -> str | None:
    """The variable `$env`, `$env.value` or `$env.key` stands for; names may hold dots themselves."""
    for variable in variables:
        if used == variable or used.startswith((f"{variable}.", f"{variable}*")):
            return variable
    return None
