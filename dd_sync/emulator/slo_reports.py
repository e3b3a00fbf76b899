"""Searching SLOs and reading their history, as of an organisation that receives no data."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer
from dd_sync.emulator.world import ORG_ID, Endpoint, World

_NO_DATA = "The denominator is zero valued"
_PAGE_SIZE = 10


def _search(world: World, call: Call) -> Answer:
    words = call.query.get("query", "")
    found = [entry.body for entry in world.store.all("slo") if _holds(entry.body, words)]
    number, size = call.number("page[number]", 0), call.number("page[size]", _PAGE_SIZE) or _PAGE_SIZE
    results = [_result(slo, world) for slo in found[number * size : (number + 1) * size]]
    last = max(0, -(-len(found) // size) - 1)
    pages = {
        "number": number,
        "first_number": 0,
        "prev_number": max(0, number - 1),
        "next_number": number + 1,
        "last_number": last,
        "size": size,
        "type": "number_size",
        "total": len(found),
    }
    return answer(
        {
            "data": {"type": "service_level_objective_search_results", "attributes": {"slos": results}},
            "meta": {"pagination": pages},
            "links": _links(words, number, size),
        }
    )


def _holds(slo: Body, words: str) -> bool:
    """Every word is a tag of the SLO or part of its name."""
    name, tags = str(slo.get("name")).lower(), slo.get("tags") or ()
    return all(word.lower() in name or word in tags for word in words.split())


def _links(words: str, number: int, size: int) -> Body:
    here = f"/api/v1/slo/search?query={quote(words)}"

    def page(of: int) -> str:
        return f"{here}&page[number]={of}&page[size]={size}"

    return {
        "self": f"{here}&page%5Bsize%5D={size}&page%5Bnumber%5D={number}",
        "last": None,
        "next": page(number + 1),
        "prev": page(number - 1) if number else None,
        "first": page(0),
    }


def _result(slo: Body, world: World) -> Body:
    nothing = {"error_budget_remaining": None, "raw_error_budget_remaining": None, "indexed_at": world.seconds()}
    tags: list[str] = slo.get("tags") or []
    query = slo.get("query") or {}
    creator = slo.get("creator") or {}
    statuses = [
        {
            **nothing,
            "status": None,
            "span_precision": None,
            "error": _NO_DATA,
            "target": item.get("target"),
            "state": "no_data",
            "timeframe": item.get("timeframe"),
        }
        for item in slo.get("thresholds") or []
    ]
    attributes: dict[str, Any] = {
        "monitor_ids": slo.get("monitor_ids"),
        "all_tags": tags,
        "thresholds": [_searched(item) for item in slo.get("thresholds") or []],
        **{f"{name}_tags": [tag for tag in tags if tag.startswith(f"{name}:")] for name in ("env", "service", "team")},
        "groups": slo.get("groups"),
        "overall_status": statuses,
        "query": {name: query.get(name) for name in ("metrics", "numerator", "denominator")},
        "slo_type": slo.get("type"),
        "name": slo.get("name"),
        "status": {**nothing, "span_precision": None, "state": "no_data", "sli": None, "calculation_error": _NO_DATA},
        "creator": {"name": creator.get("name"), "id": ORG_ID, "email": creator.get("email")},
        "description": slo.get("description") or None,
        **{
            name: slo.get(name)
            for name in ("timeframe", "warning_threshold", "target_threshold", "created_at", "modified_at")
        },
    }
    return {"data": {"type": "slo", "id": slo["id"], "attributes": attributes}}


def _searched(threshold: Body) -> Body:
    """The search index spells a threshold's displays in yet another way: without the dot, and the warning's as the
    target's (recorded once)."""
    display = str(threshold.get("target_display", "")).rstrip(".")
    return {name: display if name.endswith("_display") else value for name, value in threshold.items()}


def _history(world: World, call: Call) -> Answer:
    entry = world.store.get("slo", call.params["id"])
    if entry is None:
        raise Refusal(404, f"SLO not found: {call.params['id']} not found")
    slo = entry.body
    nothing = {"error_message": _NO_DATA, "error_type": "ZERO_VALUED_DENOMINATOR"}
    overall = {
        "errors": [nothing],
        "sli_value": None,
        "span_precision": 2,
        "precision": {item["timeframe"]: 0 for item in slo["thresholds"]},
        "uptime": None,
        "corrections": [],
        "state": "no_data",
    }
    history = {
        "thresholds": {item["timeframe"]: item for item in slo["thresholds"]},
        "from_ts": call.number("from_ts", 0),
        "to_ts": call.number("to_ts", 0),
        "type": slo["type"],
        "type_id": slo["type_id"],
        "slo": slo,
        "group_by": [],
        "overall": overall,
    }
    return answer({"data": history, "errors": None})


ENDPOINTS = (
    Endpoint("GET", "/api/v1/slo/search", _search),
    Endpoint("GET", "/api/v1/slo/{id}/history", _history),
)
