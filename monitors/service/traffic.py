"""Requests that do not arrive."""

from __future__ import annotations

from dd_sync import Monitor, Service, define

from .terms import alert, anomaly, hits, replicas

FAR = 1000000
"""More than any count: what is added where nothing is to be said."""


@define
def no_traffic(
    service: Service,
    *,
    minutes: int = 5,
    usual: int | None = None,  # requests in as many minutes before; after fewer, nothing is said
) -> Monitor | None:
    """No request has reached {service.name} in {service.env} for {minutes} minutes, though there were many an hour ago,
    or at this time both yesterday and a week ago: its users see an outage that no error rate shows.

    It is not a quiet night, a weekend or a holiday's second hour: then there were few before, too.

    First step: from outside: `curl -sv https://…` of its address: DNS, certificate, load balancer. Then
    `kubectl get pods,endpoints` in its namespace: are pods ready, does the Service find them?

    Likely causes: ingress, DNS or certificate; no pod is ready; the tracer is gone since the last deploy.

    Over when: requests arrive again.
    """
    if not (service.does("http", "grpc") and service.paging and not service.quiet):
        return None
    if usual is None:
        known = service.requests_per_minute
        usual = round(0.3 * known * minutes) if known is not None else 50 * minutes
    every = hits(service)
    days = " * ".join(f"is_greater({shift}({every}), {usual - 1})" for shift in ("day_before", "week_before"))
    before = f"hour_before({every}) + {usual} * default_zero({days})"  # of a new service there is no week before
    return alert(
        name="[{service.name}] No requests in {service.env}",
        query=f"sum(last_{minutes}m):{every} + {FAR} * is_less({before}, {usual}) < 1",
        on_missing_data="default",
        priority=1 if service.tier == 1 else 2,
    )


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


@define(level="standard")
def traces_missing(service: Service, *, minutes: int = 30) -> Monitor | None:
    """{service.name} in {service.env} runs and sends no traces: its alerts on requests are blind.

    It is not an outage: pods are available. For services whose traffic is known to be more than a little.

    First step: in APM, is there a service of another name since the last deploy? Then `DD_SERVICE`, `DD_ENV` and
    `DD_AGENT_HOST` in a pod: `kubectl exec POD -- env | grep DD_`.

    Likely causes: labels or variables lost in a deploy; the tracer is not loaded any more; a network policy.

    Over when: traces arrive under its name.
    """
    found = replicas(service)
    known = service.requests_per_minute is not None and not service.quiet
    if not service.does("http", "grpc") or not known or found is None:
        return None
    rate = f"sum:trace.{service.op}.hits{service.scope()}.as_rate()"
    up = found[1].partition(" by {")[0]
    return alert(
        name="[{service.name}] Pods without traces in {service.env}",
        query=f"min(last_{minutes}m):{up} - {FAR} * {rate} > 0",
        require_full_window=True,
        on_missing_data="resolve",
        priority=3,
    )
