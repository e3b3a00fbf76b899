"""Searching monitors: `/api/v1/monitor/search` and `/api/v1/monitor/groups/search`.

Shapes and the error are recorded; of the search language it understands `id:`, `status:`, `tag:`, `type:`, `muted:`
and words of the name, all of which have to hold. Other attributes match nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer
from dd_sync.emulator.world import Endpoint, World

_STATUSES = ("Alert", "Ignored", "No Data", "OK", "Skipped", "Unknown", "Warn")
_PER_PAGE = 30
_TERM = re.compile(r'(?:(\w+):)?(?:\("([^"]*)"\)|"([^"]*)"|(\S+))')

_MATCHES: dict[str, Callable[[Body, str], bool]] = {
    "id": lambda monitor, value: str(monitor.get("id")) == value,
    "status": lambda monitor, value: str(monitor.get("overall_state")).lower() == value.lower(),
    "tag": lambda monitor, value: value in monitor.get("tags", ()),
    "type": lambda monitor, value: _classification(monitor) == value,
    "muted": lambda monitor, value: _is_muted(monitor) == (value == "true"),
    "title": lambda monitor, value: value.lower() in str(monitor.get("name")).lower(),
}


def _search(world: World, call: Call) -> Answer:
    found = _found(world, call)
    page, size = call.number("page", 0), call.number("per_page", _PER_PAGE)
    return answer(
        {
            "counts": {
                "status": _counted(monitor.get("overall_state") for monitor in found),
                "muted": _counted(_is_muted(monitor) for monitor in found),
                "tag": _counted(tag for monitor in found for tag in monitor.get("tags", ())),
                "type": _counted(_classification(monitor) for monitor in found),
            },
            "monitors": [_result(monitor) for monitor in found[page * size : (page + 1) * size]],
            "metadata": _metadata(len(found), page, size),
        }
    )


def _search_groups(world: World, call: Call) -> Answer:
    # Nothing is ever evaluated here, so no monitor has groups.
    _found(world, call)
    page, size = call.number("page", 0), call.number("per_page", _PER_PAGE)
    return answer({"counts": {"status": [], "type": []}, "groups": [], "metadata": _metadata(0, page, size)})


def _found(world: World, call: Call) -> list[Body]:
    wanted = [
        (field or "title", in_brackets or quoted or bare)
        for field, in_brackets, quoted, bare in _TERM.findall(call.query.get("query", ""))
    ]
    for field, value in wanted:
        if field == "status" and value.lower() not in {status.lower() for status in _STATUSES}:
            raise Refusal(400, f"Query parsing error: '{value}' is not a valid monitor status")
    return [
        entry.body
        for entry in world.store.all("monitor")
        if all(field in _MATCHES and _MATCHES[field](entry.body, value) for field, value in wanted)
    ]


def _counted(values: Iterable[object]) -> list[Body]:
    return [{"count": count, "name": name} for name, count in Counter(values).most_common()]


def _metadata(total: int, page: int, size: int) -> Body:
    pages = -(-total // size) if size else 0
    return {"total_count": total, "page_count": pages, "page": page, "per_page": size}


def _result(monitor: Body) -> Body:
    creator = monitor.get("creator") or {}
    return {
        "status": monitor.get("overall_state"),
        "scopes": [],
        "classification": _classification(monitor),
        "creator": {name: creator.get(name) for name in ("handle", "id", "name")},
        "metrics": re.findall(r"\b\w++:([\w.]++)\{", monitor.get("query", "")),
        "notifications": [{"handle": handle, "name": handle} for handle in _handles(monitor)],
        "muted_until_ts": None,
        **{name: monitor.get(name) for name in ("query", "id", "name", "tags", "org_id", "priority", "type")},
        "last_triggered_ts": None,
        "overall_state_modified": monitor.get("overall_state_modified"),
        "restricted_roles": monitor.get("restricted_roles") or [],
    }


def _handles(monitor: Body) -> list[str]:
    return sorted(set(re.findall(r"@([\w.+-]+(?:@[\w.-]+)?)", monitor.get("message") or "")))


def _classification(monitor: Body) -> str:
    type_ = str(monitor.get("type"))
    if type_ in ("metric alert", "query alert"):
        return "anomaly" if "anomalies(" in monitor.get("query", "") else "metric"
    return {"service check": "custom", "composite": "composite"}.get(type_, type_.removesuffix(" alert"))


def _is_muted(monitor: Body) -> bool:
    return bool((monitor.get("options") or {}).get("silenced"))


ENDPOINTS = (
    Endpoint("GET", "/api/v1/monitor/search", _search),
    Endpoint("GET", "/api/v1/monitor/groups/search", _search_groups),
)
