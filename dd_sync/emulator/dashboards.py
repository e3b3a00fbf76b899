"""Dashboards: `/api/v1/dashboard`, with bulk delete and restore."""

from __future__ import annotations

from typing import Any

from dd_sync.emulator import dashboard_defaults as dashboard_rules
from dd_sync.emulator.answers import NO_CONTENT, Answer, Body, Call, Refusal, answer
from dd_sync.emulator.refusals import refuse, refuse_change
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import USER_HANDLE, USER_NAME, Endpoint, World

KIND = "dashboard"

_SUMMARY = (
    "id",
    "title",
    "description",
    "layout_type",
    "url",
    "is_read_only",
    "created_at",
    "modified_at",
    "author_handle",
    "deleted_at",
)


def new_id(world: World) -> str:
    """An id no dashboard has."""
    while True:
        id = dashboard_rules.new_id(world.random)
        if not world.store.get(KIND, id) and not world.store.deleted_entry(KIND, id):
            return id


def _list(world: World, call: Call) -> Answer:
    entries = world.store.deleted(KIND) if call.flag("filter[deleted]") else world.store.all(KIND)
    start = call.number("start", 0)
    count = call.number("count", 0) or len(entries)
    # Nothing here is ever shared.
    shown = [] if call.flag("filter[shared]") else entries[start : start + count]
    return answer({"dashboards": [_summary(entry.body) for entry in shown]})


def _summary(dashboard: Body) -> Body:
    return {name: dashboard.get(name, False if name == "is_read_only" else None) for name in _SUMMARY}


def _get(world: World, call: Call) -> Answer:
    return Answer(_entry(world, call).content)


def _create(world: World, call: Call) -> Answer:
    sent = call.fields()
    _refuse_read_only(sent)
    refuse(world, KIND, sent)
    now = world.now()
    owned = {"author_handle": USER_HANDLE, "author_name": USER_NAME, "created_at": now}
    return _save(world, new_id(world), sent, owned, now)


def _update(world: World, call: Call) -> Answer:
    before = _entry(world, call)
    sent = call.fields()
    _refuse_read_only(sent)
    refuse(world, KIND, sent)
    refuse_change(KIND, before.body, sent)
    owned = {name: before.body.get(name) for name in ("author_handle", "author_name", "created_at")}
    return _save(world, before.id, sent, owned, world.now())


def _refuse_read_only(sent: Body) -> None:
    """`is_read_only`, in either value (recorded 2025-09 and 2026), with the words around it that Datadog has here."""
    if sent.get("is_read_only") is None:
        return
    address = "https://docs.datadoghq.com/dashboards/guide/is-read-only-deprecation/"
    raise Refusal(
        400,
        {
            "id": None,
            "links": None,
            "status": "HTTPStatus.BAD_REQUEST",
            "code": None,
            "title": "Bad Request",
            "detail": f"The is_read_only attribute is no longer supported. {address}",
            "source": None,
            "meta": None,
        },
    )


def _save(world: World, id: str, sent: Body, owned: Body, now: str) -> Answer:
    body = dashboard_rules.stored_dashboard(sent, world.random)
    whole = {"id": id, **body, "url": dashboard_rules.url(id, body["title"]), **owned, "modified_at": now}
    return Answer(world.store.save(KIND, id, whole).content)


def _delete(world: World, call: Call) -> Answer:
    id = _entry(world, call).id
    _bury(world, id)
    return answer({"deleted_dashboard_id": id})


def _delete_several(world: World, call: Call) -> Answer:
    ids = _named_ids(call)
    for id in ids:
        if world.store.get(KIND, id) is None:
            raise _not_found(id)
    for id in ids:
        _bury(world, id)
    return NO_CONTENT


def _restore(world: World, call: Call) -> Answer:
    ids = _named_ids(call)
    for id in ids:
        if world.store.deleted_entry(KIND, id) is None:
            raise _not_found(id)
    for id in ids:
        entry = world.store.deleted_entry(KIND, id)
        if entry:
            body = {name: value for name, value in entry.body.items() if name != "deleted_at"}
            world.store.restore(KIND, id, body)
    return NO_CONTENT


def _bury(world: World, id: str) -> None:
    entry = world.store.get(KIND, id)
    if entry:
        world.store.bury(KIND, id, entry.body | {"deleted_at": world.now()})


def _named_ids(call: Call) -> list[str]:
    named: Any = call.fields().get("data")
    if not isinstance(named, list) or not all(isinstance(item, dict) and "id" in item for item in named):
        raise Refusal(400, "The value provided for parameter 'data' is invalid")
    return [item["id"] for item in named]


def _entry(world: World, call: Call) -> Entry:
    entry = world.store.get(KIND, call.params["id"])
    if entry is None:
        raise _not_found(call.params["id"])
    return entry


def _not_found(id: str) -> Refusal:
    return Refusal(404, f"Dashboard with ID {id} not found")


ENDPOINTS = (
    Endpoint("GET", "/api/v1/dashboard", _list),
    Endpoint("POST", "/api/v1/dashboard", _create),
    Endpoint("DELETE", "/api/v1/dashboard", _delete_several),
    Endpoint("PATCH", "/api/v1/dashboard", _restore),
    Endpoint("GET", "/api/v1/dashboard/{id}", _get),
    Endpoint("PUT", "/api/v1/dashboard/{id}", _update),
    Endpoint("DELETE", "/api/v1/dashboard/{id}", _delete),
)
