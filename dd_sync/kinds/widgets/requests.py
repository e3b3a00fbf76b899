"""What a graph shows: queries by name and formulas over them, in long form or short.

::

    "avg:system.cpu.user{*} by {host}"
    Request(queries={"hits": "sum:hits{*}.as_count()", "errors": "sum:errors{*}.as_count()"},
            formulas=["errors / hits * 100"])
    Request(queries=[MetricQuery(name="cpu", query="avg:system.cpu.user{*}", aggregator="last")],
            formulas=[Formula(formula="cpu", alias="CPU", number_format="percent")])

Where no formulas are given, queries without a name of their own are shown each by one; queries that carry their
names are left exactly as written.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, model_validator

from dd_sync.core.errors import did_you_mean
from dd_sync.kinds.widgets.base import Block, Flag, Order, Spelled, each, text_as
from dd_sync.kinds.widgets.parts import Axis, ConditionalFormat, NumberFormatLike, Sort, Style, TextFormat
from dd_sync.kinds.widgets.queries import Query

ResponseFormat = Literal["timeseries", "scalar", "event_list"]
CellDisplay = Literal["number", "bar", "trend"]

LEGACY = frozenset(
    {"q"}
    | {
        f"{source}_query"
        for source in ("apm", "event", "log", "network", "process", "profile_metrics", "rum", "security")
    }
)
"""Datadog's spellings before formulas; still accepted, and needed by host maps."""

FORMULAS = frozenset({"queries", "formulas", "response_format"})


class Limit(Block):
    """How many groups of a formula, and from which end."""

    count: int | None = None
    order: Order | None = None


class CellDisplayOptions(Block):
    """How a trend in a table's cell is drawn."""

    trend_type: Literal["area", "bars", "line"] | None = None
    y_scale: Literal["independent", "shared"] | None = None


class Formula(Block):
    """An expression over queries, how it is called and how it looks; a bare text where a request takes formulas."""

    formula: str
    alias: str | None = None
    number_format: NumberFormatLike | None = None
    style: Style | None = None
    limit: Limit | None = None
    conditional_formats: list[ConditionalFormat] | None = None
    cell_display_mode: CellDisplay | None = None
    cell_display_mode_options: CellDisplayOptions | None = None
    dimension: Literal["x", "y", "radius", "color"] | None = None
    """What the formula stands for in a scatter plot."""


class Duration(Block):
    """What a comparison looks back to; `custom_timeframe` in milliseconds since 1970."""

    type: Literal["previous_timeframe", "previous_day", "previous_week", "previous_month", "custom_timeframe"]
    custom_timeframe: dict[str, int] | None = None


class Comparison(Block):
    """The change shown beside a query value."""

    duration: Annotated[Duration | str, Spelled(Duration, text_as("type"))]
    type: Literal["absolute", "relative", "both"] | None = None
    directionality: Literal["increase_better", "decrease_better", "neutral"] | None = None


class Background(Block):
    """The graph behind a query value."""

    type: Literal["bars", "area"]
    yaxis: Axis | None = None


class Request(Block):
    """One request of a graph. Which fields mean something depends on the widget, which refuses the others."""

    # Built at once, so that every kind of graph takes this schema over; deferred, each would build it anew (10 ms).
    model_config = ConfigDict(defer_build=False)

    queries: Annotated[Mapping[str, Query | str] | Sequence[Query | str] | None, Spelled(list[Query] | None)] = None
    formulas: Annotated[Sequence[Formula | str] | None, Spelled(list[Formula] | None, each(text_as("formula")))] = None
    response_format: ResponseFormat | None = None
    style: Style | None = None
    display_type: Literal["area", "bars", "line", "overlay"] | None = None
    on_right_yaxis: Flag | None = None
    conditional_formats: list[ConditionalFormat] | None = None
    sort: Sort | None = None
    aggregator: Literal["avg", "last", "max", "min", "sum", "percentile"] | None = None
    comparison: Comparison | None = None
    metadata: list[dict[Literal["expression", "alias_name"], str]] | None = None
    # A query table's
    alias: str | None = None
    cell_display_mode: list[CellDisplay] | None = None
    limit: int | None = None
    order: Order | None = None
    text_formats: list[list[TextFormat]] | list[TextFormat] | None = None
    # A change graph's
    change_type: Literal["absolute", "relative"] | None = None
    compare_to: Literal["hour_before", "day_before", "week_before", "month_before"] | None = None
    increase_good: Flag | None = None
    order_by: Literal["change", "name", "past", "present"] | None = None
    order_dir: Order | None = None
    show_present: Flag | None = None
    # A histogram's
    request_type: Literal["histogram"] | None = None
    query: Query | None = None
    # The older spellings, as Datadog documents them
    q: str | None = None
    log_query: dict[str, Any] | None = None
    apm_query: dict[str, Any] | None = None
    apm_stats_query: dict[str, Any] | None = None
    audit_query: dict[str, Any] | None = None
    event_query: dict[str, Any] | None = None
    network_query: dict[str, Any] | None = None
    process_query: dict[str, Any] | None = None
    profile_metrics_query: dict[str, Any] | None = None
    rum_query: dict[str, Any] | None = None
    security_query: dict[str, Any] | None = None
    # A geomap's rows
    columns: list[dict[str, Any]] | None = None

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, data: Any) -> Any:
        written = data.get("queries") if isinstance(data, dict) else None
        if not isinstance(written, dict | list | tuple):
            return data
        queries = _named(written)
        if "formulas" in data or queries == list(written):
            return {**data, "queries": queries}
        return {**data, "queries": queries, "formulas": [_field(query, "name") for query in queries]}

    @model_validator(mode="after")
    def _formulas_name_queries(self) -> "Request":
        names = [_field(query, "name") for query in self.queries or ()]
        for name in names if len({*names}) < len(names) else ():
            if (times := names.count(name)) > 1:
                raise ValueError(f"{times} queries are called {name}; formulas could not tell them apart")
        for formula in self.formulas or ():
            text = _field(formula, "formula")
            alone = text in names and text.isascii() and text.isidentifier()  # as most are, and quicker to see
            for name in _names_in(text) if names and not alone else ():
                if name not in names:
                    raise ValueError(
                        f"the formula {text!r} names {name}, "
                        f"the queries are {', '.join(names)}.{did_you_mean(name, names)}"
                    )
        return self


def _named(written: Mapping[str, Any] | Sequence[Any]) -> list[Any]:
    """Each query with its name: the key it stands under, its own, or query1, query2…."""
    if isinstance(written, dict):
        return [_with_name(query, name) for name, query in written.items()]
    return [
        _with_name(query, f"query{position}") if isinstance(query, str) or _field(query, "name") is None else query
        for position, query in enumerate(written, start=1)
    ]


def _with_name(query: Any, name: str) -> Any:
    if isinstance(query, str):
        return {"name": name, "query": query}
    match query:
        case dict():
            return {**query, "name": name}
        case Block():
            return query.model_copy(update={"name": name})
    return query


def _field(block: Any, name: str) -> Any:
    return block.get(name) if isinstance(block, dict) else getattr(block, name, None)


_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NAME = re.compile(r"(?<![\w.$])[A-Za-z_]\w*\b(?!\s*\()")


def _names_in(formula: str) -> list[str]:
    """The queries a formula names: its words, less functions and quoted arguments."""
    return _NAME.findall(_QUOTED.sub("", formula))
