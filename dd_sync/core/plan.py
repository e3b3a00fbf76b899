"""A plan: everything that would change, as one frozen value. Printing, guarding, saving and applying take the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from dd_sync.core.causes import Cause
from dd_sync.core.consent import USUAL_LIMITS, Limits, WrittenConsent
from dd_sync.core.diff import FieldChange
from dd_sync.core.identity import Identity, Marks, Owner, digest
from dd_sync.core.kind import Kind, Payload, Recipients
from dd_sync.core.references import Name, ObjectId, references
from dd_sync.core.three_way import ThreeWay

Action = Literal["create", "update", "replace", "adopt", "delete"]

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
    twin: ObjectId | None = None
    """Of a create: the live object that has its title, or had its identity, and carries none."""
    conflict: tuple[ThreeWay, ...] = ()
    """Of an object that code and Datadog both changed: each place, with what was applied last."""
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
        """Whether an apply with default options leaves it: somebody edited the object in Datadog, or it may be there
        already, its identity lost."""
        return self.cause != "code" or self.twin is not None


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
    """A create of what is there already: an object without identity has its title, its marks probably lost; or one of
    another owner is the same, as after a project or target was renamed."""

    kind: str
    key: str
    title: str
    id: ObjectId
    owner: str = ""
    """`<project>/<target>` of the object that is there; empty for one that has no identity."""


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
    renewals: tuple[Change, ...] = ()
    """Objects that are as defined and whose revision mark is of something else: written again for the mark alone."""
    applied_by: str = ""
    """The repository that applied here last, where that is another one than this."""
    vanished: int = 0
    """How many objects the last receipt names where Datadog now shows none at all."""
    limits: Limits = USUAL_LIMITS
    consents: tuple[WrittenConsent, ...] = ()
    """What the reviewed change consents to, as far as it holds on the day of the plan."""
    day: date | None = None
    """When it was made, in UTC."""

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
    formers: tuple[Owner, ...] = ()
    """What the project and the target were called before: objects of these names are the owner's."""
    siblings: frozenset[Owner] = frozenset()
    """The other targets of the project, which may have the same objects in the same account."""

    def owns(self, identity: Identity | None) -> bool:
        """Whether an identity is the owner's, under its name now or before."""
        return identity is not None and any(identity.belongs_to(owner) for owner in (self.owner, *self.formers))

    def addresses(self, key: str) -> list[str]:
        """The addresses under which an object of this key may be found, today's first."""
        return [self.marks.address_of(owner, key) for owner in (self.owner, *self.formers)]

    def foreign(self, identity: Identity | None) -> Owner | None:
        """The owner of an identity that belongs to nobody of this project as `ddsync.yaml` has it."""
        project, _, rest = ("" if identity is None else identity.address).partition("/")
        owner = Owner(project, rest.partition("/")[0])
        known = owner == self.owner or owner in self.formers or owner in self.siblings
        return None if known or not (owner.project and owner.target) else owner

    def snapshot(self, kind: Kind, live: Payload, desired: Payload | None = None) -> str:
        """A digest of a live object that stays the same until somebody changes it.

        Mutes, states and times do not count; the identity does, so that a lost one is noticed. What only some
        definitions name counts for those.
        """
        identity = kind.identity(live, self.marks)
        normal = kind.normalise(kind.unstamp(live, self.marks), desired)
        return digest([normal, identity and identity.address])
