"""A definition's payload as it is sent, without a project around it."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DefinitionError
from dd_sync.core.resource import Context, Resource
from dd_sync.core.sites import PAGES
from dd_sync.definitions.definition import Definition
from dd_sync.definitions.inventory import Entry, Team
from dd_sync.definitions.prose import fill, unwrap
from dd_sync.definitions.routing import route
from dd_sync.project.places import Places

TEAM = Team(name="team", page="@pagerduty-team", tell="@slack-team")
"""Who is woken and told where a test names nobody."""


def render(
    definition: Definition,
    entry: Entry | None = None,
    /,
    *,
    team: Team = TEAM,
    paging_envs: Collection[str] = ("prod", "production"),
    **tunables: Any,
) -> dict[str, Any]:
    """The payload that a definition makes for an entry with these tunables, without identity.

    Raises AssertionError when it makes nothing of this entry, or several things: render_all() takes those. Raises
    DefinitionError for a wrong tunable, as a service file would.
    """
    made = render_all(definition, entry, team=team, paging_envs=paging_envs, **tunables)
    if len(made) != 1:
        what = f"{len(made)} things: {', '.join(made)}" if made else "nothing"
        raise AssertionError(f"{definition.name} makes {what} of {entry.key if entry is not None else 'the project'}")
    return next(iter(made.values()))


def render_all(
    definition: Definition,
    entry: Entry | None = None,
    /,
    *,
    team: Team = TEAM,
    paging_envs: Collection[str] = ("prod", "production"),
    **tunables: Any,
) -> dict[str, dict[str, Any]]:
    """The payloads of everything a definition makes for an entry, by key; empty if it does not apply."""
    definition.check()
    _check_entry(definition, entry)
    places = Places(Path.cwd())
    values = definition.validate(tunables, lambda name: places.of(definition))
    known = {"app": PAGES, **values, **({definition.entry_parameter: entry} if definition.entry_parameter else {})}
    context = Context(
        runbook=unwrap(definition.docstring),
        fill=partial(fill, values=known, where=places.of(definition)),
        tags=entry.tags() if entry is not None else (),
        told=lambda priority: route(team, entry, priority, paging_envs),
    )
    made = list(definition.build(entry, values))
    return {definition.key_of(entry, _item(definition, one)): one.render(context) for one in made}


def _item(definition: Definition, made: Resource) -> str | None:
    """The last part of the key, where the resource has one."""
    if definition.several:
        return made.item
    return made.key if made.verbatim is None else None


def _check_entry(definition: Definition, entry: Entry | None) -> None:
    wanted = definition.entry_type
    if wanted is None and entry is not None:
        raise DefinitionError(f"{definition.where}: {definition.name} takes no entry")
    if wanted is not None and not isinstance(entry, wanted):
        raise DefinitionError(
            f"{definition.where}: {definition.name} is made for a {wanted.__name__}, not for {type(entry).__name__}"
        )
