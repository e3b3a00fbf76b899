"""Questions that tests ask of a payload: whom it pages and notifies, its thresholds, a dashboard's widgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dd_sync.kinds.monitor import PAGING
from dd_sync.query.message import recipients

Payload = Mapping[str, Any]


def tells(monitor: Payload, state: str = "alert") -> Sequence[str]:
    """The handles a monitor notifies in a state: alert, warning, no_data or recovery."""
    return recipients(str(monitor.get("message") or "")).get(state, ())


def pages(monitor: Payload, handle: str | None = None) -> bool:
    """Whether a monitor pages when it alerts: `handle`, or anybody."""
    told = tells(monitor)
    return handle in told if handle is not None else any(one.lower().startswith(PAGING) for one in told)


def thresholds(monitor: Payload) -> Mapping[str, float]:
    """The thresholds of a monitor by name: critical, warning, critical_recovery…"""
    found: Mapping[str, float] = (monitor.get("options") or {}).get("thresholds") or {}
    return found


def widget(dashboard: Payload, title: str) -> Mapping[str, Any]:
    """The definition of the one widget of that title, inside groups too. AssertionError where there is none or more."""
    found = [one for one in _widgets(dashboard.get("widgets") or ()) if one.get("title") == title]
    if len(found) != 1:
        titles = sorted(str(one["title"]) for one in _widgets(dashboard.get("widgets") or ()) if one.get("title"))
        raise AssertionError(f"{len(found)} widgets are called {title!r}; there are {', '.join(titles)}")
    return found[0]


def _widgets(widgets: Sequence[Payload]) -> Iterator[Mapping[str, Any]]:
    for one in widgets:
        definition = one.get("definition") or {}
        yield definition
        yield from _widgets(definition.get("widgets") or ())
