"""What ddsync must know about a kind of object in Datadog: facts of its endpoint and a handful of pure functions.

A kind is one file in `dd_sync/kinds/`. The engine asks these questions and nothing else: no other module knows what a
monitor is. Payloads are plain JSON (dictionaries, lists, text, numbers) and are never changed in place.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from dd_sync.core.identity import Identity, Marks
from dd_sync.core.instants import as_seconds
from dd_sync.core.marking import Place
from dd_sync.core.references import ObjectId
from dd_sync.core.shape import Shape

if TYPE_CHECKING:
    from dd_sync.core.resource import Resource

Payload = Mapping[str, Any]
"""A Datadog object as JSON. Read-only by agreement: functions return new ones."""

STATES = ("alert", "warning", "no_data", "recovery")
"""The states of a monitor in which somebody may be told."""

Recipients = Mapping[str, Sequence[str]]
"""Who is told, by state: `{"alert": ("@pagerduty-payments",), "warning": (), …}`."""


class Endpoint(NamedTuple):
    """Where a kind lives and how its list is read."""

    path: str
    """Where objects are made, `/api/v1/monitor`; an object is at `path/<id>`."""
    page_size: int
    """Objects asked for at once."""
    size_parameter: str
    offset_parameter: str
    offset_counts: str = "items"
    """What the offset counts: `items` or `pages`."""
    list_path: str = ""
    """Where they are listed; empty where that is `path`."""
    id_field: str = "id"
    """The field of an object that holds its id."""
    tag_parameter: str = ""
    """Query parameter that filters the list by a tag on the server; empty where there is none."""
    list_field: str = ""
    """Field of a list answer that holds the objects; empty where the answer is the list."""
    object_field: str = ""
    """Field of a single answer that holds the object; empty where the answer is the object."""
    total_field: str = "metadata.page.total_filtered_count"
    """Field of a list answer that counts what is on all pages; where it is missing nothing is counted."""
    summaries: bool = False
    """Whether the list gives summaries only, so that each object is read by its id."""
    version_field: str = ""
    """Field of a summary that changes whenever the object does."""
    update_method: str = "PUT"
    """How an object is replaced at `path/<id>`: `PUT`, `PATCH` or `POST`."""
    upserts: bool = False
    """Whether a create replaces the object of that name, and is how objects are updated too."""
    read_filter: str = ""
    """Query parameter that finds one object in the list by its id; empty where it can be read at `path/<id>`."""
    read_parameters: Mapping[str, str] = MappingProxyType({})
    list_parameters: Mapping[str, str] = MappingProxyType({})
    delete_parameters: Mapping[str, str] = MappingProxyType({})
    delete_path: str = ""
    """Where a `POST` deletes the objects it lists; empty where a `DELETE` of `path/<id>` does."""
    delete_field: str = ""
    """The field of that `POST` that lists their ids."""
    validate_path: str = ""
    """Where Datadog says whether it would take a definition, without storing it; empty where it does not."""
    read_scope: str = ""
    """The permission an application key needs to read these objects, as Datadog's API description names it."""
    write_scope: str = ""
    """The permission it needs to create, change or delete them."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path below which calls are about objects of the kind."""
        return tuple(filter(None, (self.path, self.list_path, self.delete_path, self.validate_path)))


class Kind(ABC):
    """One kind of object. Subclasses hold facts and pure functions, and are used through one instance."""

    name: ClassVar[str]
    """As in keys and on the command line: `monitor`."""
    folder: ClassVar[str]
    """The folder of a project that usually holds its definitions: `monitors`."""
    endpoint: ClassVar[Endpoint]
    resource: ClassVar[type[Resource]]
    """The model people write."""
    marks_at: ClassVar[Place]
    """Where an object carries its identity: `Tags("tags")`, `LastLine("description")`."""
    prose: ClassVar[str] = "description"
    """The field that a definition's docstring becomes."""
    modified_in: ClassVar[tuple[str, ...]] = ()
    """The fields that say when an object was changed last, the first that is there; with dots where one lies deeper."""
    number_ids: ClassVar[bool] = False
    """Whether ids are numbers."""
    per_file: ClassVar[int] = 60
    """Definitions that an import writes into one file."""
    objective: ClassVar[bool] = False
    """Whether objects are promises that others alert on."""
    groupable: ClassVar[bool] = False
    """Whether one object can stand for many services, since it alerts for each of its groups by itself."""
    evaluated: ClassVar[bool] = False
    """Whether objects are evaluated over series and alert, so that a backtest tells what they would have done."""
    tag_policies: ClassVar[bool] = False
    """Whether the tag policies of an organisation hold for them."""
    text_references: ClassVar[frozenset[str]] = frozenset()
    """Fields that hold an id as text though the id is a number (`alert_id` of a widget)."""
    server_fields: ClassVar[frozenset[str]] = frozenset()
    """Top-level fields that Datadog alone sets; never sent."""
    shape: ClassVar[Shape] = {}
    """The types of the fields that the functions below read, see `core.shape`."""
    optional: ClassVar[bool] = False
    """Whether an account is asked for such objects only where a project has to do with them: most have none, and
    asking costs calls."""

    @abstractmethod
    def title(self, payload: Payload) -> str:
        """What people call the object; plain text of Datadog's or a definition's."""

    def identity(self, payload: Payload, marks: Marks) -> Identity | None:
        """The identity an object (or a summary of one) carries, if any."""
        return self.marks_at.read(payload, marks)

    def stamp(self, payload: Payload, identity: Identity, marks: Marks) -> dict[str, Any]:
        """The payload with this identity and no other."""
        return self.marks_at.write(payload, identity, marks)

    def unstamp(self, payload: Payload, marks: Marks) -> dict[str, Any]:
        """The payload without any identity of ours."""
        return self.marks_at.remove(payload, marks)

    def tags(self, payload: Payload) -> Sequence[str]:
        """The tags of an object, by which people search and sort; empty for kinds that have none."""
        return payload.get("tags") or ()

    @abstractmethod
    def normalise(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        """The payload in the one form in which equal definitions are equal; without identity, in and out.

        `like` is the definition that is compared with: some fields count only where it names them.
        """

    def comparable(self, desired: Payload, live: Payload) -> tuple[dict[str, Any], dict[str, Any]]:
        """Both sides normalised, so that they are equal when there is nothing to change."""
        return self.normalise(desired, desired), self.normalise(live, desired)

    def plainly_same(self, desired: Payload, live: Payload) -> bool:
        """Whether a glance tells that there is nothing to change; false where it takes the normal forms to know.

        Most objects are in sync and stand in Datadog as they were written, which is far quicker to see.
        """
        return False

    def revision_form(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        """What the revision mark digests: as `normalise`, where a spelling could differ in the one that lasts."""
        return self.normalise(payload, like)

    def older_forms(self, payload: Payload, like: Payload | None = None) -> Sequence[dict[str, Any]]:
        """What revision marks of older versions digest, where it was another form."""
        return ()

    def marked_forms(self, payload: Payload, *likes: Payload | None) -> Iterator[dict[str, Any]]:
        """All that a revision mark of this payload may digest, whichever version wrote it."""
        for like in likes:
            yield self.revision_form(payload, like)
        for like in likes:
            yield from self.older_forms(payload, like)

    @abstractmethod
    def unknown_fields(self, live: Payload) -> Sequence[str]:
        """Non-empty fields of a live object that no definition of this version can carry."""

    def wire_body(self, body: Payload, object_id: ObjectId | None = None) -> Any:
        """A body as it goes over the wire."""
        return body

    def receive(self, item: Payload, answer: Any) -> Payload:
        """The object of an item of an answer, which is all of what came."""
        return item

    def is_one(self, item: Payload) -> bool:
        """Whether an object of the list is of this kind: some lists hold others too."""
        return True

    def is_gone(self, live: Payload) -> bool:
        """Whether an object that can still be read counts as deleted: Datadog keeps some for days."""
        return False

    def modified_at(self, live: Payload) -> float | None:
        """When a live object was changed last, in seconds since 1970; None where it does not say."""
        for field in self.modified_in:
            value: Any = live
            for name in field.split("."):
                value = value.get(name) if isinstance(value, Mapping) else None
            if value is not None:
                return as_seconds(value)
        return None

    def restorable(self, image: Payload) -> dict[str, Any]:
        """An earlier image of an object as it can be written again."""
        return dict(image)

    def lost(self, image: Payload) -> str:
        """What a deleted object had that writing it again does not bring back, and what to do; empty for nothing."""
        return ""

    def create_body(self, desired: Payload) -> dict[str, Any]:
        """What is sent to create the object: the definition, less what Datadog alone sets."""
        return {name: value for name, value in desired.items() if name not in self.server_fields}

    @abstractmethod
    def update_body(self, desired: Payload, live: Payload) -> dict[str, Any]:
        """What is sent to make `live` become `desired`: always the whole definition."""

    def why_replace(self, desired: Payload, live: Payload) -> str:
        """Why Datadog cannot change `live` into `desired` in place; empty when it can."""
        return ""

    def retiring(self, payload: Payload) -> str:
        """What Datadog is about to refuse of new objects like this one, and what to write; empty for nothing."""
        return ""

    def over(self, desired: Payload, live: Payload | None, now: float) -> str:
        """What of a definition's times is past, and what to do about it; empty for nothing. `now` is in seconds since
        1970, `live` the object as it is, None for one that is not there yet."""
        return ""

    def needs_detail(self, desired: Payload) -> bool:
        """Whether the list leaves out something this definition names, so that the object is read by its id."""
        return False

    def recipients(self, payload: Payload) -> Recipients:
        """Who the object notifies, by state; empty for kinds that notify nobody."""
        return {}

    def pages(self, payload: Payload) -> bool:
        """Whether the object wakes somebody when it alerts."""
        return False

    def adds(self, payload: Payload, other: Payload) -> Recipients:
        """Whom the object has told whenever another one alerts; empty for kinds that are about themselves."""
        return {}

    @property
    def tells_of_others(self) -> bool:
        """Whether objects of the kind have people told of other objects."""
        return type(self).adds is not Kind.adds

    def refers_to(self, payload: Payload) -> Iterable[tuple[str, ObjectId]]:
        """The objects a live payload names by id, as (kind, id)."""
        return ()

    def follows(self, payload: Payload) -> tuple[str, ObjectId] | None:
        """The object, as (kind, id), for which Datadog made this one, and with which it deletes it; None for others.

        Such an object carries the tags of the other one, identity included: it is nobody's to delete.
        """
        return None

    def beside(self, payload: Payload) -> tuple[str, ObjectId] | None:
        """The object, as (kind, id), whose definition a live object's own belongs with; None where it stands alone."""
        return None

    def duplicate_of(self, errors: Sequence[str]) -> ObjectId | None:
        """The object that Datadog says a rejected create would double."""
        return None

    def item_name(self, path: Sequence[str], item: Any) -> str | None:
        """What names an item of the list at `path`, so that an insert is one change; None when position does."""
        return None

    @abstractmethod
    def page(self, object_id: ObjectId) -> str:
        """Path of the object's page in Datadog's application, from the root."""

    def id_of(self, text: str) -> ObjectId:
        """An id that was written as text: by a person, in a file."""
        return int(text) if self.number_ids and text.isdecimal() else text

    def object_id(self, live: Payload) -> ObjectId:
        """The id Datadog gave the object."""
        found: ObjectId = live[self.endpoint.id_field]
        return found
