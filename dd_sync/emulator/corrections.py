"""Status corrections of SLOs: `/api/v1/slo/correction`."""

from __future__ import annotations

from dd_sync.emulator.answers import NO_CONTENT, Answer, Body, Call, Refusal, answer
from dd_sync.emulator.documents import attributes, document, new_uuid, page
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import USER_HANDLE, USER_NAME, USER_UUID, Endpoint, World

KIND = "slo-correction"

_TYPE = "correction"

_FIELDS = ("slo_id", "start", "end", "description", "category", "timezone")
_RECURRENCE = ("rrule", "duration")


def new_id(world: World) -> str:
    """An id that no correction has."""
    return new_uuid(world)


def _list(world: World, call: Call) -> Answer:
    entries = world.store.all(KIND)
    start, limit = call.number("offset", 0), call.number("limit", 25)
    counts = {"total_count": len(entries), "total_filtered_count": len(entries)}
    return page([entry.body for entry in entries[start : start + limit]], _TYPE, meta={"page": counts})


def _list_of_slo(world: World, call: Call) -> Answer:
    found = [entry.body for entry in world.store.all(KIND) if entry.body["slo_id"] == call.params["id"]]
    counts = {"total_count": len(found), "total_filtered_count": len(found)}
    return page(found, _TYPE, meta={"page": counts})


def _create(world: World, call: Call) -> Answer:
    sent = attributes(call, _TYPE)
    if not sent.get("slo_id") and not sent.get("slo_query"):
        raise Refusal(400, "Invalid payload: must specify slo_id")
    if sent.get("slo_id") and world.store.get("slo", sent["slo_id"]) is None:
        raise Refusal(404, f"SLO not found: {sent['slo_id']} not found")
    now = world.seconds()
    correction = {
        "id": new_id(world),
        **{name: sent.get(name) for name in _FIELDS},
        "created_at": now,
        "modified_at": now,
        **{name: sent.get(name) for name in _RECURRENCE},
        **({"slo_query": sent["slo_query"]} if "slo_query" in sent else {}),
        "creator": _user(),
        "modifier": None,
    }
    world.store.save(KIND, correction["id"], correction)
    # The answer to a create does not know its own times yet; a GET does.
    return answer({"data": document(correction | {"created_at": None, "modified_at": None}, _TYPE)})


def _get(world: World, call: Call) -> Answer:
    return answer({"data": document(_entry(world, call).body, _TYPE)})


def _update(world: World, call: Call) -> Answer:
    """A `PATCH`: keeps what it does not name, and cannot name another SLO."""
    before = _entry(world, call)
    sent = {name: value for name, value in attributes(call, _TYPE).items() if name != "slo_id"}
    correction = before.body | sent | {"modified_at": world.seconds(), "modifier": _user()}
    return answer({"data": document(world.store.save(KIND, before.id, correction).body, _TYPE)})


def _delete(world: World, call: Call) -> Answer:
    world.store.remove(KIND, _entry(world, call).id)
    return NO_CONTENT


def _user() -> Body:
    facts = {"uuid": USER_UUID, "handle": USER_HANDLE, "email": USER_HANDLE, "name": USER_NAME, "icon": ""}
    return {"data": {"type": "users", "id": USER_UUID, "attributes": facts}}


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
