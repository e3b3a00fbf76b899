"""Notification rules of monitors: `/api/v2/monitor/notification_rule`.

Bodies, times and the sentences about recipients and unknown rules are as public recordings of the endpoint show them;
other refusals are those of the rules (`dd_sync.rules`).
"""

from __future__ import annotations

from dd_sync.emulator.answers import NO_CONTENT, Answer, Body, Call, Refusal
from dd_sync.emulator.documents import attributes, new_uuid, one, page
from dd_sync.emulator.refusals import refuse
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import Endpoint, World

KIND = "notification-rule"

_TYPE = "monitor-notification-rule"
_NEVER = "1970-01-01T00:00:00+00:00"
_FIELDS = ("name", "recipients", "filter", "conditional_recipients", "bundle_config")


def new_id(world: World) -> str:
    """An id that no rule has."""
    return new_uuid(world)


def _list(world: World, call: Call) -> Answer:
    size = call.number("per_page", 100)
    start = call.number("page", 0) * size
    return page([entry.body for entry in world.store.all(KIND)[start : start + size]], _TYPE)


def _get(world: World, call: Call) -> Answer:
    return one(_entry(world, call).body, _TYPE)


def _create(world: World, call: Call) -> Answer:
    sent = _checked(world, attributes(call, _TYPE))
    now, id = world.now(), new_id(world)
    rule = {"id": id, **sent, "created_at": now, "modified_at": now}
    world.store.save(KIND, id, rule)
    return one(rule | {"modified_at": _NEVER}, _TYPE)  # the answer to a create does not know its own time yet


def _update(world: World, call: Call) -> Answer:
    before = _entry(world, call)
    sent = _checked(world, attributes(call, _TYPE))
    rule = {"id": before.id, **sent, "created_at": before.body.get("created_at"), "modified_at": world.now()}
    return one(world.store.save(KIND, before.id, rule).body, _TYPE)


def _delete(world: World, call: Call) -> Answer:
    world.store.remove(KIND, _entry(world, call).id)
    return NO_CONTENT


def _checked(world: World, sent: Body) -> Body:
    """The attributes a rule keeps, once they are known to be sound."""
    refuse(world, KIND, sent)
    return {name: value for name, value in sent.items() if name in _FIELDS and value is not None}


def _entry(world: World, call: Call) -> Entry:
    entry = world.store.get(KIND, call.params["id"])
    if entry is None:
        raise Refusal(404, "Monitor notification rule not found")
    return entry


ENDPOINTS = (
    Endpoint("GET", "/api/v2/monitor/notification_rule", _list),
    Endpoint("POST", "/api/v2/monitor/notification_rule", _create),
    Endpoint("GET", "/api/v2/monitor/notification_rule/{id}", _get),
    Endpoint("PATCH", "/api/v2/monitor/notification_rule/{id}", _update),
    Endpoint("DELETE", "/api/v2/monitor/notification_rule/{id}", _delete),
)
