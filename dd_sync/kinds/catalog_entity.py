"""Entities of Datadog's Software Catalog: the service files as they are, for everybody who looks there.

Read in Datadog's API description and in public recordings of the endpoint: a `POST` makes or replaces the entity of a
name and answers 202 with the whole of it under `included`; empty lists are dropped; `metadata.managed` says where an
entity comes from. That a list takes `include=schema` and answers in the same form is in the description alone.

Since a create replaces whatever has the name, an entity without our tags is never written: it comes from elsewhere.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from dd_sync.core.kind import Endpoint, Kind, Payload
from dd_sync.core.marking import Tags
from dd_sync.core.normal import clean, own
from dd_sync.core.references import ObjectId
from dd_sync.core.resource import Context, Resource

_FIELDS = frozenset({"apiVersion", "kind", "metadata", "spec", "integrations", "datadog", "extensions"})
_SET_BY_DATADOG = frozenset({"id", "managed"})
"""Fields of `metadata` that users' values are ignored for (API description)."""


class CatalogEntity(Resource):
    """An entity of the Software Catalog, schema v3, as in a service file."""

    kind: ClassVar[str] = "catalog-entity"

    entity: dict[str, Any]

    @property
    def title_text(self) -> str:
        return _reference(self.entity)

    def complete(self, context: Context) -> dict[str, Any]:
        """The entity as it is."""
        return dict(self.entity)


class CatalogEntityKind(Kind):
    """How entities are listed, compared and written."""

    name = "catalog-entity"
    folder = "monitors"
    resource = CatalogEntity
    optional = True
    marks_at = Tags("metadata.tags")
    modified_in = ("meta.modifiedAt",)
    endpoint = Endpoint(
        path="/api/v2/catalog/entity",
        read_scope="apm_service_catalog_read",
        write_scope="apm_service_catalog_write",
        page_size=100,
        size_parameter="page[limit]",
        offset_parameter="page[offset]",
        list_field="data",
        object_field="data",
        update_method="POST",
        upserts=True,
        read_filter="filter[id]",
        read_parameters={"include": "schema"},
        list_parameters={"include": "schema"},
    )
    server_fields = frozenset({"id", "meta"})

    def receive(self, item: Payload, answer: Any) -> Payload:
        """The entity itself stands under `included`, beside a summary of it; without it the summary is all there is."""
        around = {"id": item["id"], "meta": item.get("meta") or {}}
        for one in answer.get("included") or () if isinstance(answer, Mapping) else ():
            if one.get("type") == "schema" and one.get("id") == item["id"]:
                return {**one["attributes"]["schema"], **around}
        summary = dict(item.get("attributes") or {})
        version = {"apiVersion": summary.pop("apiVersion", None), "kind": summary.pop("kind", None)}
        return {**version, "metadata": summary, **around}

    def title(self, payload: Payload) -> str:
        return _reference(payload)

    def tags(self, payload: Payload) -> Sequence[str]:
        return (payload.get("metadata") or {}).get("tags") or ()

    def normalise(self, payload: Payload, like: Payload | None = None) -> dict[str, Any]:
        like = {name: value for name, value in (like or {}).items() if name not in self.server_fields}
        kept = clean(own(payload, _FIELDS, like))
        metadata = {n: v for n, v in (kept.get("metadata") or {}).items() if n not in _SET_BY_DATADOG}
        if metadata.get("namespace") == "default":
            del metadata["namespace"]
        if metadata.get("tags"):
            metadata["tags"] = sorted(set(metadata["tags"]))
        filled: dict[str, Any] = _filled({**kept, "metadata": metadata})
        return filled

    def unknown_fields(self, live: Payload) -> list[str]:
        return [name for name, value in live.items() if name not in _FIELDS | self.server_fields and value]

    def create_body(self, desired: Payload) -> dict[str, Any]:
        body = super().create_body(desired)
        metadata = {n: v for n, v in (body.get("metadata") or {}).items() if n not in _SET_BY_DATADOG}
        return {**body, "metadata": metadata}

    def update_body(self, desired: Payload, live: Payload) -> dict[str, Any]:
        """The whole entity: a `POST` replaces it."""
        return self.create_body(desired)

    def page(self, object_id: ObjectId) -> str:
        return "/software"


def _reference(entity: Payload) -> str:
    """An entity as others refer to it: `service:payments`."""
    metadata = entity.get("metadata") or {}
    namespace = metadata.get("namespace") or "default"
    prefix = "" if namespace == "default" else f"{namespace}/"
    return f"{entity.get('kind') or 'service'}:{prefix}{metadata.get('name') or ''}"


def _filled(value: Any) -> Any:
    """The value without empty texts, lists and objects, at every depth: Datadog keeps some and drops others."""
    match value:
        case dict():
            kept = {name: _filled(item) for name, item in value.items()}
            return {name: item for name, item in kept.items() if not _empty(item)}
        case list():
            return [item for item in map(_filled, value) if not _empty(item)]
        case _:
            return value


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


KIND = CatalogEntityKind()
