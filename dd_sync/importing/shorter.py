"""The short spellings of widgets' parts: `"4h"` for a time, `["query"]` for requests, `{"env": ["prod"]}` for values.

Each rule gives something that the model would spell out to the same; `widgets` evaluates it to be certain.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dd_sync.importing.written import Written
from dd_sync.kinds.widgets.board import TemplateVariablePreset
from dd_sync.kinds.widgets.graphs import ToplistDisplay
from dd_sync.kinds.widgets.lists import Column
from dd_sync.kinds.widgets.maps import PieLegend
from dd_sync.kinds.widgets.parts import NumberFormat, Time, Unit
from dd_sync.kinds.widgets.queries import Compute, GroupBy, MetricQuery, Search
from dd_sync.kinds.widgets.requests import Background, Duration, Formula, Request
from dd_sync.kinds.widgets.status import SLOListQuery, SLOListRequest


def shorten(value: Any) -> Any:
    """The short spelling of a value and of everything in it."""
    match value:
        case Written(model, arguments):
            inner = Written(model, {name: shorten(argument) for name, argument in arguments.items()})
            return _RULES[model](inner) if model in _RULES else inner
        case dict():
            return {name: shorten(item) for name, item in value.items()}
        case list():
            return [shorten(item) for item in value]
        case _:
            return value


def fit_on_line(request: Any, shows: str) -> Any:
    """A request without the form of answer that its widget asks for anyway."""
    if isinstance(request, Written) and request.arguments.get("response_format") == shows:
        return request.without("response_format")
    return request


def bare_queries(request: Any) -> list[str] | None:
    """The texts of a request that is nothing but queries of metrics."""
    if not isinstance(request, Written) or request.arguments.keys() != {"queries"}:
        return None
    queries = request.arguments["queries"]
    texts = isinstance(queries, list) and all(isinstance(query, str) for query in queries)
    return queries if texts else None


def _alone(name: str) -> Callable[[Written], Any]:
    """A model that says one thing is that thing."""
    return lambda written: written.arguments[name] if written.arguments.keys() == {name} else written


def _unit(written: Written) -> Any:
    """`"byte/second"`."""
    unit = written.arguments.get("unit")
    if written.arguments.keys() != {"unit"} or not isinstance(unit, Written) or unit.model is not Unit:
        return written
    name, per = unit.arguments.get("unit_name"), unit.arguments.get("per_unit_name")
    if not name or "/" in name or unit.arguments.keys() - {"unit_name", "per_unit_name"}:
        return written
    return f"{name}/{per}" if per else name


def _preset(written: Written) -> Any:
    """`{"env": ["prod"]}`."""
    values = written.arguments.get("template_variables")
    if not values or not all(isinstance(one, Written) and one.arguments.keys() == {"name", "values"} for one in values):
        return written
    by_name = {one.arguments["name"]: one.arguments["values"] for one in values}
    return written.with_(template_variables=by_name) if len(by_name) == len(values) else written


def _request(written: Written) -> Written:
    """Queries as texts where they are only that; formulas left out where they only name the queries."""
    queries, formulas = written.arguments.get("queries"), written.arguments.get("formulas")
    if not queries or not formulas:
        return written
    names = [query.arguments.get("name") if isinstance(query, Written) else query.get("name") for query in queries]
    usual = names == [f"query{place}" for place in range(1, len(names) + 1)]
    short = written.without("formulas") if formulas == names else written
    texts = [_text(query) for query in queries]
    if None not in texts:
        return short.with_(queries=texts if usual else dict(zip(names, texts, strict=True)))
    if usual and all(isinstance(query, Written) for query in queries):
        return short.with_(queries=[_text(query) or query.without("name") for query in queries])
    return written


def _text(query: Any) -> str | None:
    """The query of a metric query that says nothing else but its name."""
    metric = isinstance(query, Written) and query.model is MetricQuery and query.arguments.keys() == {"name", "query"}
    return str(query.arguments["query"]) if metric else None


_RULES: dict[type[Any], Callable[[Written], Any]] = {
    Time: _alone("live_span"),
    Formula: _alone("formula"),
    Search: _alone("query"),
    Compute: _alone("aggregation"),
    GroupBy: _alone("facet"),
    Background: _alone("type"),
    PieLegend: _alone("type"),
    ToplistDisplay: _alone("type"),
    Duration: _alone("type"),
    Column: _alone("field"),
    SLOListQuery: _alone("query_string"),
    SLOListRequest: _alone("query"),
    NumberFormat: _unit,
    TemplateVariablePreset: _preset,
    Request: _request,
}
