"""Events sent to Datadog, which can be listed again: `/api/v1/events`.

The shapes are Datadog's API description's; none of these calls is in the recordings.
"""

from __future__ import annotations

from dd_sync.emulator.answers import Answer, Call, Refusal, answer
from dd_sync.emulator.shapes import Fields, expect
from dd_sync.emulator.world import Endpoint, World

EVENT = "event"
"""The kind under which events are stored."""

_EVENT: Fields = {
    "title": str,
    "text": str,
    "tags": [str],
    "alert_type": str,
    "aggregation_key": str,
    "date_happened": int,
}


def _post_event(world: World, call: Call) -> Answer:
    body = call.fields()
    expect(body, _EVENT)
    for name in ("title", "text"):
        if not body.get(name):
            raise Refusal(400, f"Missing required attributes: {name}")
    id = str(world.store.next_number(EVENT, 7_000_000_000))
    stored = {"date_happened": world.seconds(), "alert_type": "info", **body, "id": int(id)}
    world.store.save(EVENT, id, stored)
    return answer({"status": "ok", "event": stored}, 202)


def _list_events(world: World, call: Call) -> Answer:
    """Events of a span of time, the latest first; with `tags`, those that carry all of them."""
    start, end = call.number("start", 0), call.number("end", 2**53)
    tags = {tag for tag in call.query.get("tags", "").split(",") if tag}
    found = [entry.body for entry in world.store.all(EVENT)]
    found = [one for one in found if start <= one["date_happened"] <= end and tags <= set(one.get("tags") or ())]
    return answer({"events": sorted(found, key=lambda one: -int(one["date_happened"]))})


ENDPOINTS = (
    Endpoint("POST", "/api/v1/events", _post_event),
    Endpoint("GET", "/api/v1/events", _list_events),
)
