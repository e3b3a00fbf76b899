"""Requests that do not arrive."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import alert, anomaly, hits, unwanted


@define(level="standard")
def traffic_drop(
    service: Service,
    *,
    deviations: int = 3,  # width of the band of usual values
) -> Monitor | None:
    """Far fewer requests than usual reach {service.name} in {service.env}; its errors stay low, since nothing arrives.

    First step: ask upstream: load balancer and ingress, DNS, the services that call this one and their deploys.

    Likely causes: an upstream outage or deploy; a route or certificate; a holiday.

    Over when: traffic is back in its band.
    """
    if not service.does("http", "grpc"):
        return None
    return anomaly(
        "[{service.name}] Throughput unusually low in {service.env}",
        f"sum:trace.{service.op}.hits{service.scope()}.as_rate()",
        deviations,
        "below",
        3,
    )


@define
def no_traffic(
    service: Service,
    *,
    critical: Number = 1,  # requests in the window
    minutes: int = 15,
) -> Monitor | None:
    """No request has reached {service.name} in {service.env} for {minutes} minutes: its users see an outage.

    The only alert when every pod is gone, since errors that nobody counts are no error rate. For services of tier 1 and
    those whose traffic is known. It says nothing while the workload is scaled to zero, nor where Kubernetes' own
    metrics of it are missing.

    First step: `kubectl get pods,endpoints` in its namespace: are pods ready, does the service find them?

    Likely causes: no pod is ready; ingress, DNS or certificate; the tracer is gone since the last deploy.

    Over when: requests arrive again.

    Unconfirmed: that `is_less()` over replicas, which tells a workload scaled to zero, evaluates beside a count.
    """
    steady = (service.tier == 1 or service.requests_per_minute is not None) and not service.quiet
    if not (service.does("http", "grpc") and service.paging and steady):
        return None
    return alert(
        name="[{service.name}] No requests in {service.env}",
        query=f"sum(last_{minutes}m):default_zero({hits(service)}) + {unwanted(service)} < {critical}",
        critical_recovery=10 * critical,
        on_missing_data="default",
        priority=2,
    )
