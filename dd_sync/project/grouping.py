"""`layout: grouped`: one monitor for the services of a team that agree, in place of one each.

Services with numbers of their own, and those that differ in what a definition asks of them, go into groups of their
own; what asks for a single service's own facts stays one monitor a service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from dd_sync.core.identity import slug
from dd_sync.definitions.definition import Definition
from dd_sync.definitions.inventory import Entry
from dd_sync.definitions.service import Service
from dd_sync.definitions.service_group import Apart, ServiceGroup
from dd_sync.kinds import KINDS
from dd_sync.project.numbers import Chosen

M = TypeVar("M")

Make = Callable[[Entry | None, Chosen], Iterable[M]]
"""What one definition makes of one entry."""


def groupable(definition: Definition) -> bool:
    """Whether one object of the definition can stand for many services."""
    return definition.entry_type is Service and KINDS[definition.kind].groupable


def in_groups(entries: Sequence[tuple[Entry | None, Chosen]], usual: Chosen | None, make: Make[M]) -> Iterator[M]:
    """What the definition makes of services, as few objects as they allow. `usual` are the numbers of a service that
    has none of its own."""
    for services, chosen in _alike(entries):
        label = _label(chosen.values, usual.values if usual is not None else {})
        yield from _made(services, chosen, label, make)


def _made(services: Sequence[Service], chosen: Chosen, label: Sequence[str], make: Make[M]) -> Iterator[M]:
    try:
        made = list(make(ServiceGroup(members=tuple(services), label=label), chosen))
    except Apart as apart:
        parts = list(apart.split(services))
        if apart.own:
            yield from (one for service in services for one in make(service, chosen))
        else:
            yield from (one for part in parts for one in _made(part, chosen, label, make))
    else:
        yield from made


def _alike(entries: Sequence[tuple[Entry | None, Chosen]]) -> Iterator[tuple[list[Service], Chosen]]:
    """The services by team, environment and numbers."""
    found: list[tuple[tuple[str, str], Chosen, list[Service]]] = []
    for service, chosen in entries:
        assert isinstance(service, Service)
        whose = (service.team, service.env)
        for known, numbers, services in found:
            if known == whose and numbers.values == chosen.values:
                services.append(service)
                break
        else:
            found.append((whose, chosen, [service]))
    for _, chosen, services in found:
        yield services, chosen


def _label(values: Mapping[str, Any], usual: Mapping[str, Any]) -> list[str]:
    """The numbers that differ from the usual, `critical-2`."""
    return [slug(f"{name} {value}") for name, value in values.items() if name not in usual or usual[name] != value]
