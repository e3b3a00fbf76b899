"""Reads the live objects of one owner, in as few calls as the endpoints allow, many at once."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from dd_sync.core.errors import NotFound
from dd_sync.core.identity import Identity
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import Existing, Live
from dd_sync.core.plan import Ownership
from dd_sync.core.references import Name, ObjectId
from dd_sync.core.resource import Desired
from dd_sync.datadog.answers import an_object, is_sound
from dd_sync.datadog.cache import Cache
from dd_sync.datadog.client import Client

READERS = 16
"""Objects read at once. Writes go through `apply`, which is far more careful."""

_Chosen = Callable[[str, Identity], bool]

Progress = Callable[[str, int, int], None]
"""Told of what is being read, how many are read, and how many there are."""


@dataclass(frozen=True)
class Reader:
    """Reads one account under one set of rules."""

    client: Client
    rules: Ownership
    cache: Cache = field(default_factory=lambda: Cache(None))
    progress: Progress = lambda what, done, total: None
    parallel: int = READERS
    also: Callable[[], Collection[str]] = tuple
    """The optional kinds that the project has to do with, where a call does not say."""
    _ahead: dict[str, Future[_Read]] = field(default_factory=dict, init=False)

    def existing(
        self,
        desired: Sequence[Desired] = (),
        known: Mapping[Name, ObjectId] | None = None,
        also: Collection[str] | None = None,
        within: Callable[[str, str], bool] | None = None,
    ) -> Existing:
        """All objects of the owner, and what definitions want to adopt. Raises DatadogError.

        Optional kinds are asked for where a definition is of one or `also` names it: nobody pays for what they do not
        use.

        `known` are objects a receipt names: one that a list leaves out is read by its id before it counts as gone,
        since only reads by id were ever seen to be always fresh, and a page of a list can be lost.

        `within` says, by kind and key, which objects are of interest: others are neither read nor told of.
        """
        with ThreadPoolExecutor(max_workers=self.parallel, thread_name_prefix="read") as pool:
            used = {one.kind for one in desired}.union(self.also() if also is None else also)
            asked = {name: kind for name, kind in self.rules.kinds.items() if not kind.optional or name in used}
            chosen = self._chosen(desired, within) if within else None
            lists = {name: self._take(name) or self._begun(pool, kind, chosen) for name, kind in asked.items()}
            kinds = self.rules.kinds
            detail = {(one.kind, self._address(one)) for one in desired if kinds[one.kind].needs_detail(one.payload)}
            wanted = [self._detailed(pool, one, detail) for read in lists.values() for one in read.result().owned]
            summaries = {name: read.result().listed for name, read in lists.items()}
            owned = list(self._whole(wanted))
            if within is None:
                self._forget(owned)
            overlooked, stripped = self._overlooked(pool, owned, known or {})
            owned += overlooked
            adoptable = {
                (one.kind, one.adopt): Live(one.kind, one.adopt, payload, self._identity(one.kind, payload))
                for one in desired
                if one.adopt is not None
                and (within is None or within(*one.name))
                and (payload := self._read(kinds[one.kind], one.adopt)) is not None
            }
        self.cache.save()
        others = tuple(self._others(summaries))
        everybody = _Unfiltered(self, summaries, owned)
        return Existing(
            tuple(owned), everybody.titles, adoptable, stripped, everybody.unlisted, everybody.foreigners, others
        )

    def _others(self, summaries: Mapping[str, Sequence[Payload]]) -> Iterator[Live]:
        """What others made that has people told of this owner's alerts; its lists are whole and of all owners."""
        for name, listed in summaries.items():
            kind = self.rules.kinds[name]
            for payload in listed if kind.tells_of_others else ():
                identity = self._identity(name, payload)
                if not self.rules.owns(identity):
                    yield Live(name, kind.object_id(payload), payload, identity)

    @contextlib.contextmanager
    def ahead(self) -> Iterator[None]:
        """Begins to read now what every plan reads, for the first `existing` in the block to take.

        A block that ends early waits for nothing.
        """
        pool = ThreadPoolExecutor(max_workers=self.parallel, thread_name_prefix="read")
        for name, kind in self.rules.kinds.items():
            if not kind.optional:
                self._ahead[name] = self._begun(pool, kind)
        try:
            yield
        finally:
            self._ahead.clear()
            pool.shutdown(wait=False, cancel_futures=True)

    def _take(self, name: str) -> Future[_Read] | None:
        """What was begun ahead, once: whoever asks again wants to know how things are by then."""
        return self._ahead.pop(name) if name in self._ahead else None

    def _chosen(self, desired: Sequence[Desired], within: Callable[[str, str], bool]) -> _Chosen:
        """Whether an object is of interest; one that a definition makes goes by that definition's key."""
        names = {
            (one.kind, address): one.name
            for one in desired
            for key in (one.renamed_from, one.key)
            if key is not None
            for address in self.rules.addresses(key)
        }
        return lambda kind, identity: within(*names.get((kind, identity.address), (kind, identity.key)))

    def _begun(self, pool: ThreadPoolExecutor, kind: Kind, chosen: _Chosen | None = None) -> Future[_Read]:
        return pool.submit(self._list, pool, kind, chosen)

    def _list(self, pool: ThreadPoolExecutor, kind: Kind, chosen: _Chosen | None) -> _Read:
        """A list, and the owner's objects in it: as they stand there, from the cache, or being read by id.

        The list was filtered on the server where it can be; here it is filtered for certain.
        """
        # What a lost page hides is looked for by id where a receipt names it, and among everybody's before a create.
        listed = list(self.client.list_objects(kind, self.rules.marks.managed, patient=False))
        identities = ((one, self._identity(kind.name, one)) for one in listed)
        owned = [(one, found) for one, found in identities if found is not None and self.rules.owns(found)]
        if chosen is not None:
            owned = [(one, found) for one, found in owned if chosen(kind.name, found)]
        if kind.endpoint.summaries:
            return _Read(listed, [_Wanted(kind, found, self._cached(pool, kind, one)) for one, found in owned])
        return _Read(listed, [_Wanted(kind, found, one) for one, found in owned])

    def _cached(self, pool: ThreadPoolExecutor, kind: Kind, summary: Payload) -> Payload | Future[Payload | None]:
        object_id, version = kind.object_id(summary), str(summary.get(kind.endpoint.version_field) or "")
        known = self.cache.get(kind.name, object_id, version)
        if known is not None and is_sound(kind, known, object_id):
            found = an_object(kind, known, object_id)
            if str(found.get(kind.endpoint.version_field) or "") == version:
                return found
        # Nothing was known of this version, or what was kept is no such object.
        return pool.submit(self._fetched, kind, object_id)

    def _detailed(self, pool: ThreadPoolExecutor, one: _Wanted, detail: set[tuple[str, str]]) -> _Wanted:
        """The object, being read by its id where the list leaves out what its definition names."""
        if isinstance(one.whole, Future) or (one.kind.name, one.identity.address) not in detail:
            return one
        return one._replace(whole=pool.submit(self._read, one.kind, one.kind.object_id(one.whole)))

    def _identity(self, name: str, payload: Payload) -> Identity | None:
        return self.rules.kinds[name].identity(payload, self.rules.marks)

    def _address(self, one: Desired) -> str:
        return self.rules.marks.address_of(self.rules.owner, one.key)

    def _whole(self, wanted: Sequence[_Wanted]) -> Iterator[Live]:
        """The objects themselves, less those that went since they were listed."""
        for n, one in enumerate(wanted, 1):
            payload = one.whole.result() if isinstance(one.whole, Future) else one.whole
            self.progress("objects", n, len(wanted))
            if payload is not None:
                yield Live(one.kind.name, one.kind.object_id(payload), payload, one.identity)

    def _forget(self, owned: Sequence[Live]) -> None:
        """Takes what is no longer there out of the cache."""
        for name, kind in self.rules.kinds.items():
            if kind.endpoint.summaries:
                self.cache.keep_only(name, {str(live.id) for live in owned if live.kind == name})

    def _fetched(self, kind: Kind, object_id: ObjectId) -> Payload | None:
        answers: list[bytes] = []
        payload = self._read(kind, object_id, answers.append)
        if payload is not None and answers:  # an answer that is not as Datadog gives them is used, and not kept
            self.cache.put(kind.name, object_id, str(payload.get(kind.endpoint.version_field) or ""), answers[-1])
        return payload

    def _read(
        self, kind: Kind, object_id: ObjectId, keep: Callable[[bytes], object] = lambda answer: None
    ) -> Payload | None:
        """The object, or None when it went between the list and now."""
        try:
            return self.client.read(kind, object_id, keep)
        except NotFound:
            return None

    def _overlooked(
        self, pool: ThreadPoolExecutor, owned: Sequence[Live], known: Mapping[Name, ObjectId]
    ) -> tuple[list[Live], dict[Name, ObjectId]]:
        """The known objects that no list shows: those that are there all the same, and those that lost their marks."""
        there = {(live.kind, live.id) for live in owned}
        asked = [
            (name, object_id)
            for name, object_id in known.items()
            if name[0] in self.rules.kinds and (name[0], object_id) not in there
        ]
        found: list[Live] = []
        stripped: dict[Name, ObjectId] = {}
        read = pool.map(lambda one: self._read(self.rules.kinds[one[0][0]], one[1]), asked)
        for ((kind, key), object_id), payload in zip(asked, read, strict=True):
            identity = None if payload is None else self._identity(kind, payload)
            if payload is not None and identity is None:
                stripped[kind, key] = object_id
            elif (
                payload is not None
                and identity is not None
                and identity.address == self.rules.marks.address_of(self.rules.owner, key)
            ):
                found.append(Live(kind, object_id, payload, identity))
        return found, stripped


class _Wanted(NamedTuple):
    """One of the owner's objects, and what there is of it so far."""

    kind: Kind
    identity: Identity
    whole: Payload | Future[Payload | None]


class _Read(NamedTuple):
    """A list, and the owner's objects in it."""

    listed: Sequence[Payload]
    owned: Sequence[_Wanted]


class _Unfiltered:
    """Everybody's objects of a kind, asked for only when something would be created, and once."""

    def __init__(self, reader: Reader, summaries: Mapping[str, Sequence[Payload]], owned: Sequence[Live]) -> None:
        self._reader, self._rules, self._listed = reader, reader.rules, dict(summaries)
        self._filtered = {name for name in summaries if reader.rules.kinds[name].endpoint.tag_parameter}
        self._owned = {(live.kind, live.id) for live in owned}
        self._unlisted: dict[str, dict[str, list[Live]]] = {}

    def _all(self, kind: Kind) -> Sequence[Payload]:
        if kind.name in self._filtered or kind.name not in self._listed:
            self._listed[kind.name] = list(self._reader.client.list_objects(kind))
            self._filtered.discard(kind.name)
        return self._listed[kind.name]

    def titles(self, kind: Kind) -> dict[str, list[ObjectId]]:
        """The titles nobody's definition has."""
        found: dict[str, list[ObjectId]] = {}
        for one in self._all(kind):
            identity = kind.identity(one, self._rules.marks)
            taken = identity is not None and not self._rules.owns(identity)
            if identity is None or (kind.endpoint.upserts and taken):
                found.setdefault(kind.title(one), []).append(kind.object_id(one))
        return found

    def foreigners(self, kind: Kind) -> list[tuple[str, Identity, ObjectId]]:
        """What owners have that this project does not know."""
        read = ((one, kind.identity(one, self._rules.marks)) for one in self._all(kind))
        return [
            (kind.title(one), identity, kind.object_id(one))
            for one, identity in read
            if identity is not None and self._rules.foreign(identity) is not None
        ]

    def unlisted(self, kind: Kind) -> dict[str, list[Live]]:
        """The owner's objects that the filtered list left out: people take single tags off, and lists lag behind."""
        if kind.name in self._unlisted:
            return self._unlisted[kind.name]
        found = self._unlisted[kind.name] = {}
        for one in self._all(kind) if kind.endpoint.tag_parameter else ():
            identity, object_id = kind.identity(one, self._rules.marks), kind.object_id(one)
            if identity is None or not self._rules.owns(identity) or (kind.name, object_id) in self._owned:
                continue
            bare = self._rules.marks.managed not in kind.marks_at.words(one)
            found.setdefault(identity.address, []).append(Live(kind.name, object_id, one, identity, unlisted=bare))
        return found
