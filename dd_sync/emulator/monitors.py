"""Monitors: `/api/v1/monitor` and what lies below it, but for search."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from dd_sync.emulator import monitor_defaults as monitor_rules
from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer, as_text
from dd_sync.emulator.refusals import refuse, refuse_change, refuse_repeated
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import ORG_ID, Endpoint, World, creator

KIND = "monitor"

_REPEATED = ("name", "query", "type", "message", "tags", "options")
"""The sentence about a repetition is recorded; which fields count is not. Here all that says what a monitor does and
tells must be equal, so that nothing Datadog accepts is refused."""

_FIRST_ID = 10_000_001
_PAGE_SIZE = 100
"""Monitors in a page when only `page` is given (Datadog's reference)."""


def new_id(world: World) -> int:
    """An id no monitor ever had."""
    return world.store.next_number("monitor id", _FIRST_ID)


def _list(world: World, call: Call) -> Answer:
    entries: Iterable[Entry] = (entry for entry in world.store.all(KIND) if _wanted(entry.body, call))
    after = call.number("id_offset", 0)
    if after:
        entries = (entry for entry in sorted(entries, key=lambda entry: int(entry.id)) if int(entry.id) > after)
    if "page" in call.query or "id_offset" in call.query:  # `page_size` alone cuts nothing (Datadog's reference)
        size = min(call.number("page_size", _PAGE_SIZE), 1000)
        start = call.number("page", 0) * size
        entries = islice(entries, start, start + size)
    return Answer(b"[" + b",".join(_listed(entry) for entry in entries) + b"]")


def _wanted(monitor: Body, call: Call) -> bool:
    tags, name, scope = call.query.get("monitor_tags"), call.query.get("name"), call.query.get("tags")
    if tags and not all(tag in monitor.get("tags", ()) for tag in tags.split(",")):
        return False
    if name and name.lower() not in monitor.get("name", "").lower():
        return False
    # `tags` looks into the scope of the query, not at the monitor's own tags (seen in recordings).
    return not scope or all(tag in monitor.get("query", "") for tag in scope.split(","))


def _listed(entry: Entry) -> bytes:
    """A monitor as the list shows it: with `matching_downtimes`, and never with its assets. Nor with its restriction
    policy, which no recorded list has."""
    content = entry.content
    if b'"assets":[{' in content:
        content = as_text(entry.body | {"assets": []}).encode()
    if b'"restriction_policy":' in content:
        content = as_text(_without_policy(json.loads(content))).encode()
    if b'"matching_downtimes":' in content:
        return content
    # The stored text is spliced, not written anew: ten thousand monitors are 17 MB of JSON.
    return content[:-1] + b',"matching_downtimes":[]}'


def _without_policy(monitor: Body) -> Body:
    return {name: value for name, value in monitor.items() if name != "restriction_policy"}


def _get(world: World, call: Call) -> Answer:
    monitor = _entry(world, call).body
    if not call.flag("with_assets") and monitor.get("assets"):
        monitor = monitor | {"assets": []}
    if call.query.get("with_restricted_roles") == "false":
        monitor = {name: value for name, value in monitor.items() if name != "restricted_roles"}
    downtimes = monitor.get("matching_downtimes", [])
    monitor = {name: value for name, value in monitor.items() if name != "matching_downtimes"}
    return answer(monitor | {"matching_downtimes": downtimes} if call.flag("with_downtimes") else monitor)


def _create(world: World, call: Call) -> Answer:
    sent = monitor_rules.with_defaults(call.fields(), {})
    refuse(world, KIND, sent)
    body = monitor_rules.stored_monitor(sent)
    refuse_repeated(world.store, KIND, body, _REPEATED, f"Duplicate of an existing monitor_id:{{id}} org_id:{ORG_ID}")
    monitor = new_monitor(world, body)
    world.store.save(KIND, str(monitor["id"]), monitor)
    return answer(_written(monitor))


def new_monitor(world: World, body: Body) -> Body:
    """A new monitor: its body, with an id and the fields that only Datadog sets."""
    number, now = new_id(world), world.now()
    return {
        "id": number,
        "org_id": ORG_ID,
        **body,
        "created_at": int(datetime.fromisoformat(now).timestamp()) * 1000,
        "created": now,
        "modified": now,
        "deleted": None,
        "overall_state_modified": None,
        "overall_state": "No Data",
        "creator": creator(),
    }


def _update(world: World, call: Call) -> Answer:
    before = _entry(world, call).body
    sent = monitor_rules.with_defaults(call.fields(), before)
    refuse(world, KIND, sent)
    refuse_change(KIND, before, sent)
    body = monitor_rules.stored_monitor(sent)
    monitor = _without_policy(before) | body | {"modified": world.now()}
    world.store.save(KIND, str(before["id"]), monitor)
    # The answer to a PUT never names the creator; a GET does.
    return answer({name: value for name, value in _written(monitor).items() if name != "creator"})


def _written(monitor: Body) -> Body:
    """A monitor as the answer to a write shows it: with two things no GET shows, but for a policy that says something
    (recorded 2026-03)."""
    assets = [asset | {"monitor_id": monitor["id"]} for asset in monitor["assets"]]
    return monitor | {"assets": assets, "restriction_policy": monitor.get("restriction_policy")}


def _delete(world: World, call: Call) -> Answer:
    entry = _entry(world, call)
    if not call.flag("force"):
        reasons = _references(world, entry)
        if reasons:
            raise Refusal(400, *reasons)
    world.store.remove(KIND, entry.id)
    return answer({"deleted_monitor_id": int(entry.id)})


def _can_delete(world: World, call: Call) -> Answer:
    ids = [id for id in call.query.get("monitor_ids", "").split(",") if id]
    if not ids:
        raise Refusal(400, "The value provided for parameter 'monitor_ids' is invalid")
    entries = [_found(world, id) for id in ids]
    reasons = {entry.id: found for entry in entries if (found := _references(world, entry))}
    ok = [int(entry.id) for entry in entries if entry.id not in reasons]
    return answer({"data": {"ok": ok}, "errors": reasons or None}, 409 if reasons else 200)


def _references(world: World, entry: Entry) -> list[str]:
    """Why a monitor must stay (sentences from users' reports; the recordings hold none)."""
    number = re.compile(rf"(?<!\d){entry.id}(?!\d)")
    composites = [
        other
        for other in world.store.all(KIND)
        if other.body.get("type") == "composite" and number.search(other.body.get("query", ""))
    ]
    slos = [slo for slo in world.store.all("slo") if int(entry.id) in (slo.body.get("monitor_ids") or ())]
    named = f"monitor [{entry.id},{entry.body.get('name', '')}] is referenced in"
    return [
        f"{named} {kind}: " + ", ".join(f"[{user.id},{user.body.get('name', '')}]" for user in users)
        for kind, users in (("composite monitors", composites), ("slos", slos))
        if users
    ]


def _validate(world: World, call: Call) -> Answer:
    refuse(world, KIND, call.fields())
    return answer({})


def _validate_existing(world: World, call: Call) -> Answer:
    before: dict[str, Any] = _entry(world, call).body
    refuse(world, KIND, monitor_rules.with_defaults(call.fields(), before))
    return answer({})


def _entry(world: World, call: Call) -> Entry:
    return _found(world, call.params["id"])


def _found(world: World, id: str) -> Entry:
    entry = world.store.get(KIND, id)
    if entry is None:
        raise Refusal(404, "Monitor not found")
    return entry


ENDPOINTS = (
    Endpoint("GET", "/api/v1/monitor", _list),
    Endpoint("POST", "/api/v1/monitor", _create),
    Endpoint("POST", "/api/v1/monitor/validate", _validate),
    Endpoint("GET", "/api/v1/monitor/can_delete", _can_delete),
    Endpoint("POST", "/api/v1/monitor/{id}/validate", _validate_existing),
    Endpoint("GET", "/api/v1/monitor/{id}", _get),
    Endpoint("PUT", "/api/v1/monitor/{id}", _update),
    Endpoint("DELETE", "/api/v1/monitor/{id}", _delete),
)
