"""Who starts and stops being woken or told: the part of a plan that people look for first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from dd_sync.core.plan import Change
from dd_sync.kinds.monitor import PAGING


class Pagers(NamedTuple):
    """How a handle that wakes somebody is known: by its service, or because a team names it under `page:`."""

    handles: Collection[str] = ()

    def wakes(self, handle: str) -> bool:
        return handle in self.handles or handle.lower().startswith(PAGING)


class Recipients(NamedTuple):
    """How many objects start and stop notifying each handle."""

    starts: Counter[str]
    stops: Counter[str]


def handles(recipients_text: object) -> set[str]:
    """The handles told in any state but recovery, which wakes nobody anew."""
    states = recipients_text if isinstance(recipients_text, dict) else {}
    return {handle for state, found in states.items() if state != "recovery" for handle in found}


def alert_handles(recipients_text: object) -> set[str]:
    """The handles told of an alert."""
    return set(recipients_text.get("alert", ())) if isinstance(recipients_text, dict) else set()


def paging_changes(changes: Iterable[Change], pagers: Pagers) -> Recipients:
    """Who starts and stops being woken, as far as an apply with default options goes."""
    starts, stops = Counter[str](), Counter[str]()
    for change in changes:
        if change.held:
            continue
        before = {handle for handle in alert_handles(change.told_before) if pagers.wakes(handle)}
        after = {handle for handle in alert_handles(change.told_after) if pagers.wakes(handle)}
        starts.update(dict.fromkeys(after - before, change.reaches))
        stops.update(dict.fromkeys(before - after, change.reaches))
    return Recipients(starts, stops)


def recipients_text(change: Change, pagers: Pagers) -> list[str]:
    """Whom a change makes a difference to, a line each: `pages @…   tells @…`, `notifies on warning: -@… +@…`."""
    before, after = change.told_before, change.told_after
    if change.action == "create" or (change.action == "delete" and handles(before)):
        found = after if change.action == "create" else before
        pages = sorted(handle for handle in alert_handles(found) if pagers.wakes(handle))
        tells = sorted(handle for handle in handles(found) if not pagers.wakes(handle))
        words = ("pages", "tells") if change.action == "create" else ("stops paging", "stops telling")
        parts = [f"{word} {' '.join(names)}" for word, names in zip(words, (pages, tells), strict=True) if names]
        return ["   ".join(parts)] if parts else []
    lines = []
    for state in after:
        gone, come = set(before.get(state, ())) - set(after[state]), set(after[state]) - set(before.get(state, ()))
        if gone or come:
            signed = [*(f"-{handle}" for handle in sorted(gone)), *(f"+{handle}" for handle in sorted(come))]
            lines.append(f"notifies on {state.replace('_', ' ')}: {' '.join(signed)}")
    return lines


def headline(changes: Iterable[Change], pagers: Pagers) -> str:
    """`3 monitors start paging @pagerduty-payments · 1 stops`; empty when nobody's nights change."""
    found = paging_changes(changes, pagers)
    parts = []
    for handle in sorted(found.starts.keys() | found.stops.keys()):
        starts, stops = found.starts[handle], found.stops[handle]
        words = []
        if starts:
            words.append(f"{starts} monitor{'s start' if starts > 1 else ' starts'} paging {handle}")
        if stops:
            words.append(f"{stops} stop{'' if stops > 1 else 's'}" + ("" if starts else f" paging {handle}"))
        parts.append(" · ".join(words))
    return "\n       ".join(parts)
