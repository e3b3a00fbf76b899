"""Live objects whose marks say something that cannot be: two of one identity, or marks that make no identity.

They are found in a list of everything there is. Nobody but a person knows how they came to be: a "Clone" in Datadog, an
edit of many tags at once, a target that was renamed, a replace that died.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from dd_sync.core.identity import Identity, Marks, Owner
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import is_aside
from dd_sync.core.references import Name, ObjectId

Why = Literal["no-id", "malformed-id", "unknown-target", "put-aside", "identity-lost", "gone"]

SAYINGS: Mapping[Why, str] = {
    "no-id": "carries marks of ddsync, but no id: it belongs to nobody",
    "malformed-id": "carries an id that is not <project>/<target>/<key>: it belongs to nobody",
    "unknown-target": "belongs to a target of this project that ddsync.yaml does not have",
    "put-aside": "was put aside by a replace that did not end; the next apply ends it",
    "identity-lost": "was managed after the last apply and carries no identity any more",
    "gone": "was there after the last apply and is not any more",
}


@dataclass(frozen=True)
class Stranger:
    """An object that looks like ours and is not, or was ours."""

    kind: str
    id: ObjectId
    title: str
    why: Why
    address: str = ""


@dataclass(frozen=True)
class Double:
    """Several live objects with one identity."""

    kind: str
    address: str
    ids: Sequence[ObjectId]


@dataclass(frozen=True)
class Census:
    """Everything of one kind, sorted by whose it is."""

    kind: str
    total: int
    owned: Sequence[Payload]
    strangers: Sequence[Stranger]
    doubles: Sequence[Double]
    others: Mapping[str, int]
    """How many objects belong to each other project or target, by `<project>/<target>`."""
    alike: Mapping[str, int] = field(default_factory=dict)
    """How many of those have a key that an object of the owner has too."""


def census(kind: Kind, listed: Sequence[Payload], marks: Marks, owner: Owner, targets: Collection[str]) -> Census:
    """Sorts a list of all objects of a kind. `targets` are those of the owner's project."""
    identities = [(one, kind.identity(one, marks)) for one in listed]
    known = [(one, identity) for one, identity in identities if identity is not None]
    addressed: dict[str, list[ObjectId]] = {}
    for one, identity in known:
        addressed.setdefault(identity.address, []).append(kind.object_id(one))
    doubles = [Double(kind.name, address, ids) for address, ids in addressed.items() if len(ids) > 1]
    mine = [double for double in doubles if double.address.startswith(f"{owner}/")]
    others = Counter(
        "/".join(identity.address.split("/")[:2])
        for _, identity in known
        if _whole(identity) and not identity.belongs_to(owner)
    )
    keys = {identity.key for _, identity in known if identity.belongs_to(owner)}
    alike = Counter(
        "/".join(identity.address.split("/")[:2])
        for _, identity in known
        if _whole(identity) and not identity.belongs_to(owner) and identity.key in keys
    )
    return Census(
        kind.name,
        len(listed),
        [one for one, identity in known if identity.belongs_to(owner)],
        list(_strangers(kind, identities, marks, owner, targets)),
        mine,
        dict(others),
        dict(alike),
    )


def missing_from_census(
    kind: Kind, listed: Sequence[Payload], marks: Marks, known: Mapping[Name, ObjectId]
) -> Iterator[Stranger]:
    """What a receipt names and the list does not have, or has without an identity."""
    there = {str(kind.object_id(one)): one for one in listed}
    for (name, key), object_id in known.items():
        if name != kind.name:
            continue
        one = there.get(str(object_id))
        if one is None:
            yield Stranger(name, object_id, key, "gone", key)
        elif kind.identity(one, marks) is None:
            yield Stranger(name, object_id, kind.title(one), "identity-lost", key)


def _strangers(
    kind: Kind,
    identities: Sequence[tuple[Payload, Identity | None]],
    marks: Marks,
    owner: Owner,
    targets: Collection[str],
) -> Iterator[Stranger]:
    for one, identity in identities:
        why = _why(kind, one, identity, marks, owner, targets)
        if why is not None:
            address = "" if identity is None else identity.address
            yield Stranger(kind.name, kind.object_id(one), kind.title(one), why, address)


def _why(
    kind: Kind, one: Payload, identity: Identity | None, marks: Marks, owner: Owner, targets: Collection[str]
) -> Why | None:
    if identity is None:
        return "no-id" if _marked(kind, one, marks) else None
    if not _whole(identity):
        return "malformed-id"
    project, target, _ = identity.address.split("/", 2)
    if project == owner.project and target not in targets:
        return "unknown-target"
    return "put-aside" if identity.belongs_to(owner) and is_aside(identity.key) else None


def _whole(identity: Identity) -> bool:
    """Whether an address has its three parts."""
    parts = identity.address.split("/", 2)
    return len(parts) == 3 and all(parts) and not any(part.isspace() for part in parts)


def _marked(kind: Kind, one: Payload, marks: Marks) -> bool:
    """Whether any of the marks stands where the kind has them, whole identity or not."""
    begins = (f"{marks.address}:", f"{marks.revision}:")
    return any(word == marks.managed or word.startswith(begins) for word in kind.marks_at.words(one))
