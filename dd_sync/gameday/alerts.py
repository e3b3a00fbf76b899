"""A project's alerts as a game day plays them: each kind of monitor read once, its states over any play.

What cannot be played raises NotPlayed with the reason, and counts as nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dd_sync.core.kind import Recipients
from dd_sync.core.references import Name
from dd_sync.gameday.checks import check_alert
from dd_sync.gameday.composites import composite_alert
from dd_sync.gameday.events import event_alert
from dd_sync.gameday.measure import measure
from dd_sync.gameday.slos import slo_alert
from dd_sync.gameday.stage import Alert, Moment, NotPlayed, Play, changes
from dd_sync.gameday.world import World
from dd_sync.query.parse import METRIC_TYPES

Payloads = Mapping[Name, Mapping[str, Any]]
"""Every object of the project, by kind and key: what alerts refer to."""


def alert_of(key: str, payload: Mapping[str, Any], recipients: Recipients, world: World, others: Payloads) -> Alert:
    """An alert as it is played. Raises NotPlayed for what the evaluator or the world does not know."""
    type = str(payload.get("type") or "query alert")
    if type in METRIC_TYPES:
        return _metric_alert(key, payload, recipients, world)
    if type not in _OTHERS:
        raise NotPlayed(f"a monitor of type {type}")
    return _OTHERS[type](key, payload, recipients, world, others)


_OTHERS: Mapping[str, Callable[[str, Mapping[str, Any], Recipients, World, Payloads], Alert]] = {
    "service check": check_alert,
    "event-v2 alert": event_alert,
    "slo alert": slo_alert,
    "composite": composite_alert,
}


def _metric_alert(key: str, payload: Mapping[str, Any], recipients: Recipients, world: World) -> Alert:
    read = measure(payload, world)

    def states(play: Play) -> Iterator[Moment]:
        seen = read.evaluated(play)
        for group in seen.groups if seen is not None else ():
            yield from changes(group.group, group.states[read.lead :], play.start)

    return Alert(key, payload, recipients, read.metrics, len(read.own), states)
