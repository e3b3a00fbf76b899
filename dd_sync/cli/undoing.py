"""The inverse of a receipt as a plan: what was created goes, what was deleted comes back, the rest is as it was.

An object that changed after the apply is left unless that is asked for. A deleted object comes back under a new id, so
whatever pointed to the old one points to the new one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dd_sync.core.diff import differences
from dd_sync.core.identity import Identity, Marks
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import Live, is_aside
from dd_sync.core.normal import same
from dd_sync.core.plan import Change, Notice, Rules
from dd_sync.core.references import Name, ObjectId, references, resolve
from dd_sync.importing.pointing import pointed
from dd_sync.project.receipts import Receipt, Undoing

GONE_ALREADY = "gone already"
"""What an outcome says of a delete that found nothing to delete."""


@dataclass(frozen=True)
class Left:
    """An object that is not undone, and why."""

    kind: str
    key: str
    id: ObjectId | None
    why: str


@dataclass(frozen=True)
class Inverse:
    """The plan that undoes a receipt, and what it leaves."""

    plan: Undoing
    left: tuple[Left, ...]

    @property
    def restored(self) -> list[Change]:
        """What was deleted and comes back under a new id."""
        return [change for change in self.plan.changes if change.action == "create"]


@dataclass(frozen=True)
class Now:
    """Datadog as it is: the objects a receipt names, by kind and id, and all of the target."""

    by_id: Mapping[tuple[str, ObjectId], Payload]
    owned: Sequence[Live]


@dataclass(frozen=True)
class _Done:
    """What became of one object in an apply, however many steps that took."""

    kind: str
    key: str
    before: Payload | None
    after: Payload | None


def ids_of(receipt: Receipt, rules: Rules) -> set[tuple[str, ObjectId]]:
    """The objects a receipt names, by kind and id: those to look at before its inverse can be said."""
    images = ((one.kind, image) for one in _done(receipt).values() for image in (one.before, one.after) if image)
    return {(kind, rules.kinds[kind].object_id(image)) for kind, image in images}


def inverse(receipt: Receipt, now: Now, rules: Rules, *, edited: bool = False) -> Inverse:
    """The plan that brings back what was there before; `edited` includes what was changed since."""
    return _Inverting(receipt, now, rules, edited).inverse()


def as_they_were(rules: Rules) -> Rules:
    """Rules under which an image is written as it is, with the marks it has or without any."""
    kinds = {name: type(f"{name}_as_it_was", (_AsItWas, type(kind)), {})() for name, kind in rules.kinds.items()}
    return Rules(kinds, rules.owner, rules.marks)


class _AsItWas(Kind):
    """A kind whose payloads carry their own marks."""

    def stamped(self, payload: Payload, identity: Identity, marks: Marks) -> dict[str, Any]:
        return super().stamped(payload, identity, marks) if is_aside(identity.key) else dict(payload)  # type: ignore[safe-super]

    def unstamped(self, payload: Payload, marks: Marks) -> dict[str, Any]:
        return dict(payload)


@dataclass
class _Inverting:
    """One run of `inverse`."""

    receipt: Receipt
    now: Now
    rules: Rules
    edited: bool
    left: list[Left] = field(default_factory=list)

    def inverse(self) -> Inverse:
        self.verbatim = as_they_were(self.rules)
        self.done = _done(self.receipt)
        self.ids: dict[Name, ObjectId] = {
            (live.kind, live.identity.key): live.id for live in self.now.owned if live.identity is not None
        }
        self.names = dict(self._renumbered())
        changes = [change for done in self.done.values() if (change := self._change(done)) is not None]
        plan = Undoing(
            owner=self.rules.owner,
            changes=tuple(sorted(changes, key=lambda change: _ORDER.index(change.action))),
            unchanged=len(self.done) - len(changes) - len(self.left),
            ids=self.ids,
            notices=tuple(_muted(self.done.values())),
            definitions=len(self.done),
            live=Counter(live.kind for live in self.now.owned),
            undoes=self.receipt.name,
        )
        return Inverse(plan, tuple(self.left))

    def _renumbered(self) -> Iterator[tuple[tuple[str, ObjectId], Name]]:
        """The objects whose old id means nothing any more: what pointed to it is to point to the new one."""
        for done in self.done.values():
            if done.before is not None and self._named(done, done.before) not in self.now.by_id:
                yield self._named(done, done.before), (done.kind, self._key(done))

    def _named(self, done: _Done, image: Payload) -> tuple[str, ObjectId]:
        return done.kind, self.rules.kinds[done.kind].object_id(image)

    def _key(self, done: _Done) -> str:
        """The key the object had before: a rename is undone too."""
        identity = self._identity(done.kind, done.before)
        ours = identity is not None and identity.belongs_to(self.rules.owner)
        return identity.key if identity is not None and ours else done.key

    def _identity(self, kind: str, payload: Payload | None) -> Identity | None:
        return None if payload is None else self.rules.kinds[kind].identity(payload, self.rules.marks)

    def _change(self, done: _Done) -> Change | None:
        there = self._there(done)
        if done.before is None:
            return None if there is None else self._unless_edited(done, there, self._delete(done, there))
        wanted = pointed(_restorable(done.before), self.names)
        if there is None:
            if done.after is None or self.edited:
                return self._create(done, wanted)
            self._leave(done, None, "deleted since")
            return None
        change = self._update(done, wanted, there)
        return None if change is None else self._unless_edited(done, there, change)

    def _there(self, done: _Done) -> Payload | None:
        """The object as it is now, under the id it was left with, the one it had, or another one."""
        for image in (done.after, done.before):
            if image is not None and self._named(done, image) in self.now.by_id:
                return self.now.by_id[self._named(done, image)]
        if done.before is None:
            return None
        identity = self._identity(done.kind, done.before)
        again = (live for live in self.now.owned if live.kind == done.kind and live.identity is not None)
        found = (one.payload for one in again if identity and one.identity and one.identity.address == identity.address)
        return next(found, None)

    def _unless_edited(self, done: _Done, there: Payload, change: Change) -> Change | None:
        if self.edited or (done.after is not None and self._mark(done, there) == self._mark(done, done.after)):
            return change
        self._leave(done, self._named(done, there)[1], "made again since" if done.after is None else "changed since")
        return None

    def _mark(self, done: _Done, payload: Payload) -> str:
        return self.rules.snapshot(self.rules.kinds[done.kind], payload)

    def _leave(self, done: _Done, object_id: ObjectId | None, why: str) -> None:
        self.left.append(Left(done.kind, done.key, object_id, why))

    def _delete(self, done: _Done, there: Payload) -> Change:
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

    def _create(self, done: _Done, wanted: dict[str, Any]) -> Change:
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

    def _update(self, done: _Done, wanted: dict[str, Any], there: Payload) -> Change | None:
        kind, verbatim = self.rules.kinds[done.kind], self.verbatim.kinds[done.kind]
        resolved = resolve(wanted, self.ids, kind.text_references)
        after, before = verbatim.comparable(resolved, there)
        if same(before, after) and not references(resolved):
            return None
        why = kind.why_replace(wanted, there)
        shown = [kind.unstamped(payload, self.rules.marks) for payload in (resolved, there)]
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


def _done(receipt: Receipt) -> dict[Name, _Done]:
    """What was done, one entry an object: a replace is noted when it is made and when the old one goes."""
    found: dict[Name, _Done] = {}
    for line in receipt.outcomes:
        if line["status"] != "done" or GONE_ALREADY in str(line.get("reason")):
            continue
        name = (line["kind"], line["key"])
        before = found[name].before if name in found else line["before"]
        found[name] = _Done(*name, before, line["after"])
    return {name: done for name, done in found.items() if done.before or done.after}


def _restorable(image: Payload) -> dict[str, Any]:
    """An image as it can be written: less mutes, which are nobody's definition, and texts made for display."""
    kept = dict(image)
    if isinstance(kept.get("options"), dict):
        kept["options"] = {name: value for name, value in kept["options"].items() if name != "silenced"}
    if isinstance(kept.get("thresholds"), list):
        kept["thresholds"] = [
            {n: v for n, v in one.items() if not n.endswith("_display")} for one in kept["thresholds"]
        ]
    return kept


def _undisplayed(threshold: Payload) -> dict[str, Any]:
    return {name: value for name, value in threshold.items() if not name.endswith("_display")}


def _muted(done: Iterable[_Done]) -> Iterator[Notice]:
    for one in done:
        if one.before and not one.after and (one.before.get("options") or {}).get("silenced"):
            yield Notice("was muted when it was deleted: mute it again", one.kind, one.before.get("id"))
