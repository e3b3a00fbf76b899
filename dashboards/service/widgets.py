"""How the page shows its numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dd_sync import (
    EventOverlay,
    Formula,
    Marker,
    Number,
    NumberFormat,
    Request,
    Timeseries,
    Toplist,
    Unit,
    WholeService,
)

Queries = Mapping[str, str]
"""Queries by the name they are shown under and formulas use."""


def label(text: str) -> NumberFormat:
    """A unit Datadog does not know."""
    return NumberFormat(unit=Unit(type="custom_unit_label", label=text))


def lines(
    title: str,
    unit: str | NumberFormat,
    queries: Queries,
    formulas: Queries | None = None,
    *,
    alerts: Number | None = None,
    deploys_of: WholeService | None = None,
) -> Timeseries:
    """Queries over time, with a dashed line where an alert sets in and the deploys of a service laid over."""
    looks: dict[str, Any] = {}
    if alerts is not None:
        looks["markers"] = [Marker(value=alerts, display_type="error dashed", label=" alerts ")]
    if deploys_of is not None:
        looks["events"] = [EventOverlay(q=deploys(deploys_of), tags_execution="and")]
    return Timeseries(title=title, show_legend=True, requests=[request(unit, queries, formulas)], **looks)


def deploys(service: WholeService) -> str:
    """A search for the events of its rollouts and scalings. Their reason is no tag where the Cluster Agent bundles
    events, as it does unless told otherwise, but stands in their text."""
    return f"source:kubernetes service:{service.name} env:$env.value ScalingReplicaSet"


def top(title: str, unit: str, query: str) -> Toplist:
    return Toplist(title=title, requests=[request(unit, {"value": query})])


def request(unit: str | NumberFormat, queries: Queries, formulas: Queries | None = None) -> Request:
    """Queries and what is shown of them: formulas by their alias, or each query as it is."""
    shown = formulas or {name: name for name in queries}
    return Request(
        queries=dict(queries),
        formulas=[Formula(formula=formula, alias=alias, number_format=unit) for alias, formula in shown.items()],
    )
