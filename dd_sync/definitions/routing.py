"""Who is paged and who is notified: by the alert's priority, the service's tier, and the environment."""

from __future__ import annotations

from collections.abc import Collection

from dd_sync.core.resource import Told
from dd_sync.definitions.inventory import Entry, Team
from dd_sync.definitions.service import LEAST_PAGED as LEAST_PAGED

_LOWEST = max(LEAST_PAGED.values())
_NO_ENTRY = Entry()  # for what is made once


def route(team: Team | None, entry: Entry | None, priority: int | None, paging_envs: Collection[str]) -> Told:
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
    envs = entry.environments if entry is not None else ()
    wakes = (not envs or any(one in paging_envs for one in envs)) and _wakes(priority or 5, entry or _NO_ENTRY)
    return Told(tuple(page) if wakes else (), tuple(tell))


def _wakes(priority: int, entry: Entry) -> bool:
    # What nobody is ever woken for is not asked of the entry, so that services of all tiers can share such alerts.
    return priority <= _LOWEST and priority <= entry.paged_for
