"""Reading alert events: when monitors really alerted and recovered (Datadog's API, `POST /api/v2/events/search`).

The part of an event that says which transition it is, `monitor.transition`, is no part of Datadog's API description. So
the reader takes what it finds, in several places, and counts what it could not read; nobody is told a number without
that count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from dd_sync.core.errors import DatadogError, Forbidden, Overloaded, Uncertain
from dd_sync.datadog.client import Client

PAGE = 1000
"""Events of a page, the most there can be."""

SCOPE = "events_read"
"""The permission that reading events takes (Datadog's API description)."""

TRIES = 3


class EventsNotReadable(DatadogError):
    """The keys may not read events."""


State = Literal["ok", "warning", "alert", "no data"]

_STATES: Mapping[str, State] = {
    "ok": "ok",
    "warn": "warning",
    "warning": "warning",
    "alert": "alert",
    "no data": "no data",
    "nodata": "no data",
}

_TYPES: Mapping[str, State] = {
    "alert": "alert",
    "alert recovery": "ok",
    "warning": "warning",
    "warn": "warning",
    "warning recovery": "ok",
    "warn recovery": "ok",
    "no data": "no data",
    "no data recovery": "ok",
}

_TITLE = re.compile(r"\s*\[(?:P\d\]\s*\[)?(Re-)?(Triggered|Recovered|Warn|No Data|Alert)\b(?: on \{([^}]*)\})?\]?")

_TITLES: Mapping[str, State] = {
    "Triggered": "alert",
    "Alert": "alert",
    "Recovered": "ok",
    "Warn": "warning",
    "No Data": "no data",
}


@dataclass(frozen=True)
class Transition:
    """One group of a monitor that came into a state. `group` is its tags, sorted; empty for none."""

    monitor: int
    group: str
    state: State
    at: datetime
    again: bool = False
    """Whether it only tells once more of what was told before (renotification)."""
    tags: Sequence[str] = ()
    name: str = ""


@dataclass
class Transitions:
    """What was read, the oldest first; `unreadable` events of a monitor say nothing of what happened to it."""

    found: list[Transition] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    """The monitor of each event that could not be read, 0 where not even that could."""
    pages: int = 0
    others: int = 0
    """Events that are no alerts."""


def read_transitions(
    client: Client,
    query: str,
    since: datetime,
    until: datetime,
    progress: Callable[[str, int, int], None] = lambda what, done, total: None,
) -> Transitions:
    """The transitions of a span of time. Raises DatadogError, with the permission that is missing where one is."""
    read = Transitions()
    cursor = ""
    seen: set[str] = set()
    while True:
        answer = _page(client, query, since, until, cursor)
        events = [one for one in answer.get("data") or () if isinstance(one, dict)]
        read.pages += 1
        for event in events:
            id = str(event.get("id") or "")
            if id and id in seen:
                continue
            seen.add(id)
            _add(read, event)
        cursor = str(((answer.get("meta") or {}).get("page") or {}).get("after") or "")
        progress("events", read.pages, read.pages + bool(cursor and events))
        if not cursor or not events:
            break
    read.found.sort(key=lambda one: (one.at, one.monitor, one.group))
    return read


def _page(client: Client, query: str, since: datetime, until: datetime, cursor: str) -> Mapping[str, Any]:
    body = {
        "filter": {"query": query, "from": _stamp(since), "to": _stamp(until)},
        "page": {"limit": PAGE, **({"cursor": cursor} if cursor else {})},
        "sort": "timestamp",
    }
    for attempt in range(1, TRIES + 1):
        try:
            answer = client.call("POST", "/api/v2/events/search", body=body)
        except Uncertain as error:  # it only reads, so that it may be repeated
            if attempt == TRIES:
                raise Overloaded(error.message, hint=error.hint) from None
            continue
        except Forbidden as error:
            hint = f"give the application key the permission {SCOPE}"
            raise EventsNotReadable(f"the keys may not read events: {error.message}", hint=hint) from None
        if isinstance(answer, dict):
            return answer
    raise DatadogError("Datadog's answer to a search for events is no list")


def _add(read: Transitions, event: Mapping[str, Any]) -> None:
    outer = _dict(event.get("attributes"))
    inner = _dict(outer.get("attributes")) or outer
    monitor = _dict(inner.get("monitor")) or _dict(outer.get("monitor"))
    id = _number(monitor.get("id")) or _number(inner.get("monitor_id")) or _number(outer.get("monitor_id"))
    at = _time(outer.get("timestamp")) or _time(inner.get("timestamp"))
    state, again, group = _state(monitor, inner, outer)
    if not id and state is None:
        read.others += 1
    elif not id or at is None or state is None:
        read.unreadable.append(id)
    else:
        tags = tuple(str(tag) for tag in outer.get("tags") or monitor.get("tags") or ())
        named = str(monitor.get("name") or inner.get("title") or "")
        read.found.append(Transition(id, _group(monitor, inner) or group, state, at, again, tags, named))


def _state(
    monitor: Mapping[str, Any], inner: Mapping[str, Any], outer: Mapping[str, Any]
) -> tuple[State | None, bool, str]:
    """The state an event tells of, whether it was told before, and the group its title names."""
    transition = _dict(monitor.get("transition")) or _dict(inner.get("transition"))
    kind = str(transition.get("transition_type") or transition.get("trans_name") or "").lower()
    source, destination = (str(transition.get(f"{end}_state") or "").lower() for end in ("source", "destination"))
    again = "renotify" in kind or bool(transition.get("renotify")) or bool(source and source == destination)
    target = _STATES.get(destination)
    if target is not None:
        return target, again, ""
    if kind in _TYPES:
        return _TYPES[kind], again, ""
    title = _TITLE.match(str(inner.get("title") or outer.get("title") or ""))
    if title is not None:
        return _TITLES[title[2]], again or bool(title[1]), _sorted((title[3] or "").split(","))
    return None, again, ""


def _group(monitor: Mapping[str, Any], inner: Mapping[str, Any]) -> str:
    """The tags of a group, whatever their order: as a list, or as the text that links carry."""
    for found in (inner.get("monitor_groups"), monitor.get("groups")):
        if isinstance(found, list) and found:
            return _sorted([tag for one in found for tag in str(one).split(",")])
    key = _dict(monitor.get("result")).get("group_key")
    return _sorted(str(key).split(",")) if key else ""


def _sorted(tags: Sequence[str]) -> str:
    return ",".join(sorted(tag.strip() for tag in tags if tag.strip() and tag.strip() != "*"))


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0


def _time(value: Any) -> datetime | None:
    """A time as ISO text, or in milliseconds or seconds since 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _stamp(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def alerts_of(transitions: Sequence[Transition]) -> Iterator[Transition]:
    """Those that began an alert; an alert that is told of again is none."""
    return (one for one in transitions if one.state == "alert" and not one.again)
