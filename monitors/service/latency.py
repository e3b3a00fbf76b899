"""How long requests take."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import alert, anomaly


@define
def latency_p95(
    service: Service,
    *,
    critical: Number = 1,  # seconds
    warning: Number | None = None,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """One request in twenty to {service.name} in {service.env} takes longer than {critical} s.

    First step: open the service's APM page, latency by resource: all resources, or one? Ours, or a downstream's?

    Likely causes: a slow database or dependency; throttled CPU; too few replicas; a new query without an index.

    Over when: p95 stays below the threshold for {minutes} minutes.

    Unconfirmed: the time aggregator `percentile(` is in Datadog's docs and in use, and not in its API description.
    """
    if not service.does("http", "grpc"):
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[{service.name}] p95 latency above {{threshold}}s in {service.env}",
        query=f"percentile(last_{minutes}m):p95:trace.{service.op}{service.scope()} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="full")
def latency_p99(
    service: Service,
    *,
    critical: Number = 3,  # seconds
    warning: Number | None = None,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """One request in a hundred to {service.name} in {service.env} takes longer than {critical} s.

    First step: open the slowest traces of the service's APM page: what do they share? A tenant, a pod, a query?

    Likely causes: lock contention; garbage collection; retries; one large customer.

    Over when: p99 stays below the threshold for {minutes} minutes.

    Unconfirmed: the time aggregator `percentile(` is in Datadog's docs and in use, and not in its API description.
    """
    if not service.does("http", "grpc"):
        return None
    warning = 0.5 * critical if warning is None else warning
    return alert(
        name="[{service.name}] p99 latency above {{threshold}}s in {service.env}",
        query=f"percentile(last_{minutes}m):p99:trace.{service.op}{service.scope()} > {critical}",
        warning=warning,
        critical_recovery=2.5 / 3 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="resolve",
        priority=3,
    )


@define(level="full")
def latency_anomaly(
    service: Service,
    *,
    deviations: int = 3,  # width of the band of usual values
) -> Monitor | None:
    """Requests to {service.name} in {service.env} take longer than they usually do at this hour of the week.

    For services that have no threshold yet.

    First step: compare the last hour with last week on the service's APM page; which resource moved?

    Likely causes: the last deploy; more traffic than usual; a dependency that got slower.

    Over when: p95 is back in its band; if the new level is right, the band follows within days.
    """
    if not service.does("http", "grpc"):
        return None
    return anomaly(
        "[{service.name}] p95 latency unusual in {service.env}",
        f"p95:trace.{service.op}{service.scope()}",
        deviations,
        "above",
        4,
    )


@define(level="full")
def apdex(
    service: Service,
    *,
    critical: Number = 0.7,  # score from 0 to 1
    warning: Number | None = None,  # score from 0 to 1
    minutes: int = 15,
) -> Monitor | None:
    """Fewer users of {service.name} in {service.env} are satisfied with how long it takes.

    First step: the Apdex threshold of the service (APM, service settings), then latency by resource.

    Likely causes: the same as of latency; or a threshold that does not fit the service.

    Over when: the score is above its threshold for {minutes} minutes.
    """
    if not service.does("http"):
        return None
    warning = 0.85 / 0.7 * critical if warning is None else warning
    return alert(
        name="[{service.name}] Apdex below {{threshold}} in {service.env}",
        query=f"avg(last_{minutes}m):avg:trace.{service.op}.apdex{service.scope()} < {critical}",
        warning=warning,
        critical_recovery=0.75 / 0.7 * critical,
        warning_recovery=0.87 / 0.85 * warning,
        on_missing_data="resolve",
        priority=4,
    )
