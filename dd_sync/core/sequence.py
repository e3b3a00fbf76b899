"""In which order changes are done: what is referred to before what refers to it, and deletes the other way round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dd_sync.core.kind import Kind
from dd_sync.core.live import Live
from dd_sync.core.order import Cycle, by_dependency
from dd_sync.core.plan import Change
from dd_sync.core.references import references


def as_references_demand(changes: Sequence[Change]) -> list[Change]:
    """Creates and replaces as references demand, then what is changed in place."""
    names = by_dependency({c.name: references(c.desired) for c in changes})
    place = {name: n for n, name in enumerate(names)}
    return sorted(changes, key=lambda c: (c.action not in ("create", "replace"), place[c.name]))


def leaves_first(gone: Sequence[Live], kinds: Mapping[str, Kind]) -> list[Live]:
    """Who refers before what is referred to: a dashboard before its SLO, a composite before its monitors."""
    known = {(live.kind, str(live.id)): live for live in gone}
    refers = {
        name: {(kind, str(other)) for kind, other in kinds[live.kind].refers_to(live.payload)}
        for name, live in known.items()
    }
    try:
        return [known[name] for name in reversed(by_dependency(refers))]
    except Cycle:  # people can make a ring in Datadog; whatever it refuses to delete is told then
        return list(gone)
