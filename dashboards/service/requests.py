"""What users feel."""

from __future__ import annotations

from dd_sync import (
    Group,
    WholeService,
    Widget,
)

from .widgets import lines, top


def golden_signals(service: WholeService) -> Group:
    spans = f"trace.{service.op}"
    here, by_version = service.scope("$env"), service.scope("$env", by=["version"])
    by_resource = service.scope("$env", by=["resource_name"])
    failed = {
        "errors": f"sum:{spans}.errors{by_version}.as_count()",
        "requests": f"sum:{spans}.hits{by_version}.as_count()",
    }
    widgets: list[Widget] = [
        lines("Requests by version", "request/second", {"requests": f"sum:{spans}.hits{by_version}.as_rate()"}),
        lines("Error rate by version", "percent", failed, {"errors": "100 * default_zero(errors) / requests"}),
        lines("Latency", "second", {name: f"{name}:{spans}{here}" for name in ("p50", "p95", "p99")}),
    ]
    if service.does("http"):
        by_class = service.scope("$env", by=["http.status_class"])
        answers = {"answers": f"sum:{spans}.hits.by_http_status{by_class}.as_rate()"}
        widgets.append(lines("Answers by status", "request/second", answers))
    widgets += [
        top("Slowest resources (p95)", "second", f"p95:{spans}{by_resource}"),
        top("Resources with most errors", "error", f"sum:{spans}.errors{by_resource}.as_count()"),
    ]
    return Group(title="Golden signals", widgets=widgets)
