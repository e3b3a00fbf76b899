"""The metric queries of a definition, wherever they stand: in a monitor, its formula, an SLO, a dashboard's widgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.query.parts import metrics
from dd_sync.rules.dashboards import dashboard_facts
from dd_sync.rules.facts import metric_queries, variables
from dd_sync.rules.place import Place, read
from dd_sync.rules.rule import mapping
from dd_sync.rules.slos import slo_facts


def measured_metrics(payload: Mapping[str, Any]) -> list[Place]:
    """The queries that read a metric, each with its path; those that cannot be read are left out."""
    return [place for place in _places(payload) if metrics(place.tree)]


def _places(payload: Mapping[str, Any]) -> Iterator[Place]:
    query = payload.get("query")
    if isinstance(query, str):
        yield read("query", query, str(payload.get("type") or "query alert"))
        for path, text in metric_queries(variables(mapping(payload.get("options")))):
            yield read(f"options.variables{path}", text, "dashboard")
        return
    yield from slo_facts(payload).queries
    yield from dashboard_facts(payload).queries
