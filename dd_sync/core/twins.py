"""Creates of what is there already: objects that lost their identity, and objects of a project under another name.

Without this a tidied tag, a renamed project or a renamed target makes a second set of everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from dd_sync.core.identity import Identity
from dd_sync.core.kind import Kind
from dd_sync.core.live import Existing
from dd_sync.core.plan import Change, Ownership, Twin
from dd_sync.core.references import ObjectId


def twins_of(changes: Sequence[Change], existing: Existing, rules: Ownership) -> Iterator[Twin]:
    """The twins of the creates among some changes, at most one each."""
    for name, kind in rules.kinds.items():
        creates = [change for change in changes if change.action == "create" and change.kind == name]
        if creates:
            yield from _of_kind(kind, creates, existing, rules)


def beside(change: Change, twin: Twin | None) -> Change:
    """A create with the object that may be it, its identity lost, so that it is left."""
    if twin is None or twin.owner or change.twin is not None:
        return change
    why = change.reason or "an object without ddsync's identity has this title"
    return replace(change, twin=twin.id, reason=f"{why}: it is {twin.kind} {twin.id}")


def _of_kind(kind: Kind, creates: Sequence[Change], existing: Existing, rules: Ownership) -> Iterator[Twin]:
    titles, foreign = existing.titles(kind), _Foreign(existing.foreigners(kind), rules)
    for change in creates:
        lost = existing.stripped.get(change.name)
        alike = titles.get(change.title) or titles.get(change.title.strip()) or ()
        other = foreign.find(change)
        if lost is not None:
            yield Twin(kind.name, change.key, change.title, lost)
        elif other is not None:
            yield Twin(kind.name, change.key, change.title, other[1], str(rules.foreign(other[0])))
        elif alike:
            yield Twin(kind.name, change.key, change.title, alike[0])


class _Foreign:
    """The objects of owners that the project does not know, by title and by key."""

    def __init__(self, found: Sequence[tuple[str, Identity, ObjectId]], rules: Ownership) -> None:
        self._rules = rules
        self._titles = {title.strip(): (identity, object_id) for title, identity, object_id in found}
        self._keys = {identity.key: (identity, object_id) for _, identity, object_id in found if self._near(identity)}

    def _near(self, identity: Identity) -> bool:
        """Whether an owner shares the project's name or the target's, so that a key alone says that it is the same."""
        owner, mine = self._rules.foreign(identity), self._rules.owner
        return owner is not None and (owner.project == mine.project or owner.target == mine.target)

    def find(self, change: Change) -> tuple[Identity, ObjectId] | None:
        return self._keys.get(change.key) or self._titles.get(change.title.strip())
