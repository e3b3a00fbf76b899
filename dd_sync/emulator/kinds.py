"""Every family of endpoints the emulator speaks; a new one is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dd_sync.emulator import (
    alert_events,
    catalog,
    corrections,
    dashboards,
    downtimes,
    events,
    keys,
    metrics,
    monitor_search,
    monitors,
    notification_rules,
    organisation,
    query_api,
    replay,
    slo_reports,
    slos,
    synthetics,
)
from dd_sync.emulator.answers import Body
from dd_sync.emulator.world import Endpoint, World

ENDPOINTS: tuple[Endpoint, ...] = (
    *keys.ENDPOINTS,
    *organisation.ENDPOINTS,
    *metrics.ENDPOINTS,
    *query_api.ENDPOINTS,
    *monitor_search.ENDPOINTS,
    *monitors.ENDPOINTS,
    *dashboards.ENDPOINTS,
    *corrections.ENDPOINTS,
    *slo_reports.ENDPOINTS,
    *slos.ENDPOINTS,
    *notification_rules.ENDPOINTS,
    *downtimes.ENDPOINTS,
    *synthetics.ENDPOINTS,
    *catalog.ENDPOINTS,
    *events.ENDPOINTS,
    *alert_events.ENDPOINTS,
    *replay.ENDPOINTS,
)
"""In the order in which paths are tried: `/api/v1/slo/search` comes before `/api/v1/slo/{id}`."""


@dataclass(frozen=True)
class _Facts:
    new_id: Callable[[World], int | str]
    modified: str
    id_field: str = "id"


_FACTS = {
    monitors.KIND: _Facts(monitors.new_id, "modified"),
    dashboards.KIND: _Facts(dashboards.new_id, "modified_at"),
    slos.KIND: _Facts(slos.new_id, "modified_at"),
    notification_rules.KIND: _Facts(notification_rules.new_id, "modified_at"),
    downtimes.KIND: _Facts(downtimes.new_id, "modified"),
    corrections.KIND: _Facts(corrections.new_id, "modified_at"),
    synthetics.KIND: _Facts(synthetics.new_id, "modified_at", "public_id"),
    catalog.KIND: _Facts(catalog.new_id, "modified_at"),
}


def new_id(kind: str, world: World) -> int | str:
    """An id that no object of this kind has."""
    return _FACTS[kind].new_id(world)


def id_field(kind: str) -> str:
    """The field of an object that holds its id; what is no kind has `id`."""
    return _FACTS[kind].id_field if kind in _FACTS else "id"


def touch(kind: str, body: Body, world: World) -> Body:
    """The body with its time of modification moved on."""
    name = _FACTS[kind].modified
    before = body.get(name)
    if isinstance(before, int):  # SLOs count whole seconds: two edits within one must still differ
        return body | {name: max(world.seconds(), before + 1)}
    return body | {name: world.now()}
