"""What an apply did, object by object, as its receipt and Datadog together tell it.

A receipt notes each change before it is sent and again when it is over. Of a change that was never over (the run was
killed), and of one whose answer was lost, only Datadog knows whether it was carried out: it was where the object is no
longer as it was before and bears the marks of an apply.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dd_sync.core.identity import fits
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import Live, aside, is_aside
from dd_sync.core.plan import Ownership
from dd_sync.core.references import Name, ObjectId
from dd_sync.project.receipts import Receipt


@dataclass(frozen=True)
class Now:
    """Datadog as it is: the objects a receipt names, by kind and id, and all of the target."""

    named: Mapping[tuple[str, ObjectId], Payload]
    owned: Sequence[Live]

    @cached_property
    def by_id(self) -> Mapping[tuple[str, ObjectId], Payload]:
        return {**{(live.kind, live.id): live.payload for live in self.owned}, **self.named}


@dataclass(frozen=True)
class Deed:
    """What became of one object in an apply, however many steps that took."""

    kind: str
    key: str
    before: Payload | None
    after: Payload | None
    edited: bool = False
    """Carried out for all one can see, and changed since: how the apply left it is not known."""

    @property
    def name(self) -> Name:
        return self.kind, self.key


def ids_of(receipt: Receipt, rules: Ownership) -> set[tuple[str, ObjectId]]:
    """The objects a receipt names, by kind and id: those to look at before its inverse can be said."""
    lines = (*receipt.outcomes, *receipt.unfinished)
    images = ((line["kind"], line.get(side)) for line in lines for side in ("before", "after"))
    return {(kind, rules.kinds[kind].object_id(image)) for kind, image in images if image}


def deeds(receipt: Receipt, now: Now, rules: Ownership, claimed: Collection[Name] = ()) -> tuple[Deed, ...]:
    """Everything a receipt's apply did. `claimed` are objects that a later receipt says its own apply changed: what
    this one may have done to them is not guessed at."""
    certain = _certain(receipt)
    found = list(certain.values())
    for line in receipt.unfinished:
        name = (line["kind"], line["key"])
        if name not in certain and name not in claimed:
            found += _Presuming(now, rules, line).deeds()
    return tuple(deed for deed in found if deed.before or deed.after)


def _certain(receipt: Receipt) -> dict[Name, Deed]:
    """What was done for certain, one entry an object: a replace is noted when it is made and when the old one goes."""
    found: dict[Name, Deed] = {}
    for line in receipt.outcomes:
        if line["status"] != "done" or _found_gone(line):
            continue
        name = (line["kind"], line["key"])
        before = found[name].before if name in found else line["before"]
        found[name] = Deed(*name, before, line["after"])
    return found


def _found_gone(line: Mapping[str, Any]) -> bool:
    """Whether a delete found nothing to delete; receipts of version 0.1 say so in their reason alone."""
    return bool(line.get("found_gone", line.get("reason") == "was gone already"))


def pristine(kind: Kind, live: Payload, rules: Ownership) -> bool:
    """Whether an object is as an apply left it: its revision mark is that of what it says."""
    identity = kind.identity(live, rules.marks)
    stored = kind.unstamp(live, rules.marks)
    return identity is not None and fits(identity.revision, kind.marked_forms(stored, None, stored))


class _Presuming:
    """One change that may have been carried out, and what Datadog shows of it."""

    def __init__(self, now: Now, rules: Ownership, line: Mapping[str, Any]) -> None:
        self.rules, self.line = rules, line
        self.name: Name = (line["kind"], line["key"])
        self.kind = rules.kinds[self.name[0]]
        self.before: Payload | None = line["before"]
        self.id = self.kind.object_id(self.before) if self.before else None
        self.there = now.by_id.get((self.name[0], self.id)) if self.id is not None else None
        self.made = next(self._made(now.owned), None)

    def _made(self, owned: Sequence[Live]) -> Iterator[Payload]:
        """The object that was made under this key, other than the one that was there before."""
        address = self.rules.marks.address_of(self.rules.owner, self.name[1])
        others = (live for live in owned if live.kind == self.name[0] and live.id != self.id)
        return (live.payload for live in others if live.identity and live.identity.address == address)

    def deeds(self) -> Iterator[Deed]:
        match self.line["action"]:
            case "create":
                yield from self._as_made(None, self.made)
            case "delete" if self.there is None:
                yield Deed(*self.name, self.before, None)
            case "replace":
                yield from self._replaced()
            case "update" | "adopt" if self.there is not None and self._written(self.there):
                yield from self._as_made(self.before, self.there)

    def _as_made(self, before: Payload | None, after: Payload | None) -> Iterator[Deed]:
        if after is not None:
            yield Deed(*self.name, before, after, edited=not pristine(self.kind, after, self.rules))

    def _replaced(self) -> Iterator[Deed]:
        """The old object goes aside, the new one is made, the old one is deleted: as far as that came."""
        identity = None if self.there is None else self.kind.identity(self.there, self.rules.marks)
        if self.there is None:
            yield from self._as_made(self.before, self.made) if self.made else [Deed(*self.name, self.before, None)]
        elif identity is not None and is_aside(identity.key):
            yield Deed(*self.name, self.before, self.there)
        if self.there is not None and self.made is not None:
            key = aside(self.name[1], self.kind.object_id(self.made))
            yield Deed(self.name[0], key, None, self.made, edited=not pristine(self.kind, self.made, self.rules))

    def _written(self, there: Payload) -> bool:
        """Whether an apply wrote the object since its image was taken: it bears other marks, or says something else and
        bears the marks of that."""
        before = self.before or {}
        if self.kind.identity(there, self.rules.marks) != self.kind.identity(before, self.rules.marks):
            return True
        changed = self.rules.snapshot(self.kind, there) != self.rules.snapshot(self.kind, before)
        return changed and pristine(self.kind, there, self.rules)
