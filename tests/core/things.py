"""A kind with nothing but what the core asks of one, and a Datadog in memory that keeps such objects and loses answers.

The core knows no kind; neither do its tests. What real kinds do is told by tests of their own.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dd_sync.core.errors import DatadogError, NotFound
from dd_sync.core.identity import Identity, Marks, Owner, revision
from dd_sync.core.kind import Endpoint, Kind, Payload, Recipients
from dd_sync.core.live import Existing, Live
from dd_sync.core.plan import Change, Ownership
from dd_sync.core.references import Name, ObjectId
from dd_sync.core.resource import Desired, Resource

OWNER, MARKS = Owner("acme", "prod"), Marks()


class Thing(Kind):
    """`{"name", "value", "tags", "tell", "type", "links"}`: compared by all but what the server sets."""

    name = "thing"
    folder = "things"
    endpoint = Endpoint("/api/v1/thing", 100, "page_size", "page")
    resource = Resource
    server_fields = frozenset({"id", "modified"})
    fields: tuple[str, ...] = ("name", "value", "tags", "tell", "type", "links", "items")

    def title(self, payload: Payload) -> str:
        return str(payload.get("name", ""))

    def identity(self, payload: Payload, marks: Marks) -> Identity | None:
        return marks.read(payload.get("tags") or ())

    def stamp(self, payload: Payload, identity: Identity, marks: Marks) -> dict[str, Any]:
        bare = self.unstamp(payload, marks)
        return {**bare, "tags": [*bare.get("tags", []), *marks.written(identity)]}

    def unstamp(self, payload: Payload, marks: Marks) -> dict[str, Any]:
        tags = marks.without(payload.get("tags") or ())
        rest = {name: value for name, value in payload.items() if name != "tags"}
        return {**rest, "tags": tags} if tags else rest

    def normalise(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        return {name: payload[name] for name in self.fields if payload.get(name) not in (None, [])}

    def unknown_fields(self, live: Payload) -> Sequence[str]:
        return [name for name in live if name not in self.fields and name not in self.server_fields]

    def update_body(self, desired: Payload, live: Payload) -> dict[str, Any]:
        return dict(desired)

    def why_replace(self, desired: Payload, live: Payload) -> str:
        return "its type cannot change" if desired.get("type") != live.get("type") else ""

    def recipients(self, payload: Payload) -> Recipients:
        return {"alert": tuple(payload.get("tell", ())), "warning": (), "no_data": (), "recovery": ()}

    def pages(self, payload: Payload) -> bool:
        return "@page" in payload.get("tell", ())

    def refers_to(self, payload: Payload) -> Iterable[tuple[str, ObjectId]]:
        return [(self.name, link) for link in payload.get("links", ()) if isinstance(link, int)]

    def item_name(self, path: Sequence[str], item: Any) -> str | None:
        return item.get("title") if isinstance(item, dict) else None

    def page(self, object_id: ObjectId) -> str:
        return f"/things/{object_id}"


class Gadget(Thing):
    """A second kind, so that shares of a kind can be told."""

    name = "gadget"
    endpoint = Endpoint("/api/v1/gadget", 100, "page_size", "page")


class Rule(Thing):
    """A kind that has others told: `{"name", "about": tag, "tell"}`; a create replaces the rule of that name."""

    name = "rule"
    endpoint = Endpoint("/api/v1/rule", 100, "page_size", "page", upserts=True)
    fields = (*Thing.fields, "about")

    def adds(self, payload: Payload, other: Payload) -> Recipients:
        told = tuple(payload.get("tell", ())) if payload.get("about") in other.get("tags", ()) else ()
        return {"alert": told, "warning": (), "no_data": (), "recovery": ()}


KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (Thing(), Gadget(), Rule())}
OURS = Ownership(KINDS, OWNER, MARKS)


def wish(key: str, kind: str = "thing", **more: Any) -> Desired:
    """A definition: `wish("a/b", value=3)`; what `Desired` takes beside its payload goes there."""
    about = {name: more.pop(name) for name in ("protect", "renamed_from", "adopt", "source") if name in more}
    return Desired(kind, key, {"name": f"The {key}", **more}, **about)


def applied(one: Desired, id: int, edit: Mapping[str, Any] | None = None, owner: Owner = OWNER, **server: Any) -> Live:
    """The object that an apply of a definition left, and what somebody changed in it since."""
    kind = KINDS[one.kind]
    identity = Identity(MARKS.address_of(owner, one.key), revision(kind.revision_form(one.payload, one.payload)))
    payload = {**kind.stamp(one.payload, identity, MARKS), "id": id, **server, **(edit or {})}
    return Live(one.kind, id, payload, kind.identity(payload, MARKS))


def existing(*owned: Live, **more: Any) -> Existing:
    """What Datadog has of ours."""
    return Existing(owned, **more)


def change(
    action: Any = "update", key: str = "a/b", *, kind: str = "thing", cause: Any = "code", **more: Any
) -> Change:
    """One change, for what only counts or prints them."""
    return Change(action, cause, kind, key, more.pop("title", key), **more)


@dataclass
class Shop:
    """A Datadog in memory. `troubles` are raised by the calls of a name, in turn: None lets one pass.

    A trouble of `create` or `update` is raised before the write, of `create-answer` after it: the answer is lost.
    """

    objects: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    troubles: dict[str, list[DatadogError | None]] = field(default_factory=dict)
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    next_id: int = 100
    stores: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda body: body)
    hidden: int = 0
    """How many looks by address see nothing yet."""

    @classmethod
    def of(cls, *live: Live) -> Shop:
        return cls({(one.kind, int(one.id)): dict(one.payload) for one in live})

    def _trouble(self, name: str) -> None:
        waiting = self.troubles.get(name) or [None]
        error = waiting.pop(0)
        if error is not None:
            raise error

    def read(self, kind: Kind, object_id: ObjectId) -> Payload:
        self.calls.append(("read", kind.name, object_id))
        self._trouble("read")
        try:
            return copy.deepcopy(self.objects[kind.name, int(object_id)])
        except KeyError:
            raise NotFound(404, ["not found"]) from None

    def create(self, kind: Kind, body: Payload) -> Payload:
        self.calls.append(("create", kind.name, body.get("name")))
        self._trouble("create")
        self.next_id += 1
        made = {**self.stores(dict(body)), "id": self.next_id}
        self.objects[kind.name, self.next_id] = made
        self._trouble("create-answer")
        return copy.deepcopy(made)

    def update(self, kind: Kind, object_id: ObjectId, body: Payload | Callable[[], Payload]) -> Payload:
        sent = body() if callable(body) else body
        self.calls.append(("update", kind.name, object_id))
        self._trouble("update")
        self.objects[kind.name, int(object_id)] = {**self.stores(dict(sent)), "id": object_id}
        return copy.deepcopy(self.objects[kind.name, int(object_id)])

    def delete(self, kind: Kind, object_id: ObjectId, before: Callable[[], object] = lambda: None) -> None:
        before()
        self.calls.append(("delete", kind.name, object_id))
        self._trouble("delete")
        self.objects.pop((kind.name, int(object_id)), None)

    def list_marked(self, kind: Kind) -> Sequence[Payload]:
        self.calls.append(("marked", kind.name, None))
        self._trouble("marked")
        return [one for (name, _), one in self.objects.items() if name == kind.name and kind.identity(one, MARKS)]

    def find(self, kind: Kind, address: str) -> Sequence[Payload]:
        self.calls.append(("find", kind.name, address))
        self._trouble("find")
        if self.hidden:
            self.hidden -= 1
            return []
        found = ((one, kind.identity(one, MARKS)) for one in self.list_marked(kind))
        return [one for one, identity in found if identity is not None and identity.address == address]

    def writes(self) -> list[tuple[str, Any]]:
        """What was written, in order: `("update", 1)`."""
        return [(name, what) for name, _, what in self.calls if name in ("create", "update", "delete")]

    def live(self) -> list[Live]:
        """Everything that carries an identity of ours."""
        found = []
        for (name, number), payload in self.objects.items():
            identity = KINDS[name].identity(payload, MARKS)
            if identity is not None and identity.belongs_to(OWNER):
                found.append(Live(name, number, payload, identity))
        return found


@dataclass
class StillClock:
    """A clock that moves only when somebody sleeps."""

    time: float = 0.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += seconds


def names(changes: Iterable[Change]) -> list[tuple[str, str]]:
    """The changes as `(action, key)`."""
    return [(one.action, one.key) for one in changes]


def ids(**named: int) -> dict[Name, ObjectId]:
    """Ids of things by key, dashes for slashes: `ids(a_b=1)` is thing a/b."""
    return {("thing", name.replace("_", "/")): number for name, number in named.items()}
