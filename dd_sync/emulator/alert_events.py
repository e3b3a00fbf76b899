"""Alert events: what monitors told of, and the search for them. `/api/v2/events/search`, `/api/v2/events`.

The envelope and the paging are those of recordings (a cursor in `meta.page.after`, an empty page without `meta` at the
end); `monitor.transition` is no part of Datadog's API description and is shaped as others read it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer
from dd_sync.emulator.world import Endpoint, World

ALERT = "alert_event"
"""The kind under which alert events are stored."""

MOST = 1000
"""Events of a page."""

STATES = {"ok": "OK", "warn": "Warn", "alert": "Alert", "no data": "No Data"}
"""What states are called in events, by what the evaluator calls them."""

_WORDS = {"Alert": "alert", "Warn": "warning", "No Data": "no data"}
_MONITOR = re.compile(r"@monitor\.id:(?:\(([^)]*)\)|(\d+))")
_AGO = re.compile(r"now(?:-(\d+)([smhdw]))?")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def put_alert_event(world: World, monitor: Body, group: Sequence[str], before: str, after: str, at: float) -> Body:
    """Stores that a group of a monitor went from one state to another (`OK`, `Warn`, `Alert`, `No Data`) at a time, in
    seconds since 1970."""
    number = world.store.next_number(ALERT, 8_000_000_000)
    kind = f"{_WORDS[before]} recovery" if after == "OK" else _WORDS[after]
    time = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    word = {"OK": "Recovered", "Alert": "Triggered"}.get(after, after)
    where = f" on {{{','.join(group)}}}" if group else ""
    facts = {
        "id": monitor["id"],
        "name": monitor.get("name"),
        "type": monitor.get("type"),
        "query": monitor.get("query"),
        "tags": monitor.get("tags") or [],
        "groups": list(group),
        "transition": {"transition_type": kind, "source_state": before, "destination_state": after},
        "result": {"group_key": ",".join(group)},
    }
    attributes = {
        "timestamp": time,
        "message": monitor.get("message") or "",
        "tags": [*(monitor.get("tags") or []), *group, f"monitor_id:{monitor['id']}", "source:alert"],
        "attributes": {
            "evt": {"id": str(number), "type": "monitor_alert", "source_id": 36},
            "title": f"[{word}{where}] {monitor.get('name')}",
            "status": {"OK": "success", "Alert": "error"}.get(after, "warning"),
            "timestamp": int(at * 1000),
            "monitor_id": monitor["id"],
            "monitor_groups": list(group),
            "monitor": facts,
        },
    }
    body: Body = {"id": str(number), "type": "event", "attributes": attributes}
    world.store.save(ALERT, str(number), body)
    return body


def _search(world: World, call: Call) -> Answer:
    body = call.fields()
    wanted, page = body.get("filter") or {}, body.get("page") or {}
    return _page(world, wanted, page.get("limit", 10), str(page.get("cursor") or ""), str(body.get("sort") or ""))


def _list(world: World, call: Call) -> Answer:
    wanted = {name: call.query.get(f"filter[{name}]") for name in ("query", "from", "to")}
    return _page(
        world, wanted, call.number("page[limit]", 10), call.query.get("page[cursor]", ""), call.query.get("sort", "")
    )


def _page(world: World, wanted: Body, limit: Any, cursor: str, sort: str) -> Answer:
    if not isinstance(limit, int) or not 0 < limit <= MOST:
        raise Refusal(400, "input_validation_error(Field 'page.limit' is invalid: must be between 1 and 1000)")
    found = _sorted(world, wanted, reverse=sort.startswith("-"))
    start = _offset(cursor)
    shown = found[start : start + limit]
    if not shown:
        return answer({"data": []})
    after = base64.urlsafe_b64encode(f"ddsync:{start + len(shown)}".encode()).decode()
    return answer({"data": shown, "meta": {"page": {"after": after}, "status": "done"}})


def _sorted(world: World, wanted: Body, *, reverse: bool) -> Sequence[Body]:
    """What a search finds, in order; kept while nothing happens, since its other pages are asked for next."""
    bodies = hash(tuple(id(entry.body) for entry in world.store.all(ALERT)))
    asked = (world.store.instance, bodies, str(wanted), reverse)
    if _last.get("asked") != asked:
        _last.update(asked=asked, found=sorted(_matching(world, wanted), key=_when, reverse=reverse))
    found: Sequence[Body] = _last["found"]
    return found


_last: dict[str, Any] = {}
"""The search before this one, and what it found."""


def _offset(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("ddsync:"))
    except ValueError:
        raise Refusal(400, "input_validation_error(Field 'page' is invalid: invalid cursor)") from None


def _matching(world: World, wanted: Body) -> Iterator[Body]:
    """The events of a span of time; of a query, the source and the monitors are understood."""
    since, until = _moment(world, wanted.get("from"), 0.0), _moment(world, wanted.get("to"), float("inf"))
    query = str(wanted.get("query") or "")
    ids = {id for match in _MONITOR.finditer(query) for id in re.findall(r"\d+", match[1] or match[2])}
    for entry in world.store.all(ALERT):
        if since <= _when(entry.body) <= until and (
            not ids or str(entry.body["attributes"]["attributes"]["monitor_id"]) in ids
        ):
            yield entry.body


def _when(event: Body) -> float:
    return float(event["attributes"]["attributes"]["timestamp"]) / 1000


def _moment(world: World, value: Any, default: float) -> float:
    """A time as `now-1d`, ISO text or milliseconds."""
    text = str(value or "")
    if not text:
        return default
    if text.isdecimal():
        return int(text) / 1000
    if ago := _AGO.fullmatch(text):
        back = timedelta(**{_UNITS[ago[2]]: int(ago[1])}) if ago[1] else timedelta()
        return (world.clock() - back).timestamp()
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise Refusal(400, "input_validation_error(Field 'filter' is invalid: invalid time)") from None


ENDPOINTS = (
    Endpoint("POST", "/api/v2/events/search", _search),
    Endpoint("GET", "/api/v2/events", _list),
)
