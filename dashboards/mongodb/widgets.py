"""How the pages show their numbers."""

from __future__ import annotations

from typing import Any, Literal

from dd_sync import (
    Formula,
    Marker,
    MetricQuery,
    Number,
    NumberFormat,
    OrderBy,
    QueryValue,
    Request,
    Sort,
    Timeseries,
    Toplist,
    Unit,
    by,
    scope,
)

HERE = scope("$clustername", "$replset_name")

ATLAS = scope("$clustername")
"""Scopes of the queries about a deployment: the Agent's metrics, and those of Atlas."""

INSTANCE = by("database_instance")

NODE = by("hostnameport")

MEMBERS = NumberFormat(unit=Unit(type="custom_unit_label", label="members"))

PER_RETURNED = NumberFormat(unit=Unit(type="custom_unit_label", label="per returned"))

OPLOG = NumberFormat(unit=Unit(type="custom_unit_label", label="GiB an hour"))

STATE = NumberFormat(unit=Unit(type="custom_unit_label", label="state"))

How = Literal["avg", "last", "max", "min", "sum"]

Shown = str | NumberFormat
"""A unit of Datadog's by name, or one of the above."""


def graph(
    title: str,
    unit: Shown,
    formulas: dict[str, str] | None = None,
    *,
    bars: bool = False,
    limit: Number | None = None,
    **queries: str,
) -> Timeseries:
    """Queries over time, with a dashed line at the limit that alerts."""
    looks: dict[str, Any] = {"display_type": "bars"} if bars else {}
    lines: dict[str, Any] = {}
    if limit is not None:
        lines = {"markers": [Marker(value=limit, display_type="error dashed")]}
    return Timeseries(title=title, requests=[request(unit, formulas, queries, **looks)], show_legend=True, **lines)


def top(
    title: str, unit: Shown, formulas: dict[str, str] | None = None, *, how: How = "last", **queries: str
) -> Toplist:
    """The ten groups with the highest values, by default as they are now."""
    highest = Sort(count=10, order_by=[OrderBy(type="formula", index=0, order="desc")])
    return Toplist(title=title, requests=[request(unit, formulas, queries, how, sort=highest)])


def number(title: str, unit: Shown, formulas: dict[str, str] | None = None, **queries: str) -> QueryValue:
    """One number as it is now."""
    return QueryValue(title=title, requests=[request(unit, formulas, queries, "last")], precision=0)


def request(
    unit: Shown, formulas: dict[str, str] | None, queries: dict[str, str], how: How | None = None, **looks: Any
) -> Request:
    """Formulas by the name they are shown under; without them each query by its own. `how` makes one number of many
    points, where the widget shows one."""
    formulas = formulas or {name: name for name in queries}
    reduced: dict[str, Any] = {"aggregator": how} if how else {}
    return Request(
        queries=[MetricQuery(name=n, query=q, **reduced) for n, q in queries.items()],
        formulas=[Formula(formula=f, alias=n.replace("_", " "), number_format=unit) for n, f in formulas.items()],
        **looks,
    )
