"""What experiments work with: objects of their own, made, read, edited and deleted, each noted before it is made.

Nothing is touched that this bench did not make, and everything it makes is called `[ddsync probe] …`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dd_sync.core.kind import Kind, Payload
from dd_sync.core.references import ObjectId
from dd_sync.datadog.answers import Formless, an_object, items, sentences
from dd_sync.kinds import KINDS

FORBIDDEN = (401, 403)
"""What Datadog answers to keys that may not: nothing about what it takes of others follows from it."""

PREFIX = "[ddsync probe]"
"""How the names of all objects of experiments begin."""

Ask = Callable[[str, str, Mapping[str, str], Any], tuple[int, Any]]
"""Method, path, query and body of a call to the status and the JSON of its answer."""

Note = Callable[[str, str, ObjectId | None, str], None]
"""Keeps what was done: the deed (`making`, `made`, `deleted`), the kind, the id where there is one, the name."""


class Answer(NamedTuple):
    """The answer to a write."""

    status: int
    object: Payload
    errors: Sequence[str]

    @property
    def ok(self) -> bool:
        return self.status < 300

    @property
    def id(self) -> ObjectId:
        return self.object["id"]  # type: ignore[no-any-return]

    def __str__(self) -> str:
        return "accepted" if self.ok else f"refused ({self.status} {'; '.join(self.errors)})"


class Unsettled(Exception):
    """An experiment cannot go on: Datadog refuses what it begins with, or the keys may not ask."""


class Bench:
    """A place to try things in one account; `run` tells the objects of this run from those of others."""

    def __init__(self, ask: Ask, run: str, note: Note = lambda deed, kind, id, name: None) -> None:
        self._ask, self.run, self._note = ask, run, note
        self.made: dict[tuple[str, ObjectId], str] = {}
        self.calls = 0

    def name(self, text: str) -> str:
        return f"{PREFIX} {text} {self.run}"

    def ask(self, method: str, path: str, body: Any = None, query: Mapping[str, str] | None = None) -> tuple[int, Any]:
        """One call, counted. Raises Unsettled where the keys may not; a refused delete is an answer, told as left."""
        self.calls += 1
        status, answer = self._ask(method, path, query or {}, body)
        if status in FORBIDDEN and method != "DELETE":
            raise Unsettled(f"the keys may not {method} {path}: {Answer(status, {}, sentences(answer))}")
        return status, answer

    def make(self, kind: str, body: Payload) -> Answer:
        """Makes an object, if Datadog takes it."""
        of = KINDS[kind]
        named = probe_name(of, body)
        assert named, f"{of.title(body)} is no name of an experiment's object"
        self._note("making", kind, None, named)
        answer = self._written(of, *self.ask("POST", of.endpoint.path, of.wire_body(body)))
        if answer.ok:
            self.made[kind, answer.id] = named
            self._note("made", kind, answer.id, named)
        return answer

    def made_object(self, kind: str, body: Payload) -> Answer:
        """As `make`. Raises Unsettled where Datadog does not take it."""
        answer = self.make(kind, body)
        if not answer.ok:
            raise Unsettled(f"Datadog does not take the {kind} it begins with: {answer}")
        return answer

    def edit(self, kind: str, id: ObjectId, body: Payload) -> Answer:
        """Sends exactly this body for an object of this bench."""
        of = self._own(kind, id)
        return self._written(of, *self.ask(of.endpoint.update_method, self._place(of, id), of.wire_body(body, id)))

    def read(self, kind: str, id: ObjectId) -> Payload:
        """An object of this bench as it can be read now. Raises Unsettled where it cannot."""
        of = self._own(kind, id)
        status, answer = self.ask("GET", self._place(of, id), query=of.endpoint.read_parameters)
        if status >= 300:
            raise Unsettled(f"the {kind} that was just made cannot be read: {status}")
        return an_object(of, answer, id)

    def delete(self, kind: str, id: ObjectId) -> bool:
        """Deletes an object of this bench; whether it is gone."""
        of = self._own(kind, id)
        status, _ = self.ask("DELETE", self._place(of, id), query=of.endpoint.delete_parameters)
        gone = status < 300 or status == 404
        if gone:
            self._note("deleted", kind, id, self.made.pop((kind, id)))
        return gone

    def clear(self) -> list[tuple[str, ObjectId]]:
        """Deletes what is left, the last made first; returns what could not be deleted."""
        for kind, id in reversed(list(self.made)):
            self.delete(kind, id)
        return list(self.made)

    def list_objects(self, kind: str, query: Mapping[str, str] | None = None) -> list[Payload]:
        """A page of the list of a kind."""
        of = KINDS[kind]
        page = {of.endpoint.size_parameter: str(of.endpoint.page_size), of.endpoint.offset_parameter: "0"}
        status, answer = self.ask(
            "GET", of.endpoint.path, query={**page, **of.endpoint.list_parameters, **(query or {})}
        )
        if status >= 300:
            raise Unsettled(f"{kind}s cannot be listed: {status}")
        return items(of, answer)

    def _own(self, kind: str, id: ObjectId) -> Kind:
        assert (kind, id) in self.made, f"{kind} {id} was not made here"
        return KINDS[kind]

    def _place(self, kind: Kind, id: ObjectId) -> str:
        return f"{kind.endpoint.path}/{id}"

    def _written(self, kind: Kind, status: int, answer: Any) -> Answer:
        if status >= 300:
            return Answer(status, {}, sentences(answer))
        try:
            return Answer(status, an_object(kind, answer), ())
        except Formless as odd:
            raise Unsettled(str(odd)) from None


_OURS = re.compile(r"(?:\S+: )?(\[ddsync probe\] .* [0-9a-f]{8})")


def probe_name(kind: Kind, payload: Payload) -> str:
    """What an object of an experiment is called; empty for any other object. What has no name of its own is called by
    its message, which stands behind its scope."""
    found = _OURS.fullmatch(kind.title(payload))
    return found[1] if found else ""


def leftovers(bench: Bench, kinds: Sequence[str]) -> Iterator[tuple[str, Payload]]:
    """Objects of earlier runs that are still there, by what they are called. Those of a refused list are not seen."""
    for kind in reversed(kinds):
        try:
            listed = bench.list_objects(kind)
        except Unsettled:
            continue
        yield from ((kind, one) for one in listed if probe_name(KINDS[kind], one) and not KINDS[kind].is_gone(one))


def remove(bench: Bench, kind: str, live: Payload) -> bool:
    """Deletes an object of an earlier run, which its name says it is; whether it is gone."""
    id = KINDS[kind].object_id(live)
    bench.made[kind, id] = probe_name(KINDS[kind], live)
    return bench.delete(kind, id)
