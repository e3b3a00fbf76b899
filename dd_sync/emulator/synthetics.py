"""Synthetics tests: `/api/v1/synthetics/tests` and, for API tests, what lies below `/api`.

As public recordings show: a create answers with the whole test and the monitor it made, a `GET` names the creator
another way, a `PUT` replaces everything, tests are deleted by a `POST` that lists them, a certificate's content is
never answered. Tests do not run. What a wrong test is answered is in words of our own.
"""

from __future__ import annotations

import copy
import random
import string
from typing import Any

from dd_sync.emulator import monitors
from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer
from dd_sync.emulator.monitor_defaults import stored_monitor
from dd_sync.emulator.shapes import Fields, expect
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import ORG_ID, USER_HANDLE, USER_NAME, Endpoint, World

KIND = "synthetics-test"

_SHAPE: Fields = {
    "name": str,
    "type": str,
    "subtype": str,
    "status": str,
    "message": str,
    "tags": [str],
    "locations": [str],
    "config": dict,
    "options": dict,
}
_NEEDED = ("name", "type", "config", "locations", "options")
_USER: Body = {"name": USER_NAME, "handle": USER_HANDLE, "email": USER_HANDLE}


def new_id(world: World) -> str:
    """An id that no test has: `abc-def-ghi`."""
    return "-".join(_letters(world.random) for _ in range(3))


def _letters(chance: random.Random) -> str:
    return "".join(chance.choices(string.ascii_lowercase + "23456789", k=3))


def _list(world: World, call: Call) -> Answer:
    tests = [entry.body for entry in world.store.all(KIND)]
    size = call.number("page_size", len(tests) or 1)
    start = call.number("page_number", 0) * size
    return answer({"tests": [_read(test) for test in tests[start : start + size]], "total": len(tests)})


def _get(world: World, call: Call) -> Answer:
    return answer(_read(_entry(world, call).body))


def _create(world: World, call: Call) -> Answer:
    sent = _checked(call)
    now, id = world.now(), new_id(world)
    test = {"public_id": id, "status": "live", "tags": [], "message": "", **sent, "created_at": now, "modified_at": now}
    monitor = monitors.new_monitor(world, _monitor(test))
    world.store.save(monitors.KIND, str(monitor["id"]), monitor)
    world.store.save(KIND, id, test | {"monitor_id": monitor["id"]})
    return answer(_written(test | {"monitor_id": monitor["id"]}) | {"deleted_at": None})


def _update(world: World, call: Call) -> Answer:
    before = _entry(world, call)
    kept = {name: before.body[name] for name in ("public_id", "status", "created_at", "monitor_id")}
    test = {"tags": [], "message": "", **kept, **_checked(call), "modified_at": world.now()}
    _keep_monitor_in_step(world, test)
    world.store.save(KIND, before.id, test)
    return answer(_written(test) | {"overall_state": 2, "overall_state_modified": test["modified_at"]})


def _delete(world: World, call: Call) -> Answer:
    ids = call.fields().get("public_ids")
    if not isinstance(ids, list) or not ids:
        raise Refusal(400, "Invalid payload: must specify public_ids")
    found = [world.store.get(KIND, str(id)) for id in ids]
    if not all(found):
        raise Refusal(404, "Synthetics test not found")
    for entry in filter(None, found):
        world.store.remove(KIND, entry.id)
        world.store.remove(monitors.KIND, str(entry.body["monitor_id"]))
    now = world.now()
    return answer({"deleted_tests": [{"public_id": id, "deleted_at": now} for id in ids]})


def _checked(call: Call) -> Body:
    sent = call.fields()
    expect(sent, _SHAPE)
    for name in _NEEDED:
        if sent.get(name) in (None, "", []):
            raise Refusal(400, f"Invalid payload: must specify {name}")
    if sent["type"] != "api":
        raise Refusal(400, "Invalid payload: type must be api")
    given: Body = {name: copy.deepcopy(sent[name]) for name in map(str, _SHAPE) if sent.get(name) is not None}
    for part in (given["config"], *(given["config"].get("steps") or ())):
        for file in ((part.get("request") or {}).get("certificate") or {}).values():
            file.pop("content", None)
    return given


def _monitor(test: Body) -> Body:
    """The monitor of a test (a recorded one): the test's tags, and some that say where and how it runs."""
    locations = [f"probe_dc:{one}" for one in test["locations"]]
    state = [f"check_type:{test['type']}", f"check_status:{test['status']}"]
    options = {"on_missing_data": "show_no_data", "notify_audit": False, "new_host_delay": 300, "include_tags": True}
    body = {
        "name": test["options"].get("monitor_name") or f"[Synthetics] {test['name']}",
        "type": "synthetics alert",
        "query": "no_query",
        "message": test["message"],
        "tags": [*test["tags"], *locations, *state],
        "priority": test["options"].get("monitor_priority"),
        "restricted_roles": None,
        "restriction_policy": None,
        "draft_status": "published",
        "assets": [],
        "options": options,
    }
    return stored_monitor(body) | {"options": {**options, "synthetics_check_id": test["public_id"]}}


def _keep_monitor_in_step(world: World, test: Body) -> None:
    entry = world.store.get(monitors.KIND, str(test["monitor_id"]))
    if entry is not None:
        world.store.save(monitors.KIND, entry.id, entry.body | _monitor(test) | {"modified": test["modified_at"]})


def _read(test: Body) -> Body:
    return test | {"creator": _USER}


def _written(test: Body) -> Body:
    return test | {"created_by": _USER, "modified_by": _USER, "org_id": ORG_ID}


def _entry(world: World, call: Call) -> Entry:
    entry: Any = world.store.get(KIND, call.params["id"])
    if entry is None or (call.path.startswith("/api/v1/synthetics/tests/api/") and entry.body.get("type") != "api"):
        raise Refusal(404, "Synthetics test not found")
    found: Entry = entry
    return found


ENDPOINTS = (
    Endpoint("GET", "/api/v1/synthetics/tests", _list),
    Endpoint("POST", "/api/v1/synthetics/tests/delete", _delete),
    Endpoint("POST", "/api/v1/synthetics/tests/api", _create),
    Endpoint("GET", "/api/v1/synthetics/tests/api/{id}", _get),
    Endpoint("PUT", "/api/v1/synthetics/tests/api/{id}", _update),
    Endpoint("GET", "/api/v1/synthetics/tests/{id}", _get),
)
