"""Downtimes: `/api/v2/downtime`.

As public recordings of the endpoint show: what a create leaves out comes back filled in, `notify_end_states` in any
order, a delete cancels and the downtime stays readable, a `PATCH` keeps what it does not name. Schedules are kept as
they are sent: which of their occurrences is on now is not worked out.
"""

from __future__ import annotations

import random
from typing import Any

from dd_sync.emulator.answers import NO_CONTENT, Answer, Body, Call, Refusal
from dd_sync.emulator.documents import attributes, new_uuid, one, page
from dd_sync.emulator.shapes import Fields, expect
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import Endpoint, World

KIND = "downtime"

_USUAL: Body = {
    "message": None,
    "display_timezone": "UTC",
    "mute_first_recovery_notification": False,
    "notify_end_states": ["alert", "no data", "warn"],
    "notify_end_types": ["expired"],
}
_SHAPE: Fields = {
    "scope": str,
    "monitor_identifier": {"monitor_tags": [str], "monitor_id": int},
    "message": str,
    "display_timezone": str,
    "mute_first_recovery_notification": bool,
    "notify_end_states": [str],
    "notify_end_types": [str],
    "schedule": {"start": str, "end": str, "timezone": str, "recurrences": [dict], "current_downtime": dict},
}


def new_id(world: World) -> str:
    """An id that no downtime has."""
    return new_uuid(world)


def _list(world: World, call: Call) -> Answer:
    entries = [entry.body for entry in world.store.all(KIND)]
    if call.flag("current_only"):
        entries = [body for body in entries if body["status"] == "active"]
    start, limit = call.number("page[offset]", 0), call.number("page[limit]", 30)
    meta = {"page": {"total_filtered_count": len(entries)}}
    return page([_read(body, world.random) for body in entries[start : start + limit]], KIND, meta=meta)


def _get(world: World, call: Call) -> Answer:
    return one(_read(_entry(world, call).body, world.random), KIND)


def _create(world: World, call: Call) -> Answer:
    sent = attributes(call, KIND)
    _check(sent)
    for name in ("scope", "monitor_identifier"):
        if not sent.get(name):
            raise Refusal(400, f"Invalid payload: must specify {name}")
    now, id = world.now(), new_id(world)
    times = {"status": "active", "created": now, "modified": now, "canceled": None}
    given = {name: value for name, value in sent.items() if name in _SHAPE and value is not None}
    downtime = {"id": id, **_USUAL, **given, "schedule": _scheduled(sent.get("schedule"), now), **times}
    return one(_read(world.store.save(KIND, id, downtime).body, world.random), KIND)


def _update(world: World, call: Call) -> Answer:
    before = _entry(world, call)
    if before.body["status"] == "canceled":
        raise Refusal(404, "Downtime not found")
    sent = attributes(call, KIND)
    _check(sent)
    changes = {name: value for name, value in sent.items() if name in _SHAPE}
    if "schedule" in changes:
        start = before.body["schedule"].get("start") or before.body["created"]
        changes["schedule"] = _scheduled(changes["schedule"], start)
    body = before.body | changes | {"modified": world.now()}
    return one(_read(world.store.save(KIND, before.id, body).body, world.random), KIND)


def _delete(world: World, call: Call) -> Answer:
    """Cancels; doing it twice is no error (seen in recordings)."""
    before = _entry(world, call)
    now = world.now()
    world.store.save(KIND, before.id, before.body | {"status": "canceled", "canceled": now, "modified": now})
    return NO_CONTENT


def _check(sent: Body) -> None:
    expect(sent, _SHAPE)
    scope = sent.get("scope")
    if scope is not None and scope != "*" and ":" not in scope:
        raise Refusal(400, "All values must have a key")


def _scheduled(schedule: Any, start: str) -> Body:
    """A schedule with what Datadog fills in: the start of one that names none."""
    given = {name: value for name, value in (schedule or {}).items() if name != "current_downtime"}
    if "recurrences" in given:
        recurrences = [{"start": start[:19], **_named(one)} for one in given["recurrences"]]
        return {"timezone": "UTC", **given, "recurrences": recurrences}
    return {"start": start, "end": None, **_named(given)}


def _named(value: Body) -> Body:
    return {name: item for name, item in value.items() if item is not None}


def _read(body: Body, chance: random.Random) -> Body:
    """A downtime as an answer shows it: the states in another order each time."""
    states = list(body["notify_end_states"])
    chance.shuffle(states)
    return body | {"notify_end_states": states}


def _entry(world: World, call: Call) -> Entry:
    entry = world.store.get(KIND, call.params["id"])
    if entry is None:
        raise Refusal(404, "Downtime not found")
    return entry


ENDPOINTS = (
    Endpoint("GET", "/api/v2/downtime", _list),
    Endpoint("POST", "/api/v2/downtime", _create),
    Endpoint("GET", "/api/v2/downtime/{id}", _get),
    Endpoint("PATCH", "/api/v2/downtime/{id}", _update),
    Endpoint("DELETE", "/api/v2/downtime/{id}", _delete),
)
