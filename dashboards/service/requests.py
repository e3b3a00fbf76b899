"""What users feel, and what is written down about it."""

from __future__ import annotations

from typing import Literal

from dd_sync.packs.monitors.service.latency import latency_p95
from dd_sync.packs.monitors.service.requests import FAILING, error_rate, http_5xx

from dd_sync import (
    Group,
    ListStream,
    Number,
    StreamQuery,
    StreamRequest,
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
        lines(
            "Requests, and a week before",
            "request/second",
            {"requests": f"sum:{spans}.hits{here}.as_rate()"},
            {"requests": "requests", "a week before": "week_before(requests)"},
            deploys_of=service,
        ),
        lines(
            "Requests by version",
            "request/second",
            {"requests": f"sum:{spans}.hits{by_version}.as_rate()"},
            deploys_of=service,
        ),
        lines(
            "Error rate by version",
            "percent",
            failed,
            {"errors": "100 * default_zero(errors) / requests"},
            alerts=_failing(service),
            deploys_of=service,
        ),
        lines(
            "Latency",
            "second",
            {name: f"{name}:{spans}{here}" for name in ("p50", "p95", "p99")},
            {"p50": "p50", "p95": "p95", "p99": "p99", "p95 a week before": "week_before(p95)"},
            alerts=latency_p95.number("critical", service.main.numbers),
            deploys_of=service,
        ),
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


def _failing(service: WholeService) -> Number | None:
    """The percent of failures that alerts in the environment that matters most."""
    main = service.main
    if main.quiet:
        few: Number | None = http_5xx.number("critical", main.numbers)
        return few
    most: Number | None = error_rate.number("critical", main.numbers)
    usual: Number = FAILING[main.paged_for]
    return usual if most is None and main.numbers.get(error_rate.name) is not False else most


def written_group(service: WholeService) -> Group:
    """Its own words: what it logs as an error, and the traces that failed or took long."""
    here = f"service:{service.name} $env"
    spans = ("timestamp", "resource_name", "@duration", "@http.status_code")
    return Group(
        title="Logs and traces",
        widgets=[
            _listed("Error logs", "logs_stream", f"{here} status:error", ("status_line", "timestamp", "content")),
            _listed("Traces that failed", "trace_stream", f"{here} status:error @_top_level:1", spans),
            _listed("Traces of more than a second", "trace_stream", f"{here} @_top_level:1 @duration:>1s", spans),
        ],
    )


def _listed(
    title: str, source: Literal["logs_stream", "trace_stream"], search: str, columns: tuple[str, ...]
) -> ListStream:
    query = StreamQuery(data_source=source, query_string=search)
    return ListStream(title=title, requests=[StreamRequest(query=query, columns=columns)])
