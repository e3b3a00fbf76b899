"""Who is woken and who is told: by the priority of the alert, the tier of the service, and the environment."""

from __future__ import annotations

from collections.abc import Collection

from dd_sync.core.resource import Told
from dd_sync.definitions.inventory import Entry, Service, Team, WholeService

LEAST_PAGED = {1: 2, 2: 2, 3: 1, 4: 0}
"""The lowest priority that wakes somebody, by tier: P1 and P2 for tiers 1 and 2, P1 for tier 3, nobody for tier 4."""

_USUAL = 2  # clusters and databases have no tier: P1 and P2 wake their team


def told(team: Team | None, entry: Entry | None, priority: int | None, paging_envs: Collection[str]) -> Told:
    """The handles for an alert of this priority. Outside the paging environments nobody is woken, and what would have
    woken somebody is told."""
    if team is None:
        return Told()
    env = entry.environment if entry is not None else ""
    page, tell = team.page, team.tell
    for other in (team.priorities.get(priority or 5), team.envs.get(env)):
        if other is not None:
            page = other.page if other.page is not None else page
            tell = other.tell if other.tell is not None else tell
    wakes = (not env or env in paging_envs) and (priority or 5) <= _least_paged(entry)
    return Told(tuple(page) if wakes else (), tuple(tell))


def _least_paged(entry: Entry | None) -> int:
    match entry:
        case Service():
            return LEAST_PAGED[entry.tier]
        case WholeService():
            return LEAST_PAGED[entry.main.tier]
        case _:
            return _USUAL
