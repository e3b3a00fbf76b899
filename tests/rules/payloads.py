"""Payloads as Datadog's API takes them, for the tests of the rules: each is in order, a test breaks one thing."""

from __future__ import annotations

from typing import Any

from dd_sync.core.findings import Finding


def monitor(query: str = "avg(last_5m):avg:system.load.1{env:prod} by {host} > 5", **fields: Any) -> dict[str, Any]:
    return {"type": "query alert", "name": "Load", "query": query, "message": "Look. @slack-ops", "tags": [], **fields}


def slo(**fields: Any) -> dict[str, Any]:
    return {
        "type": "metric",
        "name": "Availability",
        "query": {"numerator": "sum:good{*}.as_count()", "denominator": "sum:all{*}.as_count()"},
        "thresholds": [{"timeframe": "30d", "target": 99.9, "warning": 99.95}],
        "tags": [],
        **fields,
    }


def dashboard(*queries: str, **fields: Any) -> dict[str, Any]:
    requests = [{"q": query} for query in queries]
    widgets = [{"definition": {"type": "timeseries", "requests": [request]}} for request in requests]
    return {"title": "Overview", "layout_type": "ordered", "widgets": widgets, **fields}


def broken(findings: list[Finding]) -> list[tuple[str, str]]:
    """(rule, path) of every finding."""
    return [(finding.rule, finding.path) for finding in findings]


def rules(findings: list[Finding], severity: str = "") -> set[str]:
    """The rules that were broken."""
    return {finding.rule for finding in findings if severity in ("", finding.severity)}
