"""Entities of the Software Catalog: `/api/v2/catalog/entity`.

As public recordings show: a `POST` makes or replaces the entity of a kind and a name and answers 202 with a summary and
the whole of it under `included`; empty lists are dropped; `metadata.managed` says where it comes from. That a list
takes `include=schema`, its filters and the refusals follow Datadog's API description, in words of our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer
from dd_sync.emulator.documents import new_uuid
from dd_sync.emulator.refusals import refuse
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import Endpoint, World

KIND = "catalog-entity"

_SUMMARY = ("name", "namespace", "displayName", "description", "owner", "tags")


def new_id(world: World) -> str:
    """An id that no entity has."""
    return new_uuid(world)


def _list(world: World, call: Call) -> Answer:
    wanted = [entry for entry in world.store.all(KIND) if _wanted(entry.body, call)]
    start, limit = call.number("page[offset]", 0), call.number("page[limit]", 100)
    whole = "schema" in call.query.get("include", "").split(",")
    return answer(_document([entry.body for entry in wanted[start : start + limit]], whole, len(wanted)))


def _wanted(entity: Body, call: Call) -> bool:
    metadata = entity["metadata"]
    filters = {
        "filter[id]": entity["id"],
        "filter[name]": metadata["name"],
        "filter[kind]": entity["kind"],
        "filter[owner]": metadata.get("owner"),
        "filter[ref]": f"{entity['kind']}:{metadata['name']}",
    }
    return all(call.query.get(name) in (None, "", value) for name, value in filters.items())


def _upsert(world: World, call: Call) -> Answer:
    sent = call.fields()
    refuse(world, KIND, sent)
    metadata = {"namespace": "default", **sent["metadata"]}
    before = _of_name(world, sent["kind"], metadata)
    now = world.now()
    source = {"createdAt": before.body["meta"]["createdAt"] if before else now, "modifiedAt": now}
    source["ingestionSource"] = "api"
    id = before.id if before else new_id(world)
    kept = {name: _without_empty_lists(value) for name, value in sent.items()}
    kept["metadata"] = {**_without_empty_lists(metadata), "id": id, "managed": source}
    entity = {**kept, "id": id, "meta": source}
    return answer(_document([world.store.save(KIND, id, entity).body], True, 1), 202)


def _of_name(world: World, kind: str, metadata: Body) -> Entry | None:
    for entry in world.store.all(KIND):
        there = entry.body["metadata"]
        if (entry.body["kind"], there["name"], there["namespace"]) == (kind, metadata["name"], metadata["namespace"]):
            return entry
    return None


def _delete(world: World, call: Call) -> Answer:
    if world.store.get(KIND, call.params["id"]) is None:
        raise Refusal(404, "entity not found")
    world.store.remove(KIND, call.params["id"])
    return Answer(status=204, content_type="application/vnd.api+json")


def _document(entities: Sequence[Body], whole: bool, count: int) -> Body:
    found: Body = {"data": [_summary(entity) for entity in entities], "meta": {"count": count}}
    if whole:
        found["included"] = [
            {"type": "schema", "id": entity["id"], "attributes": {"schema": _schema(entity)}} for entity in entities
        ]
        found["meta"]["includeCount"] = len(entities)
    return found


def _summary(entity: Body) -> Body:
    metadata = entity["metadata"]
    shown = {name: metadata[name] for name in _SUMMARY if name in metadata}
    return {
        "type": "entity",
        "id": entity["id"],
        "attributes": {"apiVersion": entity["apiVersion"], "kind": entity["kind"], **shown},
        "meta": entity["meta"],
    }


def _schema(entity: Body) -> Body:
    return {name: value for name, value in entity.items() if name not in ("id", "meta")}


def _without_empty_lists(value: Any) -> Any:
    return {n: v for n, v in value.items() if v != []} if isinstance(value, dict) else value


ENDPOINTS = (
    Endpoint("GET", "/api/v2/catalog/entity", _list),
    Endpoint("POST", "/api/v2/catalog/entity", _upsert),
    Endpoint("DELETE", "/api/v2/catalog/entity/{id}", _delete),
)
