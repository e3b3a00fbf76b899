"""How the page shows its numbers."""

from __future__ import annotations

from collections.abc import Mapping

from dd_sync import (
    Formula,
    NumberFormat,
    Request,
    Timeseries,
    Toplist,
    Unit,
)

Queries = Mapping[str, str]
"""Queries by the name they are shown under and formulas use."""


def label(text: str) -> NumberFormat:
    """A unit Datadog does not know."""
    return NumberFormat(unit=Unit(type="custom_unit_label", label=text))


def lines(title: str, unit: str | NumberFormat, queries: Queries, formulas: Queries | None = None) -> Timeseries:
    return Timeseries(title=title, show_legend=True, requests=[request(unit, queries, formulas)])


def top(title: str, unit: str, query: str) -> Toplist:
    return Toplist(title=title, requests=[request(unit, {"value": query})])


def request(unit: str | NumberFormat, queries: Queries, formulas: Queries | None = None) -> Request:
    """Queries and what is shown of them: formulas by their alias, or each query as it is."""
    shown = formulas or {name: name for name in queries}
    return Request(
        queries=dict(queries),
        formulas=[Formula(formula=formula, alias=alias, number_format=unit) for alias, formula in shown.items()],
    )
