"""Service level objectives: `/api/v1/slo`, but for search, history and corrections."""

from __future__ import annotations

from typing import Any

from dd_sync.emulator import slo_defaults as slo_rules
from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer
from dd_sync.emulator.dashboard_defaults import texts
from dd_sync.emulator.refusals import refuse
from dd_sync.emulator.store import Entry
from dd_sync.emulator.world import USER_HANDLE, USER_NAME, Endpoint, World

KIND = "slo"

_PAGE_SIZE = 1000


def new_id(world: World) -> str:
    """An id of 32 hexadecimal digits."""
    return f"{world.random.getrandbits(128):032x}"


def _list(world: World, call: Call) -> Answer:
    ids = [id for id in call.query.get("ids", "").split(",") if id]
    if ids:
        found = [entry for id in ids if (entry := world.store.get(KIND, id))]
        if not found:
            raise Refusal(404, f"SLO not found: {', '.join(ids)} not found")
        return _page(world, found, {})
    everything = world.store.all(KIND)
    wanted = [entry for entry in everything if _wanted(entry.body, call)]
    start, limit = call.number("offset", 0), call.number("limit", _PAGE_SIZE)
    counts = {"total_count": len(wanted), "total_filtered_count": len(wanted)}
    return _page(world, wanted[start : start + limit], {"metadata": {"page": counts}})


def _page(world: World, entries: list[Entry], more: Body) -> Answer:
    return answer(
        {"data": [slo_rules.slo_as_read(entry.body, world.random) for entry in entries], "error": None, **more}
    )


def _wanted(slo: Body, call: Call) -> bool:
    tags, words, metric = (call.query.get(name) for name in ("tags_query", "query", "metrics_query"))
    if tags and not all(tag.strip() in slo.get("tags", ()) for tag in tags.split(",")):
        return False
    if words and words.lower() not in slo.get("name", "").lower():
        return False
    return not metric or any(metric in text for text in texts(slo.get("query")))


def _get(world: World, call: Call) -> Answer:
    return answer({"data": slo_rules.slo_as_read(_entry(world, call).body, world.random), "error": None})


def _create(world: World, call: Call) -> Answer:
    sent = call.fields()
    refuse(world, KIND, sent)
    now = world.seconds()
    owned = {"creator": {"name": USER_NAME, "handle": USER_HANDLE, "email": USER_HANDLE}, "created_at": now}
    return _save(world, new_id(world), sent, owned, now)


def _update(world: World, call: Call) -> Answer:
    before = _entry(world, call)
    sent = call.fields()
    refuse(world, KIND, sent)
    owned = {name: before.body.get(name) for name in ("creator", "created_at")}
    return _save(world, before.id, sent, owned, world.seconds())


def _save(world: World, id: str, sent: Body, owned: Body, now: int) -> Answer:
    slo = {"id": id, **slo_rules.stored_slo(sent), **owned, "modified_at": now}
    world.store.save(KIND, id, slo)
    written = slo_rules.slo_as_read(slo, world.random) | slo_rules.primary_as_sent(sent)
    return answer({"data": [written], "error": None})


def _delete(world: World, call: Call) -> Answer:
    id = _entry(world, call).id
    if not call.flag("force"):
        boards = _boards(world, id)
        if boards:
            return answer({"errors": _referenced(id, boards), "data": None}, 409)
    world.store.remove(KIND, id)
    return answer({"data": [id], "error": None})


def _delete_several(world: World, call: Call) -> Answer:
    """Deletes SLOs, or some timeframes of them: `{"<id>": ["7d", "30d"]}`. Not in the recordings."""
    deleted, updated = [], []
    for id, timeframes in call.fields().items():
        entry = world.store.get(KIND, id)
        if entry is None:
            raise _not_found(id)
        left = [item for item in entry.body["thresholds"] if item["timeframe"] not in timeframes]
        if left:
            world.store.save(KIND, id, entry.body | {"thresholds": left, "modified_at": world.seconds()})
            updated.append(id)
        else:
            world.store.remove(KIND, id)
            deleted.append(id)
    return answer({"data": {"deleted": deleted, "updated": updated}, "errors": []})


def _can_delete(world: World, call: Call) -> Answer:
    ids = [id for id in call.query.get("ids", "").split(",") if id]
    for id in ids:
        if world.store.get(KIND, id) is None:
            raise _not_found(id)
    reasons: dict[str, Any] = {id: _referenced(id, boards) for id in ids if (boards := _boards(world, id))}
    ok = [id for id in ids if id not in reasons]
    return answer({"data": {"ok": ok}, "errors": reasons or None}, 409 if reasons else 200)


def _boards(world: World, id: str) -> list[str]:
    return [
        entry.id
        for entry in world.store.all("dashboard")
        # The text is searched first: walking through hundreds of dashboards takes a hundred times longer.
        if id.encode() in entry.content and id in texts(entry.body.get("widgets"))
    ]


def _referenced(id: str, boards: list[str]) -> str:
    """Why an SLO must stay: one text, not a list (from users' reports; the recordings hold none)."""
    return f"slo {id} is referenced in dashboard_id: {', '.join(boards)}"


def _entry(world: World, call: Call) -> Entry:
    entry = world.store.get(KIND, call.params["id"])
    if entry is None:
        raise _not_found(call.params["id"])
    return entry


def _not_found(id: str) -> Refusal:
    return Refusal(404, f"SLO not found: {id} not found")


ENDPOINTS = (
    Endpoint("GET", "/api/v1/slo", _list),
    Endpoint("POST", "/api/v1/slo", _create),
    Endpoint("POST", "/api/v1/slo/bulk_delete", _delete_several),
    Endpoint("GET", "/api/v1/slo/can_delete", _can_delete),
    Endpoint("GET", "/api/v1/slo/{id}", _get),
    Endpoint("PUT", "/api/v1/slo/{id}", _update),
    Endpoint("DELETE", "/api/v1/slo/{id}", _delete),
)
