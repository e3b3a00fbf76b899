"""JSON:API documents: how Datadog's v2 endpoints wrap what they keep."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer
from dd_sync.emulator.world import USER_HANDLE, USER_NAME, USER_UUID, World


def attributes(call: Call, resource_type: str) -> Body:
    """What a document sets; 400 for anything that is no document of this type. Sentences are not in recordings."""
    data: Any = call.fields().get("data")
    if not isinstance(data, dict) or not isinstance(data.get("attributes"), dict):
        raise Refusal(400, "Invalid payload: must specify data with attributes")
    if data.get("type") != resource_type:
        raise Refusal(400, f"Invalid payload: type must be {resource_type}")
    sent: Body = data["attributes"]
    return sent


def document(body: Body, resource_type: str) -> Body:
    """A stored object as a resource; it is stored with its id beside its attributes."""
    return {
        "type": resource_type,
        "id": body["id"],
        "attributes": {name: value for name, value in body.items() if name != "id"},
    }


def one(body: Body, resource_type: str) -> Answer:
    """The answer to a write: the object, who made it, and that user (seen in recordings)."""
    made = {"created_by": {"data": {"type": "users", "id": USER_UUID}}}
    user = {"type": "users", "id": USER_UUID, "attributes": {"name": USER_NAME, "handle": USER_HANDLE}}
    return answer({"data": document(body, resource_type) | {"relationships": made}, "included": [user]})


def page(bodies: Iterable[Body], resource_type: str, **more: Any) -> Answer:
    """A page of a list; it leaves relationships out (seen in recordings)."""
    return answer({"data": [document(body, resource_type) for body in bodies], **more})


def new_uuid(world: World) -> str:
    """An id as v2 endpoints give them."""
    return str(uuid.UUID(int=world.random.getrandbits(128), version=4))
