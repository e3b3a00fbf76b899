"""Which live objects an import is about: all, some by id, or those that tags find; never what is managed already."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from dd_sync.core.errors import DdsyncError, NotFound, UsageError
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import Live
from dd_sync.core.references import ObjectId
from dd_sync.importing.of_kind import is_typed
from dd_sync.runs.session import Session

READERS = 16
"""Objects read at once."""

OF_TESTS = "synthetics alert"
"""The type of monitors that belong to a Synthetic test, which keeps them itself."""


@dataclass(frozen=True)
class Wish:
    """What was asked for: exactly one of the three."""

    all: bool
    ids: Sequence[str]
    query: str

    def __post_init__(self) -> None:
        if sum((self.all, bool(self.ids), bool(self.query))) != 1:
            raise UsageError("import what?", hint="one of --all, --id KIND:ID… and --query TAGQUERY")


@dataclass(frozen=True)
class Choice:
    """The objects chosen, their payloads without marks, and those passed over with the reason."""

    chosen: Sequence[Live]
    passed: Mapping[str, Sequence[Live]]


def choose(session: Session, wish: Wish, adopted: Iterable[tuple[str, ObjectId]]) -> Choice:
    """Reads what was asked for. Raises UsageError for an id that is none, DdsyncError for one that is not there."""
    found = list(_named(session, wish.ids)) if wish.ids else list(_found(session, wish.query))
    passed: dict[str, list[Live]] = {}
    chosen = []
    already = set(adopted)
    for live in found:
        why = _why_passed(session, live, already)
        if why:
            passed.setdefault(why, []).append(live)
        else:
            chosen.append(live)
    return Choice(chosen, passed)


def _why_passed(session: Session, live: Live, already: set[tuple[str, ObjectId]]) -> str:
    if live.identity is not None:
        owner = session.rules.owner
        ours = live.identity.belongs_to(owner)
        return "managed by this target already" if ours else f"managed as {live.identity.address}"
    if (live.kind, live.id) in already:
        return "in adopt.yaml already"
    if live.payload.get("type") == OF_TESTS:
        return "kept by the Synthetic test it belongs to"
    return ""


def _named(session: Session, ids: Sequence[str]) -> Iterator[Live]:
    for name in dict.fromkeys(part for text in ids for part in text.split(",") if part):
        kind, _, object_id = name.partition(":")
        if kind not in session.rules.kinds or not object_id:
            known = ", ".join(session.rules.kinds)
            raise UsageError(f"{name} is no KIND:ID", hint=f"for example monitor:123; kinds are {known}")
        try:
            yield _live(session, kind, session.client.read(session.rules.kinds[kind], object_id))
        except NotFound:
            raise DdsyncError(f"there is no {kind} {object_id}") from None


def _found(session: Session, query: str) -> Iterator[Live]:
    """Everything, or what the tags find, of the usual kinds and of those that are synced; others are asked for by id.

    Objects whose list gives summaries are read one by one.
    """
    wanted = matcher(query)
    synced = session.settings.synced_kinds(session.target)
    kinds = {n: kind for n, kind in session.rules.kinds.items() if not kind.optional or (n in synced and is_typed(n))}
    with ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="read") as pool:
        lists = {name: pool.submit(_listed, session, kind) for name, kind in kinds.items()}
        for name, kind in kinds.items():
            listed = lists[name].result()
            summaries = kind.endpoint.summaries

            def read(one: Payload, kind: Kind = kind, summaries: bool = summaries) -> Payload | None:
                try:
                    return session.client.read(kind, kind.object_id(one)) if summaries else one
                except NotFound:
                    return None  # deleted between the list and now

            for payload in pool.map(read, listed):
                if payload is not None and not kind.is_gone(payload) and wanted(kind.tags(payload)):
                    yield _live(session, name, payload)


def _listed(session: Session, kind: Kind) -> list[Payload]:
    return list(session.client.list_objects(kind))


def _live(session: Session, name: str, payload: Payload) -> Live:
    kind, marks = session.rules.kinds[name], session.rules.marks
    return Live(name, kind.object_id(payload), kind.unstamp(payload, marks), kind.identity(payload, marks))


class matcher:  # noqa: N801 - reads as the function it stands for
    """Whether tags fit a query: `team:payments env:prod`, `team:a OR team:b`, `-env:staging`, `service:pay*`.

    Words beside each other must all fit; `tag:` before one, as in Datadog's searches, means nothing more.
    """

    def __init__(self, query: str) -> None:
        text = query.replace(",", " ").replace('"', " ").replace("(", " ").replace(")", " ")
        self._ways = [[w for w in way.split() if w != "AND"] for way in text.split(" OR ")]

    def __call__(self, tags: Sequence[str]) -> bool:
        return any(all(self._fits(word, tags) for word in way) for way in self._ways)

    def _fits(self, word: str, tags: Sequence[str]) -> bool:
        without = word.startswith(("-", "!"))
        glob = word.lstrip("-!").removeprefix("tag:")
        return any(fnmatch.fnmatchcase(tag, glob) for tag in tags) != without
