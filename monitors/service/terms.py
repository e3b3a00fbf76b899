"""What the pack's monitors of a service have in common: how they alert, and what they count."""

from __future__ import annotations

from functools import partial
from typing import Literal

from dd_sync import Monitor, Service, among, scope

Priority = Literal[1, 2, 3, 4, 5]
"""Who is paged follows from it: priorities 1 and 2 for services of tiers 1 and 2, 1 for tier 3, nobody for tier 4."""

LINKS = (
    "Look next: [service]({app}/apm/entity/service%3A{service.name}?env={service.env})"
    " · [failed traces]({app}/apm/traces?query=service%3A{service.name}%20env%3A{service.env}%20status%3Aerror)"
    " · [error logs]({app}/logs?query=service%3A{service.name}%20env%3A{service.env}%20status%3Aerror"
    '&from_ts={{eval "last_triggered_at_epoch-1800000"}}&to_ts={{eval "last_triggered_at_epoch+600000"}}&live=false)'
    " · [dashboard]({app}/dashboard/lists?q=Service%20{service.name})"
)

alert = partial(Monitor, tags=("pack:service",), require_full_window=False, links=LINKS)

ratio = partial(alert, evaluation_delay=60)
"""An alert on a division, a minute late, so that both its sides are complete (Datadog's docs, "Configure monitors")."""

SETTLE_S = 300  # seconds in which a new pod or version may settle before it can alert

BENIGN = tuple("1 3 5 6 7 9 10 11 16".split()) + tuple(
    "cancelled invalid_argument not_found already_exists permission_denied failed_precondition aborted out_of_range"
    " unauthenticated".split()
)
"""gRPC codes that are an answer to the caller, which Datadog's tracers count as errors all the same, by number and by
name."""


def spans(service: Service, *filters: str, by: tuple[str, ...] = (), operation: str | None = None) -> str:
    """The scope of its spans of an operation: some tracers file those of databases and queues under other services."""
    name = None if operation is None else service.span_service(operation)
    if name is None or name == service.name:
        return service.scope(*filters, by=by)
    return scope(f"service:{name}", f"env:{service.env}", *filters, by=by)


def hits(service: Service, *by: str, operation: str | None = None) -> str:
    """The requests, or the tasks of `operation`."""
    return f"sum:trace.{operation or service.op}.hits{spans(service, by=by, operation=operation)}.as_count()"


def errors(service: Service, *by: str, operation: str | None = None) -> str:
    """Those that failed. Where there was none Datadog has no point, which counts as 0 in arithmetic with counts."""
    failed = f"sum:trace.{operation or service.op}.errors{spans(service, by=by, operation=operation)}.as_count()"
    if operation is not None or not service.op.startswith("grpc"):
        return failed
    answered = spans(service, among("rpc.grpc.status_code", BENIGN), by=by)
    return f"({failed} - sum:trace.{service.op}.hits{answered}.as_count())"


def failing(service: Service, requests: float, *by: str, operation: str | None = None, least: int = 4) -> str:
    """The percent of failures, once there are more than so many requests and more than `least` of them failed: at
    night one of three is no outage."""
    failed, every = errors(service, *by, operation=operation), hits(service, *by, operation=operation)
    return f"100 * {failed} / {every} * is_greater({every}, {requests}) * is_greater({failed}, {least})"


def slow(service: Service, percentile: str, a_minute: float, operation: str | None = None) -> str:
    """A percentile of the duration in minutes with more than so many requests, else 0."""
    name, here = operation or service.op, spans(service, operation=operation)
    rate = round(a_minute / 60, 4)
    return f"{percentile}:trace.{name}{here} * is_greater(sum:trace.{name}.hits{here}.as_rate(), {rate})"


def busy(service: Service) -> float:
    """Requests a minute from which on percentiles mean something: ten, or half of what a quiet service has."""
    return max(1, (service.requests_per_minute or 1) / 2) if service.quiet else 10


def by_host(service: Service) -> str:
    """Runtime metrics carry no pod by default: those of one node overwrite each other, and it is what they tell."""
    return service.scope(by=["host"])


def by_process(service: Service) -> str:
    """Java's carry the process, and so does .NET's."""
    return service.scope(by=["host", "runtime-id"])


def zeroed(query: str) -> str:
    """A metric that is sent only while something is wrong: silence is 0, at once (see monitors/eks/terms.py)."""
    return f"default_zero({query}.fill(zero))"


def alone(service: Service) -> bool:
    """Whether it does nothing that users wait for: what stops it shows in no request."""
    return service.does("worker") and not service.does("http", "grpc")


def replicas(service: Service) -> tuple[str, str] | None:
    """The queries of the replicas wanted and up, by workload; None where no metric tells them (a Rollout)."""
    found = service.workload
    if found is None:
        return None
    here = service.workload_scope(by=["kube_cluster_name", "kube_namespace", found.tag])
    return f"sum:{found.desired}{here}", f"sum:{found.up}{here}"


def anomaly(name: str, values: str, deviations: int, direction: str, priority: Priority) -> Monitor:
    """Values outside the band of what is usual at this hour of the week, for most of a quarter of an hour."""
    return alert(
        name=name,
        query=f"avg(last_4h):anomalies({values}, 'agile', {deviations}, direction='{direction}', interval=60,"
        " alert_window='last_15m', count_default_zero='true', seasonality='weekly') >= 1",
        critical_recovery=0,
        threshold_windows={"trigger_window": "last_15m", "recovery_window": "last_15m"},
        on_missing_data="resolve",
        priority=priority,
    )
