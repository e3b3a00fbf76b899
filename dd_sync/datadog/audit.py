"""Who changed what: the last event of each object in Datadog's Audit Trail, if the organisation has one.

The endpoint wants the permission `audit_logs_read` (Datadog's API description). None of its answers is in the
recordings, so anything that is not there is simply not said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dd_sync.core.references import ObjectId
from dd_sync.datadog.client import Client

PATH = "/api/v2/audit/events"

SINCE = "now-90d"
"""As long as Datadog keeps events."""

_AT_ONCE = 50
"""Objects asked for in one query."""

_PAGE = 500
_MOST_PAGES = 4


@dataclass(frozen=True)
class Event:
    """What happened to an object last."""

    action: str
    when: str
    who: str


def last_events(client: Client, ids: Sequence[ObjectId]) -> dict[str, Event]:
    """The last edit or deletion of each object, by its id as text. Raises Forbidden where the key may not look."""
    found: dict[str, Event] = {}
    for start in range(0, len(ids), _AT_ONCE):
        wanted = {str(one) for one in ids[start : start + _AT_ONCE]}
        for object_id, event in _events(client, sorted(wanted)):
            if object_id in wanted:
                found.setdefault(object_id, event)
            if wanted <= found.keys():
                break
    return found


def _events(client: Client, ids: Sequence[str]) -> Iterator[tuple[str, Event]]:
    """The events of these objects, the latest first."""
    query = f"@asset.id:({' OR '.join(ids)}) @action:(created OR modified OR deleted)"
    asked = {"filter[query]": query, "filter[from]": SINCE, "sort": "-timestamp", "page[limit]": str(_PAGE)}
    for _ in range(_MOST_PAGES):
        answer = _mapping(client.call("GET", PATH, asked))
        for one in answer.get("data") or ():
            outer = _mapping(_mapping(one).get("attributes"))
            inner = _mapping(outer.get("attributes"))
            asset = str(_mapping(inner.get("asset")).get("id", ""))
            yield asset, Event(str(inner.get("action", "")), str(outer.get("timestamp", "")), _person(inner))
        after = _mapping(_mapping(answer.get("meta")).get("page")).get("after")
        if not after:
            return
        asked = {**asked, "page[cursor]": str(after)}


def _person(inner: Mapping[str, Any]) -> str:
    user = _mapping(inner.get("usr"))
    return str(user.get("email") or user.get("name") or user.get("id") or "")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
