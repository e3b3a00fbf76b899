"""A plan: everything that would change, as one frozen value. Printing, guarding, saving and applying take the same.

The story: match what is desired with what is live by identity, compare the normal forms, name the cause, sort, freeze.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dd_sync.core.diff import FieldChange, differences
from dd_sync.core.identity import Marks, Owner, digest, same_scheme
from dd_sync.core.kind import Kind, Payload, Recipients
from dd_sync.core.live import DuplicateIdentity, Existing, Live, aside, is_aside
from dd_sync.core.normal import same
from dd_sync.core.order import Cycle, by_dependency
from dd_sync.core.references import Name, ObjectId, references, resolve
from dd_sync.core.resource import Desired

Action = Literal["create", "update", "replace", "adopt", "delete"]
Cause = Literal["code", "drift", "both"]

ACTIONS: tuple[Action, ...] = ("create", "update", "replace", "adopt", "delete")


@dataclass(frozen=True)
class Change:
    """One object that would change, with all that applying it needs."""

    action: Action
    cause: Cause
    kind: str
    key: str
    title: str
    id: ObjectId | None = None
    source: str = ""
    fields: tuple[FieldChange, ...] = ()
    told_before: Recipients = field(default_factory=dict)
    told_after: Recipients = field(default_factory=dict)
    desired: Payload | None = None
    """The definition, references unresolved; None for a delete."""
    live: Payload | None = None
    """The object as the plan saw it, identity included; None for a create."""
    live_digest: str = ""
    """What a fresh read must still give before anything is written."""
    reason: str = ""
    """Why it cannot be changed in place, what it was called before."""
    protected: bool = False
    reaches: int = 1
    """How many alerts are told of by it: of a rule those that the plan otherwise leaves as they are."""

    @property
    def name(self) -> Name:
        return self.kind, self.key

    @property
    def needs(self) -> set[Name]:
        """The objects the definition refers to."""
        return references(self.desired)

    @property
    def held(self) -> bool:
        """Whether an apply with default options leaves it: somebody edited the object in Datadog."""
        return self.cause != "code"


@dataclass(frozen=True)
class Notice:
    """Something a person may want to know that changes nothing."""

    text: str
    kind: str = ""
    id: ObjectId | None = None

    def __str__(self) -> str:
        """What it says, after the live object that it is about, where there is one."""
        return f"{self.kind} {self.id}: {self.text}" if self.id is not None else self.text


@dataclass(frozen=True)
class Twin:
    """A create whose title an object without identity has already: probably the same thing, its marks lost."""

    kind: str
    key: str
    title: str
    id: ObjectId


@dataclass(frozen=True)
class Plan:
    """What would change at one target, in the order in which it would be done."""

    owner: Owner
    changes: tuple[Change, ...]
    unchanged: int
    ids: Mapping[Name, ObjectId]
    """The objects that are already there."""
    notices: tuple[Notice, ...] = ()
    definitions: int = 0
    live: Mapping[str, int] = field(default_factory=dict)
    """How many objects of each kind the target has now."""
    twins: tuple[Twin, ...] = ()
    unwatched: tuple[str, ...] = ()
    """Services that would lose every monitor that pages for them."""
    vanished: int = 0
    """How many objects the last receipt names where Datadog now shows none at all."""

    @property
    def fingerprint(self) -> str:
        """Names this plan: equal for equal changes of equal objects."""
        return "sha256:" + digest(
            [str(self.owner), [[c.action, c.cause, *c.name, c.id, c.desired, c.live_digest] for c in self.changes]]
        )

    def counts(self) -> dict[str, int]:
        """The number of changes by action, what is unchanged, and what default options would leave."""
        found = Counter(change.action for change in self.changes)
        return {
            **{str(action): found[action] for action in ACTIONS},
            "unchanged": self.unchanged,
            "held": sum(change.held for change in self.changes),
        }

    def leads_to(self) -> dict[str, int]:
        """How many objects of each kind the target has after an apply with default options."""
        found = Counter(self.live)
        for change in self.changes:
            if not change.held:
                found[change.kind] += {"create": 1, "adopt": 1, "delete": -1}.get(change.action, 0)
        return {kind: number for kind, number in found.items() if number}


class Ownership(NamedTuple):
    """What the two sides agree on: the kinds, whose objects these are, and the names of the marks."""

    kinds: Mapping[str, Kind]
    owner: Owner
    marks: Marks = Marks()

    def snapshot(self, kind: Kind, live: Payload, desired: Payload | None = None) -> str:
        """A digest of a live object that stays the same until somebody changes it.

        Mutes, states and times do not count; the identity does, so that a lost one is noticed. What only some
        definitions name counts for those.
        """
        identity = kind.identity(live, self.marks)
        normal = kind.normalise(kind.unstamped(live, self.marks), desired)
        return digest([normal, identity and identity.address])


def plan(
    desired: Sequence[Desired],
    existing: Existing,
    rules: Ownership,
    *,
    known: Iterable[Name] = (),
    within: Callable[[str, str], bool] | None = None,
) -> Plan:
    """Compares the project with Datadog.

    `known` are the objects the last receipt says were there: one of them that is gone was deleted in Datadog.
    `within` is the filter of `--only`: outside it nothing is deleted, adopted or changed.
    Raises DuplicateIdentity when two live objects carry one identity.
    """
    return _Planning(desired, existing, rules, frozenset(known), within or (lambda kind, key: True)).plan()


class _Planning:
    """One run of `plan`: the two sides, matched."""

    def __init__(
        self,
        desired: Sequence[Desired],
        existing: Existing,
        rules: Ownership,
        known: frozenset[Name],
        within: Callable[[str, str], bool],
    ) -> None:
        self.rules, self.known, self.existing, self.within = rules, known, existing, within
        self.desired = {one.name: one for one in desired}
        self.live = existing.by_address()
        self.put_aside = [live for live in self.live.values() if live.identity and is_aside(live.identity.key)]
        self.matched = {one.name: live for one in desired if (live := self._match(one)) is not None}
        self.ids = {name: live.id for name, live in self.matched.items()}
        self.notices: list[Notice] = []
        self.replaced: set[Name] = set()

    def plan(self) -> Plan:
        wanted = [one for one in self.desired.values() if self.within(*one.name)]
        self.replaced = {one.name for one in wanted if self._why_replace(one)}
        changes = [change for one in wanted if (change := self._change(one)) is not None]
        gone = list(self._deletes())
        return Plan(
            owner=self.rules.owner,
            changes=(*self._ordered(changes), *gone),
            unchanged=len(wanted) - len(changes),
            ids=self.ids,
            notices=tuple(self.notices),
            definitions=len(wanted),
            live=Counter(live.kind for live in self.existing.owned),
            twins=tuple(self._twins(changes)),
            unwatched=self._unwatched() if gone else (),
            vanished=len(self.known) if not self.existing.owned and not self.existing.adoptable else 0,
        )

    def _match(self, one: Desired) -> Live | None:
        for key in (one.key, one.renamed_from):
            if key is not None:
                found = self.live.get((one.kind, self._address(key)))
                if found is not None:
                    return found
        for live in self.put_aside:  # a replace was begun and its new object never made
            if live.kind == one.kind and self._carries(live, aside(one.key, live.id)):
                return live
        adoptable = self.existing.adoptable.get((one.kind, one.adopt)) if one.adopt is not None else None
        return adoptable or self._unlisted(one)

    def _unlisted(self, one: Desired) -> Live | None:
        """The object that would be made a second time because its list does not show it."""
        if not self.within(*one.name):
            return None
        group = self.existing.unlisted(self.rules.kinds[one.kind]).get(self._address(one.key), ())
        if len(group) > 1:
            raise DuplicateIdentity([group])
        return group[0] if group else None

    def _address(self, key: str) -> str:
        return self.rules.marks.addressed(self.rules.owner, key)

    def _carries(self, live: Live, key: str) -> bool:
        return live.identity is not None and live.identity.address == self._address(key)

    def _adopted(self, live: Live) -> bool:
        return live.identity is None or not live.identity.belongs_to(self.rules.owner)

    def _change(self, one: Desired) -> Change | None:
        live = self.matched.get(one.name)
        kind = self.rules.kinds[one.kind]
        if live is None:
            return self._create(one, kind)
        self._note_unknown(kind, live)
        payload = self._resolved(one, kind)
        stored = kind.unstamped(live.payload, self.rules.marks)
        adopted, renamed = self._adopted(live), self._renamed_from(one, live)
        settled = not (adopted or renamed or live.unlisted) and one.name not in self.replaced
        if settled and kind.plainly_same(payload, stored):
            return None
        after, before = kind.comparable(payload, stored)
        if settled and same(before, after):
            return None
        action: Action = "replace" if one.name in self.replaced else "adopt" if adopted or live.unlisted else "update"
        return Change(
            action=action,
            cause="code" if adopted or same(before, after) else self._cause(kind, payload, stored, live),
            kind=one.kind,
            key=one.key,
            id=live.id,
            title=kind.title(payload),
            source=one.source,
            fields=differences(before, after, kind.item_name),
            told_before=kind.recipients(stored),
            told_after=kind.recipients(payload),
            desired=one.payload,
            live=live.payload,
            live_digest=self.rules.snapshot(kind, live.payload, one.payload),
            reason=self._why_replace(one) or renamed,
            protected=one.protect,
        )

    def _create(self, one: Desired, kind: Kind) -> Change:
        names = {one.name, (one.kind, one.renamed_from or one.key)}
        lost, stripped = not names.isdisjoint(self.known), not names.isdisjoint(self.existing.stripped)
        return Change(
            action="create",
            cause="drift" if lost else "code",
            kind=one.kind,
            key=one.key,
            title=kind.title(one.payload),
            source=one.source,
            told_before=kind.recipients({}),
            told_after=kind.recipients(one.payload),
            desired=one.payload,
            reason="its identity was taken off in Datadog" if stripped else "deleted in Datadog" if lost else "",
            protected=one.protect,
        )

    def _cause(self, kind: Kind, payload: Payload, stored: Payload, live: Live) -> Cause:
        """Three-way: the revision mark says what was applied last. Without a usable mark the code is the cause."""
        mark = live.identity.revision if live.identity else ""
        if not same_scheme(mark):
            return "code"
        if any(kind.is_marked(stored, like, mark) for like in (payload, None)):
            return "code"
        return "drift" if kind.is_marked(payload, payload, mark) else "both"

    def _renamed_from(self, one: Desired, live: Live) -> str:
        """Why the live object has another address than the definition, if it has one."""
        if live.identity is None or self._carries(live, one.key):
            return "a part of its identity was taken off in Datadog" if live.unlisted else ""
        if is_aside(live.identity.key):
            return "its replacement was begun and never made"
        return f"renamed from {live.identity.key}"

    def _why_replace(self, one: Desired) -> str:
        live = self.matched.get(one.name)
        return self.rules.kinds[one.kind].why_replace(one.payload, live.payload) if live else ""

    def _resolved(self, one: Desired, kind: Kind) -> Payload:
        """The definition with the ids of all objects that stay; what will get a new id stays a reference."""
        if not one.references:
            return one.payload
        resolved: Payload = resolve(one.payload, self._staying, kind.text_references)
        return resolved

    @functools.cached_property
    def _staying(self) -> dict[Name, ObjectId]:
        return {name: object_id for name, object_id in self.ids.items() if name not in self.replaced}

    def _note_unknown(self, kind: Kind, live: Live) -> None:
        for name in kind.unknown_fields(live.payload):
            text = f"live has a field this version does not know: {name}"
            self.notices.append(Notice(text, live.kind, live.id))

    def _deletes(self) -> Iterator[Change]:
        kept = {(live.kind, live.id) for live in self.matched.values()}
        gone = [live for live in self.live.values() if (live.kind, live.id) not in kept]
        for live in self._leaves_first(gone):
            assert live.identity is not None
            if self.within(live.kind, live.identity.key):
                yield self._delete(live)

    def _twins(self, changes: Sequence[Change]) -> Iterator[Twin]:
        for name, kind in self.rules.kinds.items():
            creates = [change for change in changes if change.action == "create" and change.kind == name]
            titles = self.existing.titles(kind) if creates else {}
            for change in creates:
                stripped = self.existing.stripped.get(change.name)
                if stripped is not None:
                    yield Twin(name, change.key, change.title, stripped)
                elif alike := titles.get(change.title) or titles.get(change.title.strip()):
                    yield Twin(name, change.key, change.title, alike[0])

    def _unwatched(self) -> tuple[str, ...]:
        """Services that something wakes people for now, and nothing would any more."""
        inside = [live for live in self.existing.owned if live.identity and self.within(live.kind, live.identity.key)]
        before = self._paged_services((live.kind, live.payload) for live in inside)
        return tuple(sorted(before - self._paged_services((one.kind, one.payload) for one in self.desired.values())))

    def _paged_services(self, objects: Iterable[tuple[str, Payload]]) -> set[str]:
        return {
            tag
            for kind, payload in objects
            if self.rules.kinds[kind].pages(payload)
            for tag in payload.get("tags") or ()
            if tag.startswith("service:")
        }

    def _delete(self, live: Live) -> Change:
        assert live.identity is not None
        kind = self.rules.kinds[live.kind]
        stored = kind.unstamped(live.payload, self.rules.marks)
        mark = live.identity.revision
        # What the definition named is not known any more: everything, nothing, or all that was stored.
        edited = same_scheme(mark) and not any(kind.is_marked(stored, like, mark) for like in (None, {}, stored))
        return Change(
            action="delete",
            cause="both" if edited else "code",
            kind=live.kind,
            key=live.identity.key,
            id=live.id,
            title=kind.title(stored),
            told_before=kind.recipients(stored),
            told_after=kind.recipients({}),
            live=live.payload,
            live_digest=self.rules.snapshot(kind, live.payload),
        )

    def _leaves_first(self, gone: Sequence[Live]) -> list[Live]:
        """Who refers before what is referred to: a dashboard before its SLO, a composite before its monitors."""
        known = {(live.kind, str(live.id)): live for live in gone}
        refers = {
            name: {(kind, str(other)) for kind, other in self.rules.kinds[live.kind].refers_to(live.payload)}
            for name, live in known.items()
        }
        try:
            return [known[name] for name in reversed(by_dependency(refers))]
        except Cycle:  # people can make a ring in Datadog; whatever it refuses to delete is told then
            return list(gone)

    def _ordered(self, changes: Sequence[Change]) -> list[Change]:
        """Creates and replaces as references demand, then what is changed in place."""
        names = by_dependency({c.name: references(c.desired) for c in changes})
        place = {name: n for n, name in enumerate(names)}
        return sorted(changes, key=lambda c: (c.action not in ("create", "replace"), place[c.name]))
