"""Bodies as Datadog's reference gives them, to begin from."""

from __future__ import annotations

from typing import Any

Body = dict[str, Any]


def monitor(**changes: Any) -> Body:
    """A metric monitor with nothing but what a monitor needs and a name."""
    query = "avg(last_5m):avg:system.load.1{env:prod} by {host} > 5"
    return {"name": "Load", "type": "query alert", "query": query, "message": "@ops"} | changes


def dashboard(**changes: Any) -> Body:
    """A dashboard of one note."""
    note = {"definition": {"type": "note", "content": "hello"}}
    return {"title": "Board", "layout_type": "ordered", "widgets": [note]} | changes


def slo(**changes: Any) -> Body:
    """A metric SLO."""
    return {
        "name": "Availability",
        "type": "metric",
        "thresholds": [{"timeframe": "7d", "target": 99, "warning": 99.5}, {"timeframe": "30d", "target": 98}],
        "query": {"numerator": "sum:web.hits{code:2xx}.as_count()", "denominator": "sum:web.hits{*}.as_count()"},
        "tags": ["env:prod", "team:web", "tier:1", "app:shop"],
    } | changes
