"""Downtimes: `/api/v2/downtime`.

As public recordings of the endpoint show: what a create leaves out comes back filled in, `notify_end_states` in any
order, a delete cancels and the downtime stays readable, a `PATCH` keeps what it does not name. Schedules are kept as
they are sent: which of their occurrences is on now is not worked out. Users report that a repetition of a live downtime
is refused; what counts as one is not known, so it is taken here.
"""

from __future__ import annotations

import random
from typing import Any

from dd_sync.emulator.answers import NO_CONTENT, Answer, Body, Call, Refusal
from dd_sync.emulator.documents import attributes, new_uuid, one, page
from dd_sync.emulator.refusals import refuse
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import Endpoint, World
from dd_sync.rules import recurrence

KIND = "downtime"

_USUAL: Body = {
    "message": None,
    "display_timezone": "UTC",
    "mute_first_recovery_notification": False,
    "notify_end_states": ["alert", "no data", "warn"],
    "notify_end_types": ["expired"],
}
_FIELDS = (*_USUAL, "scope", "monitor_identifier", "schedule")


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
    refuse(world, KIND, sent)
    _refuse_past_start(world, sent, {})
    now, id = world.now(), new_id(world)
    times = {"status": "active", "created": now, "modified": now, "canceled": None}
    given = {name: value for name, value in sent.items() if name in _FIELDS and value is not None}
    downtime = {"id": id, **_USUAL, **given, "schedule": _scheduled(sent.get("schedule"), now), **times}
    return one(_read(world.store.save(KIND, id, downtime).body, world.random), KIND)


def _update(world: World, call: Call) -> Answer:
    before = _entry(world, call)
    if before.body["status"] == "canceled":
        raise Refusal(404, "Downtime not found")
    sent = attributes(call, KIND)
    refuse(world, KIND, before.body | {"schedule": None} | sent)
    _refuse_past_start(world, sent, before.body["schedule"])
    changes = {name: value for name, value in sent.items() if name in _FIELDS}
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


def _scheduled(schedule: Any, start: str) -> Body:
    """A schedule with what Datadog fills in: the start of one that names none."""
    given = {name: value for name, value in (schedule or {}).items() if name != "current_downtime"}
    if "recurrences" in given:
        recurrences = [{"start": start[:19], **_with_seconds(_named(one))} for one in given["recurrences"]]
        return {"timezone": "UTC", **given, "recurrences": recurrences}
    return {"start": start, "end": None, **_named(given)}


def _with_seconds(recurrence: Body) -> Body:
    """A recurrence whose start has seconds, which Datadog adds (reported by users)."""
    start = recurrence.get("start")
    return recurrence | {"start": f"{start}:00"} if start and len(start) == len("2037-01-02T23:59") else recurrence


def _refuse_past_start(world: World, sent: Body, before: Body) -> None:
    """A start that has passed is refused, in Datadog's words about ends, unless it is the one that is there already."""
    start = (sent.get("schedule") or {}).get("start")
    moment = recurrence.moment(start)
    if moment is not None and moment < world.clock() and moment != recurrence.moment(before.get("start")):
        raise Refusal(400, "Downtime cannot be scheduled in the past")


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
