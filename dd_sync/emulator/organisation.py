"""What an organisation keeps beside its objects: who changed what, tag policies of monitors, application keys.

Nothing writes these by itself: tests put them there (`Emulator.put("audit", …)`). The shapes are Datadog's API
description's; none of these calls is in the recordings.
"""

from __future__ import annotations

import re
import uuid

from dd_sync.emulator.answers import NO_CONTENT, Answer, Body, Call, Refusal, answer
from dd_sync.emulator.permissions import ALL
from dd_sync.emulator.world import USER_HANDLE, USER_NAME, USER_UUID, Endpoint, World

AUDIT, POLICY, APPLICATION_KEY = "audit", "monitor_policy", "application_key"
"""The kinds under which these are stored."""

_PAGE_SIZE = 10
"""Events or keys in a page unless the call says otherwise (Datadog's reference)."""


def _audit(world: World, call: Call) -> Answer:
    """The latest first, as `sort=-timestamp` has it; of the query only a list of ids and actions is understood."""
    query = call.query.get("filter[query]", "")
    found = [entry.body for entry in world.store.all(AUDIT) if _concerns(entry.body, query)]
    found.sort(key=lambda event: str(event["attributes"]["timestamp"]), reverse=True)
    start, limit = call.number("page[cursor]", 0), call.number("page[limit]", _PAGE_SIZE)
    page = found[start : start + limit]
    more = {"after": str(start + limit)} if start + limit < len(found) else {}
    return answer({"data": page, "meta": {"page": more}})


def _concerns(event: Body, query: str) -> bool:
    told = event["attributes"].get("attributes") or {}
    return _among(str((told.get("asset") or {}).get("id", "")), "asset.id", query) and _among(
        str(told.get("action", "")), "action", query
    )


def _among(value: str, field: str, query: str) -> bool:
    """Whether a query's `@field:a` or `@field:(a OR b)` holds the value; a query without the field holds all."""
    found = re.search(rf"@{re.escape(field)}:(\([^)]*\)|\S+)", query)
    return found is None or value in re.findall(r"[^\s()]+", found[1])


def _policies(world: World, call: Call) -> Answer:
    return answer({"data": [entry.body for entry in world.store.all(POLICY)]})


def _create_policy(world: World, call: Call) -> Answer:
    data = call.fields().get("data")
    if not isinstance(data, dict) or not isinstance((data.get("attributes") or {}).get("policy"), dict):
        raise Refusal(400, "The value provided for parameter 'data' is invalid")
    id = str(uuid.UUID(int=world.random.getrandbits(128), version=4))
    body = {"id": id, "type": "monitor-config-policy", "attributes": data["attributes"]}
    world.store.save(POLICY, id, body)
    return answer({"data": body})


def _delete_policy(world: World, call: Call) -> Answer:
    if world.store.get(POLICY, call.params["id"]) is None:
        raise Refusal(404, "Policy not found")
    world.store.remove(POLICY, call.params["id"])
    return NO_CONTENT


def _application_keys(world: World, call: Call) -> Answer:
    found = [entry.body for entry in world.store.all(APPLICATION_KEY)]
    size, number = call.number("page[size]", _PAGE_SIZE) or _PAGE_SIZE, call.number("page[number]", 0)
    page = {"total_filtered_count": len(found)}
    return answer({"data": found[size * number : size * (number + 1)], "meta": {"page": page}})


def _current_user(world: World, call: Call) -> Answer:
    """The one user, with the permissions of its roles beside it."""
    names = sorted(ALL if world.permissions is None else world.permissions)
    held = [{"type": "permissions", "id": _uuid(name), "attributes": {"name": name}} for name in names]
    attributes = {"name": USER_NAME, "handle": USER_HANDLE, "email": USER_HANDLE, "status": "Active"}
    return answer({"data": {"type": "users", "id": USER_UUID, "attributes": attributes}, "included": held})


def _uuid(name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


ENDPOINTS = (
    Endpoint("GET", "/api/v2/current_user", _current_user),
    Endpoint("GET", "/api/v2/audit/events", _audit),
    Endpoint("GET", "/api/v2/monitor/policy", _policies),
    Endpoint("POST", "/api/v2/monitor/policy", _create_policy),
    Endpoint("DELETE", "/api/v2/monitor/policy/{id}", _delete_policy),
    Endpoint("GET", "/api/v2/current_user/application_keys", _application_keys),
)
