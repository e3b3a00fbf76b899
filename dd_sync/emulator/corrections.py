"""Status corrections of SLOs: `/api/v1/slo/correction`."""

from __future__ import annotations

import uuid
from typing import Any

from dd_sync.emulator.answers import NO_CONTENT, Answer, Body, Call, Refusal, answer
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import USER_HANDLE, USER_NAME, USER_UUID, Endpoint, World

KIND = "slo_correction"

_FIELDS = ("slo_id", "start", "end", "description", "category", "timezone")
_RECURRENCE = ("rrule", "duration")


def _list(world: World, call: Call) -> Answer:
    entries = world.store.all(KIND)
    start, limit = call.number("offset", 0), call.number("limit", 25)
    counts = {"total_count": len(entries), "total_filtered_count": len(entries)}
    return answer({"data": [entry.body for entry in entries[start : start + limit]], "meta": {"page": counts}})


def _list_of_slo(world: World, call: Call) -> Answer:
    found = [entry.body for entry in world.store.all(KIND) if entry.body["attributes"]["slo_id"] == call.params["id"]]
    counts = {"total_count": len(found), "total_filtered_count": len(found)}
    return answer({"data": found, "meta": {"page": counts}})


def _create(world: World, call: Call) -> Answer:
    sent = _attributes(call)
    if not sent.get("slo_id") and not sent.get("slo_query"):
        raise Refusal(400, "Invalid payload: must specify slo_id")
    if sent.get("slo_id") and world.store.get("slo", sent["slo_id"]) is None:
        raise Refusal(404, f"SLO not found: {sent['slo_id']} not found")
    now = world.seconds()
    attributes = {
        **{name: sent.get(name) for name in _FIELDS},
        "created_at": now,
        "modified_at": now,
        **{name: sent.get(name) for name in _RECURRENCE},
        **({"slo_query": sent["slo_query"]} if "slo_query" in sent else {}),
        "creator": _user(),
        "modifier": None,
    }
    id = str(uuid.UUID(int=world.random.getrandbits(128), version=4))
    correction = world.store.save(KIND, id, {"type": "correction", "id": id, "attributes": attributes}).body
    # The answer to a create does not know its own times yet; a GET does.
    return answer({"data": correction | {"attributes": attributes | {"created_at": None, "modified_at": None}}})


def _get(world: World, call: Call) -> Answer:
    return answer({"data": _entry(world, call).body})


def _update(world: World, call: Call) -> Answer:
    before = _entry(world, call)
    attributes = before.body["attributes"] | _attributes(call)
    attributes = attributes | {"modified_at": world.seconds(), "modifier": _user()}
    return answer({"data": world.store.save(KIND, before.id, before.body | {"attributes": attributes}).body})


def _delete(world: World, call: Call) -> Answer:
    world.store.remove(KIND, _entry(world, call).id)
    return NO_CONTENT


def _attributes(call: Call) -> Body:
    data: Any = call.fields().get("data")
    attributes = data.get("attributes") if isinstance(data, dict) else None
    if not isinstance(attributes, dict):
        raise Refusal(400, "Invalid payload: must specify data")
    return attributes


def _user() -> Body:
    attributes = {"uuid": USER_UUID, "handle": USER_HANDLE, "email": USER_HANDLE, "name": USER_NAME, "icon": ""}
    return {"data": {"type": "users", "id": USER_UUID, "attributes": attributes}}


def _entry(world: World, call: Call) -> Entry:
    id = call.params["id"]
    entry = world.store.get(KIND, id)
    if entry is None:
        raise Refusal(404, f"slo correction public id {id} not found")
    return entry


ENDPOINTS = (
    Endpoint("GET", "/api/v1/slo/correction", _list),
    Endpoint("POST", "/api/v1/slo/correction", _create),
    Endpoint("GET", "/api/v1/slo/correction/{id}", _get),
    Endpoint("PATCH", "/api/v1/slo/correction/{id}", _update),
    Endpoint("DELETE", "/api/v1/slo/correction/{id}", _delete),
    Endpoint("GET", "/api/v1/slo/{id}/corrections", _list_of_slo),
)
