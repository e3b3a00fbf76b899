"""What Datadog has now, as far as a plan needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from dd_sync.core.errors import DdsyncError
from dd_sync.core.identity import Identity, is_readable
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.references import Name, ObjectId
from dd_sync.core.wording import quantity

_ASIDE = "_replaced/"
"""Begins the key of an object whose replacement is being made. No key begins with an underscore."""


def aside(key: str, object_id: ObjectId) -> str:
    """The key an object carries while its replacement is made: its own id in it, so that no two ever share one."""
    return f"{_ASIDE}{object_id}/{key}"


def is_aside(key: str) -> bool:
    """Whether a key is that of an object put aside by a replace that was begun."""
    return key.startswith(_ASIDE)


class Live(NamedTuple):
    """One object in Datadog: its payload as it was answered, identity included."""

    kind: str
    id: ObjectId
    payload: Payload
    identity: Identity | None = None
    unlisted: bool = False
    """It lost the mark that lists are filtered by, and still says whose it is."""


Titles = Callable[[Kind], Mapping[str, Sequence[ObjectId]]]
"""The titles of the objects of a kind that carry no identity of ddsync at all, with their ids; of a kind whose create
replaces the object of that name, those that carry another owner's too. Asked only when a plan creates something."""


Unlisted = Callable[[Kind], Mapping[str, Sequence[Live]]]
"""The owner's objects of a kind that the list of the owned did not show, by address. Asked only when a plan would make
something."""


Memory = Callable[[str, str, ObjectId], Payload | None]
"""The object of a kind, key and id as it was last written here, identity included; None where nobody remembers. Asked
only about an object whose revision mark does not tell."""


def no_memory(kind: str, key: str, object_id: ObjectId) -> Payload | None:
    """Of a place without receipts."""
    return None


Foreigners = Callable[[Kind], Sequence[tuple[str, Identity, ObjectId]]]
"""The objects of a kind that carry the identity of an owner this project does not know: title, identity, id. Asked only
when a plan creates something."""


class Existing(NamedTuple):
    """The objects of one owner, and how to ask for the rest."""

    owned: Sequence[Live] = ()
    titles: Titles = lambda kind: {}
    adoptable: Mapping[tuple[str, ObjectId], Live] = MappingProxyType({})
    """Objects that definitions want to take over, by kind and id."""
    stripped: Mapping[Name, ObjectId] = MappingProxyType({})
    """Objects a receipt names that are still there and no longer carry their identity."""
    unlisted: Unlisted = lambda kind: {}
    foreigners: Foreigners = lambda kind: ()
    others: Sequence[Live] = ()
    """Rules of somebody else that may have people told of this owner's alerts."""

    def by_address(self) -> dict[tuple[str, str], Live]:
        """The owned objects by kind and address, less those that `imposters` tells of.

        Raises DuplicateIdentity when two carry one address: a "Clone" in Datadog copies the marks, and nobody but a
        person knows which of the two is the original.
        """
        groups = {name: _genuine(group) for name, group in self._groups().items()}
        double = [group for group in groups.values() if len(group) > 1]
        if double:
            raise DuplicateIdentity(double)
        return {name: group[0] for name, group in groups.items()}

    def imposters(self) -> Iterator[tuple[Live, Live]]:
        """Objects that carry the address of another one and no revision mark, each with the one it is of.

        A copy would have the mark too: this is an address that somebody wrote there.
        """
        for group in self._groups().values():
            kept = _genuine(group)
            yield from ((live, kept[0]) for live in group if live not in kept)

    def _groups(self) -> dict[tuple[str, str], list[Live]]:
        found: dict[tuple[str, str], list[Live]] = {}
        for live in self.owned:
            if live.identity is not None:
                found.setdefault((live.kind, live.identity.address), []).append(live)
        return found


def _genuine(group: Sequence[Live]) -> Sequence[Live]:
    """Of objects with one address the only one with a readable revision mark; all where that does not tell."""
    marked = [live for live in group if live.identity is not None and is_readable(live.identity.revision)]
    return marked if len(marked) == 1 else group


class DuplicateIdentity(DdsyncError):
    """Two or more live objects carry one identity. Nothing was planned: `groups` holds them."""

    def __init__(self, groups: Sequence[Sequence[Live]]) -> None:
        self.groups = groups
        copies = " ".join(f"{live.kind}:{live.id}" for group in groups for live in group[1:])
        super().__init__(
            f"{quantity(len(groups), 'identity is', 'identities are')} carried by more than one live object",
            hint=f"look at both, keep the right one, and let go of the other, for example: ddsync release {copies}",
        )

    def lines(self, link: Callable[[Live], str]) -> Iterator[str]:
        """One line for each object: what it claims to be, its id and its link."""
        for group in self.groups:
            for live in group:
                assert live.identity is not None
                yield f"{live.kind} {live.identity.key}: {live.id} {link(live)}".rstrip()
