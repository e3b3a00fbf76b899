"""Microservices: what their users feel."""

from dd_sync import Monitor, Number, Service, define


@define
def error_rate(
    service: Service,
    *,
    critical: Number = 5,  # percent of requests
    warning: Number | None = None,  # percent of requests
    minutes: int = 5,
) -> Monitor | None:
    """Users of {service.name} in {service.env} get errors.

    First step: errors by resource on the service's APM page; if they began with a deploy, roll it back.

    Likely causes: the last deploy, a dependency that fails or times out, exhausted connections.

    Over when: the rate stays under the threshold for {minutes} minutes.
    """
    if not service.does("http", "grpc"):
        return None
    hits = f"sum:trace.{service.op}.hits{service.scope()}.as_count()"
    errors = f"sum:trace.{service.op}.errors{service.scope()}.as_count()"
    warning = 0.4 * critical if warning is None else warning
    return Monitor(
        name="[{service.name}] Error rate above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):100 * default_zero({errors}) / {hits} > {critical}",
        warning=warning,
        critical_recovery=0.6 * critical,
        warning_recovery=0.5 * warning,
        on_missing_data="default",
        evaluation_delay=60,
        priority=1,
    )
