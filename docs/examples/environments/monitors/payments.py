"""Alerts of our own, the same in every environment: staging/monitors and prod/monitors are links to this folder."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define


@define
def refunds_piled_up(service: Service, *, critical: Number = 100) -> Monitor | None:
    """Refunds wait for the bank in {service.env}: customers are told two days, and it takes longer.

    First step: look at the bank's status page, then at the worker's log.
    """
    if service.name != "payments":
        return None
    waiting = f"max:payments.refunds.waiting{service.scope()}"
    return Monitor(
        name="[{service.name}] Refunds pile up in {service.env}",
        query=f"min(last_30m):{waiting} > {critical}",
    )
