"""Notification rules of monitors: `/api/v2/monitor/notification_rule`.

Bodies, times and the sentences about recipients and unknown rules are as public recordings of the endpoint show them;
other refusals follow the limits of Datadog's API description in words of our own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dd_sync.emulator.answers import NO_CONTENT, Answer, Body, Call, Refusal
from dd_sync.emulator.documents import attributes, new_uuid, one, page
from dd_sync.emulator.shapes import Fields, expect
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import Endpoint, World

KIND = "notification-rule"

_TYPE = "monitor-notification-rule"
_NEVER = "1970-01-01T00:00:00+00:00"
_CONDITION = {"scope": str, "recipients": [str]}
_SHAPE: Fields = {
    "name": str,
    "recipients": [str],
    "filter": {"tags": [str], "scope": str},
    "conditional_recipients": {"conditions": [_CONDITION], "fallback_recipients": [str]},
    "bundle_config": {"duration": int},
}
_LIMITS = {"recipients": 20, "fallback_recipients": 20, "conditions": 10}
_LONGEST_NAME = 1000


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
    sent = _checked(attributes(call, _TYPE))
    now, id = world.now(), new_id(world)
    rule = {"id": id, **sent, "created_at": now, "modified_at": now}
    world.store.save(KIND, id, rule)
    return one(rule | {"modified_at": _NEVER}, _TYPE)  # the answer to a create does not know its own time yet


def _update(world: World, call: Call) -> Answer:
    before = _entry(world, call)
    sent = _checked(attributes(call, _TYPE))
    rule = {"id": before.id, **sent, "created_at": before.body.get("created_at"), "modified_at": world.now()}
    return one(world.store.save(KIND, before.id, rule).body, _TYPE)


def _delete(world: World, call: Call) -> Answer:
    world.store.remove(KIND, _entry(world, call).id)
    return NO_CONTENT


def _checked(sent: Body) -> Body:
    """The attributes a rule keeps, once they are known to be sound."""
    expect(sent, _SHAPE)
    if not sent.get("name") or len(sent["name"]) > _LONGEST_NAME:
        raise Refusal(400, f"Invalid name: must have between 1 and {_LONGEST_NAME} characters")
    if (sent.get("recipients") is None) == (sent.get("conditional_recipients") is None):
        raise Refusal(400, "Invalid recipients: one of recipients and conditional_recipients must be specified")
    for name, values in _lists(sent):
        if not 0 < len(values) <= _LIMITS[name]:
            raise Refusal(400, f"Invalid {name}: must have between 1 and {_LIMITS[name]} items")
        if any(isinstance(value, str) and value.startswith("@") for value in values):
            raise Refusal(400, "Invalid recipients: Recipient handle should not start with '@'")
    return {name: value for name, value in sent.items() if name in _SHAPE and value is not None}


def _lists(sent: Body) -> Iterator[tuple[str, list[Any]]]:
    conditional = sent.get("conditional_recipients")
    for holder in (sent, conditional or {}, *((conditional or {}).get("conditions") or ())):
        for name in _LIMITS:
            if holder.get(name) is not None:
                yield name, holder[name]
    if conditional is not None and not conditional.get("conditions"):
        yield "conditions", []


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
