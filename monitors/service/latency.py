"""How long requests take."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import alert, anomaly, busy, slow


@define
def latency_p95(
    service: Service,
    *,
    critical: Number = 1,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """One request in twenty to {service.name} in {service.env} takes longer than {critical} s.

    It is not a slow one at night: minutes with few requests count as nothing. Nor is it a hang without an end, which
    shows as missing traffic.

    First step: the service page below, latency by resource: all resources, or one? Ours, or a downstream's?

    Likely causes: a slow database or dependency; throttled CPU; too few replicas; a new query without an index.

    Over when: p95 stays below the threshold for {minutes} minutes.
    """
    if not service.does("http", "grpc"):
        return None
    return alert(
        name="[{service.name}] p95 latency above {{threshold}}s in {service.env}",
        query=f"avg(last_{minutes}m):{slow(service, 'p95', busy(service))} > {critical}",
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        priority=2,
    )


@define(level="full")
def latency_p99(
    service: Service,
    *,
    critical: Number = 3,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """One request in a hundred to {service.name} in {service.env} takes longer than {critical} s.

    First step: the slowest traces on the service page below: what do they share? A tenant, a pod, a query?

    Likely causes: lock contention; garbage collection; retries; one large customer.

    Over when: p99 stays below the threshold for {minutes} minutes.
    """
    if not service.does("http", "grpc"):
        return None
    return alert(
        name="[{service.name}] p99 latency above {{threshold}}s in {service.env}",
        query=f"avg(last_{minutes}m):{slow(service, 'p99', 5 * busy(service))} > {critical}",
        critical_recovery=2.5 / 3 * critical,
        on_missing_data="resolve",
        priority=4,
    )


@define(level="full")
def latency_anomaly(
    service: Service,
    *,
    deviations: int = 3,  # width of the band of usual values
) -> Monitor | None:
    """Requests to {service.name} in {service.env} take longer than they usually do at this hour of the week.

    For services that have no threshold yet.

    First step: compare the last hour with last week on the service page below; which resource moved?

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
    minutes: int = 15,
) -> Monitor | None:
    """Fewer users of {service.name} in {service.env} are satisfied with how long it takes.

    First step: the Apdex threshold of the service (APM, service settings), then latency by resource.

    Likely causes: the same as of latency; or a threshold that does not fit the service.

    Over when: the score is above its threshold for {minutes} minutes.
    """
    if not service.does("http"):
        return None
    return alert(
        name="[{service.name}] Apdex below {{threshold}} in {service.env}",
        query=f"max(last_{minutes}m):avg:trace.{service.op}.apdex{service.scope()} < {critical}",
        critical_recovery=0.75 / 0.7 * critical,
        on_missing_data="resolve",
        priority=4,
    )
