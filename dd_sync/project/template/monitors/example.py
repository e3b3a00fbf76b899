"""Example: an alert of one's own, for what only this company knows to be wrong."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define


@define
def orders_stopped(service: Service, *, critical: Number = 1, minutes: int = 15) -> Monitor | None:
    """Nobody ordered anything at {service.name} for {minutes} minutes, which never happens when it works.

    First step: order something yourself; then look at the service's errors in APM, and at the payment provider's
    status page.
    """
    if service.name != "example":
        return None
    orders = f"sum:shop.orders.placed{service.scope()}.as_count()"
    return Monitor(
        name="[{service.name}] Orders stopped in {service.env}",
        query=f"sum(last_{minutes}m):{orders} < {critical}",
        on_missing_data="default",  # of a count: no data is zero
        priority=1,
    )
