"""What a service depends on."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import alert


@define(level="standard")
def mongodb_latency(
    service: Service,
    *,
    critical: Number = 0.5,  # seconds
    warning: Number | None = None,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """One call in twenty of {service.name} in {service.env} to MongoDB takes longer than {critical} s.

    First step: the MongoDB dashboard of the deployment: slow for everybody, or for this service's queries?

    Likely causes: a query without an index; locks or a full cache there; connections used up here.

    Over when: p95 stays below the threshold for {minutes} minutes.

    Unconfirmed: the time aggregator `percentile(` is in Datadog's docs and in use, and not in its API description.
    """
    if not service.uses_mongodb:
        return None
    warning = 0.4 * critical if warning is None else warning
    return alert(
        name="[{service.name}] MongoDB calls: p95 above {{threshold}}s in {service.env}",
        query=f"percentile(last_{minutes}m):p95:trace.{service.mongodb_op}{service.scope()} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=3,
    )
