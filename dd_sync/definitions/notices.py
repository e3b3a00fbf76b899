"""Notices about an inventory: nothing is wrong, but an alert is weaker than its owner may think."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dd_sync.definitions.inventory import Inventory
from dd_sync.definitions.service import Service


def notices(inventory: Inventory) -> list[str]:
    """One sentence for each open point, in the order of the services, with what to set where something can be."""
    by_name: dict[str, list[Service]] = {}
    for service in inventory.services:
        by_name.setdefault(service.name, []).append(service)
    return [notice for services in by_name.values() for notice in _of(services)]


def _of(services: Sequence[Service]) -> Iterator[str]:
    for service in services:
        if service.does("http", "grpc") and service.quiet and service.paging:
            yield (
                f"{service.key}: {service.requests_per_minute:g} requests a minute are too few for burn rates:"
                " its error rate waits for 50 requests, its budget alert for 75 %"
            )
        if service.does("cron") and (service.cron is None or service.cron.period_s is None):
            yield f"{service.key}: no alert for runs that do not happen: set extensions.ddsync.cron.name and .period_s"
        if service.does("worker") and service.queue is None and service.op_of("worker") is None:
            yield f"{service.key}: nothing shows how its work goes: set extensions.ddsync.queue, or operation"
    shared = _shared_queue(services)
    if shared:
        yield (
            f"{services[0].name}: the queue {shared} is one name in {len(services)} environments: give each its own"
            " under envs, or queue.tags that tell them apart"
        )


def _shared_queue(services: Sequence[Service]) -> str | None:
    """A queue that several environments name alike, so that each would watch all of them."""
    seen: set[tuple[str, Sequence[str]]] = set()
    for service in services:
        queue = service.queue
        if queue is None or queue.type != "sqs" or queue.name is None:
            continue
        one = (queue.name, tuple(queue.tags))
        if one in seen:
            return queue.name
        seen.add(one)
    return None
