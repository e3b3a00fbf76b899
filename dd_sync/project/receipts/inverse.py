"""The inverse of a receipt as a plan: what was created goes, what was deleted comes back, the rest is as it was.

An object that changed after the apply is left unless that is asked for. A deleted object comes back under a new id, so
whatever pointed to the old one points to the new one.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from dd_sync.core.diff import differences
from dd_sync.core.identity import Identity, Marks
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import aside, is_aside
from dd_sync.core.normal import same
from dd_sync.core.plan import Change, Notice, Ownership
from dd_sync.core.references import Name, ObjectId, references, resolve
from dd_sync.core.secrets import SHOWN
from dd_sync.kinds.pointing import point_references
from dd_sync.project.receipts import Receipt, Undoing
from dd_sync.project.receipts.deeds import Deed, Now, deeds

NOT_OURS = "not ours: it does not carry our identity with this key, whatever the receipt says"


@dataclass(frozen=True)
class Left:
    """An object that is not undone, and why."""

    kind: str
    key: str
    id: ObjectId | None
    why: str
    edited: bool = True
    """Whether it was left for what somebody did since, and can be undone all the same when that is asked for."""


@dataclass(frozen=True)
class Inverse:
    """The plan that undoes a receipt, and what it leaves."""

    plan: Undoing
    left: tuple[Left, ...]

    @property
    def restored(self) -> list[Change]:
        """What was deleted and comes back under a new id."""
        return [change for change in self.plan.changes if change.action == "create"]


def inverse(
    receipt: Receipt, now: Now, rules: Ownership, *, edited: bool = False, claimed: Collection[Name] = ()
) -> Inverse:
    """The plan that brings back what was there before; `edited` includes what was changed since. `claimed` are objects
    that later receipts changed."""
    return _Inverting(receipt, now, rules, edited, claimed).inverse()


def as_they_were(rules: Ownership) -> Ownership:
    """Rules under which an image is written as it is, with the marks it has or without any."""
    return Ownership({name: _as_it_was(kind) for name, kind in rules.kinds.items()}, rules.owner, rules.marks)


def _as_it_was(kind: Kind) -> Kind:
    """The kind, but that its payloads carry their own marks."""
    made = copy.copy(kind)

    def stamp(payload: Payload, identity: Identity, marks: Marks) -> dict[str, Any]:
        return kind.stamp(payload, identity, marks) if is_aside(identity.key) else dict(payload)

    vars(made).update(stamp=stamp, unstamp=lambda payload, marks: dict(payload))
    return made


@dataclass
class _Inverting:
    """One run of `inverse`."""

    receipt: Receipt
    now: Now
    rules: Ownership
    edited: bool
    claimed: Collection[Name] = ()
    left: list[Left] = field(default_factory=list)

    def inverse(self) -> Inverse:
        self.verbatim = as_they_were(self.rules)
        self.done = deeds(self.receipt, self.now, self.rules, self.claimed)
        self.ids: dict[Name, ObjectId] = {
            (live.kind, live.identity.key): live.id for live in self.now.owned if live.identity is not None
        }
        self.names = dict(self._renumbered())
        changes = [change for done in self.done for change in self._changes(done)]
        plan = Undoing(
            owner=self.rules.owner,
            changes=tuple(sorted(changes, key=lambda change: _ORDER.index(change.action))),
            unchanged=len(self.done) - len(changes) - len(self.left),
            ids=self.ids,
            notices=tuple(_lost(self.done, self.rules)),
            definitions=len(self.done),
            live=Counter(live.kind for live in self.now.owned),
            undoes=self.receipt.name,
        )
        return Inverse(plan, tuple(self.left))

    def _renumbered(self) -> Iterator[tuple[tuple[str, ObjectId], Name]]:
        """The objects whose old id means nothing any more: what pointed to it is to point to the new one."""
        for done in self.done:
            if done.before is not None and self._named(done, done.before) not in self.now.by_id:
                yield self._named(done, done.before), (done.kind, self._key(done))

    def _named(self, done: Deed, image: Payload) -> tuple[str, ObjectId]:
        return done.kind, self.rules.kinds[done.kind].object_id(image)

    def _key(self, done: Deed) -> str:
        """The key the object had before: a rename is undone too."""
        identity = self._identity(done.kind, done.before)
        ours = identity is not None and identity.belongs_to(self.rules.owner)
        return identity.key if identity is not None and ours else done.key

    def _identity(self, kind: str, payload: Payload | None) -> Identity | None:
        return None if payload is None else self.rules.kinds[kind].identity(payload, self.rules.marks)

    def _changes(self, done: Deed) -> Iterator[Change]:
        there, again = self._there(done), self._again(done)
        if there is not None and again is not None and self._is_aside(done, there) and self._why_replace(done, there):
            # An undo was broken off between making the object anew and deleting the one it stands for.
            yield replace(self._delete(done, there), key=aside(done.key, self._named(done, there)[1]))
            there = again
        change = self._change(done, there)
        if change is not None:
            yield change

    def _why_replace(self, done: Deed, there: Payload) -> str:
        return self.rules.kinds[done.kind].why_replace(self._restorable(done), there)

    def _change(self, done: Deed, there: Payload | None) -> Change | None:
        """What undoes a deed. Whatever the receipt claims: only objects that carry our identity with this key now, and
        only images that are ours."""
        if done.before is None:
            return None if there is None else self._if_ours(done, there, self._delete(done, there))
        if SHOWN in json.dumps(done.before, ensure_ascii=False):
            id = self._named(done, done.before)[1]
            self._leave(done, id, "a key stood in it, which no receipt keeps: put it back by hand", edited=False)
            return None
        wanted = point_references(self._restorable(done), self.names)
        if there is None:
            if done.after is None or self.edited:
                return self._if_ours(done, done.before, self._create(done, wanted))
            self._leave(done, None, "deleted since")
            return None
        change = self._update(done, wanted, there)
        return None if change is None else self._if_ours(done, there, change)

    def _if_ours(self, done: Deed, image: Payload, change: Change) -> Change | None:
        """The change of an object that is ours, and as the apply left it; `image` says whose it is."""
        if not self._is_ours(done, image) or not self._gives_back(done):
            self._leave(done, self._named(done, image)[1], NOT_OURS, edited=False)
            return None
        return change if change.action == "create" else self._unless_edited(done, image, change)

    def _restorable(self, done: Deed) -> dict[str, Any]:
        """The object before, as it can be written again."""
        return self.rules.kinds[done.kind].restorable(done.before or {})

    def _there(self, done: Deed) -> Payload | None:
        """The object as it is now, under the id it was left with, the one it had, or another one."""
        for image in (done.after, done.before):
            if image is not None and self._named(done, image) in self.now.by_id:
                return self.now.by_id[self._named(done, image)]
        return self._again(done)

    def _again(self, done: Deed) -> Payload | None:
        """The object that has the address the old one had, under another id."""
        if done.before is None:
            return None
        identity = self._identity(done.kind, done.before)
        again = (live for live in self.now.owned if live.kind == done.kind and live.identity is not None)
        found = (one.payload for one in again if identity and one.identity and one.identity.address == identity.address)
        return next(found, None)

    def _unless_edited(self, done: Deed, there: Payload, change: Change) -> Change | None:
        if self.edited or (done.after is not None and not done.edited and self._as_left(done, there, done.after)):
            return change
        self._leave(done, self._named(done, there)[1], "made again since" if done.after is None else "changed since")
        return None

    def _as_left(self, done: Deed, there: Payload, after: Payload) -> bool:
        """Whether an object is as the apply left it; an undo that was broken off may have put it aside since."""
        if self._is_aside(done, there):
            kind = self.rules.kinds[done.kind]
            return same(*(kind.normalise(kind.unstamp(one, self.rules.marks)) for one in (there, after)))
        return self._mark(done, there) == self._mark(done, after)

    def _is_aside(self, done: Deed, there: Payload) -> bool:
        identity = self._identity(done.kind, there)
        return identity is not None and is_aside(identity.key)

    def _mark(self, done: Deed, payload: Payload) -> str:
        return self.rules.snapshot(self.rules.kinds[done.kind], payload)

    def _is_ours(self, done: Deed, image: Payload) -> bool:
        """Whether an object carries our identity with the key of a deed, or with that of an object put aside."""
        identity, object_id = self._identity(done.kind, image), self._named(done, image)[1]
        bare = done.key.removeprefix(aside("", object_id))
        keys = (done.key, bare, aside(bare, object_id))
        return identity is not None and identity.address in {self._address(key) for key in keys}

    def _address(self, key: str) -> str:
        return self.rules.marks.address_of(self.rules.owner, key)

    def _gives_back(self, done: Deed) -> bool:
        """Whether the image may be written over an object of ours: it is ours, or of before an adoption."""
        identity = self._identity(done.kind, done.before)
        return identity is None or identity.belongs_to(self.rules.owner)

    def _leave(self, done: Deed, object_id: ObjectId | None, why: str, *, edited: bool = True) -> None:
        self.left.append(Left(done.kind, done.key, object_id, why, edited))

    def _delete(self, done: Deed, there: Payload) -> Change:
        kind = self.rules.kinds[done.kind]
        return Change(
            action="delete",
            cause="code",
            kind=done.kind,
            key=done.key,
            id=kind.object_id(there),
            title=kind.title(there),
            told_before=kind.recipients(there),
            told_after=kind.recipients({}),
            live=there,
            live_digest=self.verbatim.snapshot(self.verbatim.kinds[done.kind], there),
        )

    def _create(self, done: Deed, wanted: dict[str, Any]) -> Change:
        kind = self.rules.kinds[done.kind]
        return Change(
            action="create",
            cause="code",
            kind=done.kind,
            key=self._key(done),
            title=kind.title(wanted),
            told_before=kind.recipients({}),
            told_after=kind.recipients(wanted),
            desired=wanted,
            reason=f"comes back under a new id; it was {kind.object_id(wanted)}",
        )

    def _update(self, done: Deed, wanted: dict[str, Any], there: Payload) -> Change | None:
        kind, verbatim = self.rules.kinds[done.kind], self.verbatim.kinds[done.kind]
        resolved = resolve(wanted, self.ids, kind.text_references)
        after, before = verbatim.comparable(resolved, there)
        if same(before, after) and not references(resolved):
            return None
        why = kind.why_replace(wanted, there)
        shown = [kind.unstamp(payload, self.rules.marks) for payload in (resolved, there)]
        after, before = kind.comparable(*shown)
        return Change(
            action="replace" if why else "update",
            cause="code",
            kind=done.kind,
            key=self._key(done),
            id=kind.object_id(there),
            title=kind.title(wanted),
            fields=differences(before, after, kind.item_name),
            told_before=kind.recipients(there),
            told_after=kind.recipients(wanted),
            desired=wanted,
            live=there,
            live_digest=self.verbatim.snapshot(verbatim, there, wanted),
            reason=why,
        )


_ORDER = ("create", "replace", "update", "delete")


def _lost(done: Iterable[Deed], rules: Ownership) -> Iterator[Notice]:
    for one in done:
        if one.before and not one.after and (text := rules.kinds[one.kind].lost(one.before)):
            yield Notice(text, one.kind, rules.kinds[one.kind].object_id(one.before))
