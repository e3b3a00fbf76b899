"""Which alerts of a built project can be played, and why the others cannot."""

from __future__ import annotations

from typing import NamedTuple

from dd_sync.core.selection import Inside
from dd_sync.gameday.alerts import alert_of
from dd_sync.gameday.stage import Alert, NotPlayed
from dd_sync.gameday.world import World
from dd_sync.project.build import Built


class Compiled(NamedTuple):
    """Alerts to play, and by key the reasons of those that are not, or that see nothing."""

    alerts: list[Alert]
    not_played: dict[str, str]
    blind: dict[str, str]


def compile_query(built: Built, world: World, inside: Inside | None = None) -> Compiled:
    """The alerts that can be played; `inside` chooses among them by kind and key."""
    found = Compiled([], {}, {})
    payloads = {one.name: one.payload for one in built.desired}
    for one in built.desired:
        recipients = built.told.get(one.name)
        if not recipients or (inside is not None and not inside(*one.name)):
            continue
        try:
            alert = alert_of(one.key, one.payload, recipients, world, payloads)
        except NotPlayed as reason:
            found.not_played[one.key] = str(reason)
            continue
        found.alerts.append(alert)
        if not alert.sees:
            names = ", ".join(sorted(alert.metrics))
            found.blind[one.key] = f"nothing sends {names} with the tags of its scope"
    return found
