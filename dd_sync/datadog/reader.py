"""Reading what is there: the objects of one owner, as few calls as the endpoints allow, many at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from dd_sync.core.errors import NotFound
from dd_sync.core.identity import Identity
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import Existing, Live
from dd_sync.core.plan import Rules
from dd_sync.core.references import Name, ObjectId
from dd_sync.core.resource import Desired
from dd_sync.datadog.cache import Cache
from dd_sync.datadog.client import Client

READERS = 16
"""Objects read at once. Writes go through `apply`, which is far more careful."""

Progress = Callable[[str, int, int], None]
"""Told of what is being read, how many are read, and how many there are."""


@dataclass(frozen=True)
class Reader:
    """Reads one account under one set of rules."""

    client: Client
    rules: Rules
    cache: Cache = field(default_factory=lambda: Cache(None))
    progress: Progress = lambda what, done, total: None
    parallel: int = READERS
    also: Callable[[], Collection[str]] = tuple
    """The optional kinds that the project has to do with, where a call does not say."""

    def existing(
        self,
        desired: Sequence[Desired] = (),
        known: Mapping[Name, ObjectId] | None = None,
        also: Collection[str] | None = None,
    ) -> Existing:
        """All objects of the owner, and what definitions want to adopt. Raises DatadogError.

        Optional kinds are asked for where a definition is of one or `also` names it: nobody pays for what they do not
        use.

        `known` are objects a receipt names: one that a list leaves out is read by its id before it counts as gone,
        since only reads by id were ever seen to be always fresh, and a page of a list can be lost.
        """
        with ThreadPoolExecutor(max_workers=self.parallel, thread_name_prefix="read") as pool:
            used = {one.kind for one in desired}.union(self.also() if also is None else also)
            asked = {name: kind for name, kind in self.rules.kinds.items() if not kind.optional or name in used}
            lists = {name: pool.submit(self._listed, kind) for name, kind in asked.items()}
            summaries = {name: listed.result() for name, listed in lists.items()}
            kinds = self.rules.kinds
            wanted = [(kinds[name], one) for name, listed in summaries.items() for one in self._owned(listed, name)]
            detail = {(one.kind, self._address(one)) for one in desired if kinds[one.kind].needs_detail(one.payload)}
            owned = list(self._whole(pool, wanted, detail))
            overlooked, stripped = self._overlooked(pool, owned, known or {})
            owned += overlooked
            adoptable = {
                (one.kind, one.adopt): Live(one.kind, one.adopt, payload, self._identity(one.kind, payload))
                for one in desired
                if one.adopt is not None and (payload := self._read(kinds[one.kind], one.adopt)) is not None
            }
        self.cache.save()
        others = tuple(self._others(summaries))
        return Existing(tuple(owned), _Titles(self, summaries), adoptable, stripped, others)

    def _others(self, summaries: Mapping[str, Sequence[Payload]]) -> Iterator[Live]:
        """What others made that has people told of this owner's alerts; its lists are whole and of all owners."""
        for name, listed in summaries.items():
            kind = self.rules.kinds[name]
            for payload in listed if kind.tells_of_others else ():
                identity = self._identity(name, payload)
                if identity is None or not identity.belongs_to(self.rules.owner):
                    yield Live(name, kind.object_id(payload), payload, identity)

    def _listed(self, kind: Kind) -> list[Payload]:
        return list(self.client.listed(kind, self.rules.marks.managed))

    def _owned(self, listed: Iterable[Payload], name: str) -> Iterator[Payload]:
        """The list was filtered on the server where it can be; here it is filtered for certain."""
        for one in listed:
            identity = self._identity(name, one)
            if identity is not None and identity.belongs_to(self.rules.owner):
                yield one

    def _identity(self, name: str, payload: Payload) -> Identity | None:
        return self.rules.kinds[name].identity(payload, self.rules.marks)

    def _address(self, one: Desired) -> str:
        return self.rules.marks.addressed(self.rules.owner, one.key)

    def _whole(
        self, pool: ThreadPoolExecutor, wanted: Sequence[tuple[Kind, Payload]], detail: set[tuple[str, str]]
    ) -> Iterator[Live]:
        """The objects themselves: as listed, from the cache, or read by id."""

        def one(item: tuple[Kind, Payload]) -> Live | None:
            kind, listed = item
            identity = self._identity(kind.name, listed)
            payload: Payload | None = listed
            if kind.endpoint.summaries:
                payload = self._cached(kind, listed)
            elif identity is not None and (kind.name, identity.address) in detail:
                payload = self._read(kind, kind.object_id(listed))
            return None if payload is None else Live(kind.name, kind.object_id(payload), payload, identity)

        total = len(wanted)
        for n, live in enumerate(pool.map(one, wanted), 1):
            self.progress("objects", n, total)
            if live is not None:
                yield live
        for kind in self.rules.kinds.values():
            if kind.endpoint.summaries:
                self.cache.keep_only(kind.name, {str(kind.object_id(p)) for k, p in wanted if k is kind})

    def _cached(self, kind: Kind, summary: Payload) -> Payload | None:
        object_id, version = kind.object_id(summary), str(summary.get(kind.endpoint.version_field) or "")
        known = self.cache.get(kind.name, object_id, version)
        if known is not None:
            return known
        payload = self._read(kind, object_id)
        if payload is not None:
            self.cache.put(kind.name, object_id, str(payload.get(kind.endpoint.version_field) or ""), payload)
        return payload

    def _read(self, kind: Kind, object_id: ObjectId) -> Payload | None:
        """The object, or None when it went between the list and now."""
        try:
            return self.client.read(kind, object_id)
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
                and identity.address == self.rules.marks.addressed(self.rules.owner, key)
            ):
                found.append(Live(kind, object_id, payload, identity))
        return found, stripped


class _Titles:
    """The titles nobody's definition has, asked for only when something would be created."""

    def __init__(self, reader: Reader, summaries: Mapping[str, Sequence[Payload]]) -> None:
        self._reader, self._summaries = reader, summaries

    def __call__(self, kind: Kind) -> dict[str, list[ObjectId]]:
        listed = self._summaries[kind.name] if kind.endpoint.summaries else list(self._reader.client.listed(kind))
        found: dict[str, list[ObjectId]] = {}
        for one in listed:
            identity = kind.identity(one, self._reader.rules.marks)
            taken = identity is not None and not identity.belongs_to(self._reader.rules.owner)
            if identity is None or (kind.endpoint.upserts and taken):
                found.setdefault(kind.title(one), []).append(kind.object_id(one))
        return found
