"""Counts alert events, and looks for the change that quietens a noisy monitor without missing an incident."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dd_sync.core.backtest import Firing
from dd_sync.core.noise import Noise, Quieter
from dd_sync.evaluate import NotEvaluated
from dd_sync.history.backtest import at_night, critical_of, outcome, replay, with_critical
from dd_sync.history.events import Transition
from dd_sync.history.reader import SeriesReader, Span
from dd_sync.history.subqueries import subqueries_of

SHORT = timedelta(minutes=5)
HOUR = timedelta(hours=1)
ENOUGH = 0.8
"""The share of alerts that an edit has to take away."""

INCIDENT_MINUTES = 30
"""How long an alert lasts that counts as an incident where nobody named any."""

_WINDOW = re.compile(r"\(last_(\d+)(m|h)\)")
_WINDOWS = (10, 15, 20, 30, 45, 60, 90, 120, 180, 240)


class Incident(NamedTuple):
    """Something that really happened: alerts within it must not be lost."""

    since: datetime
    until: datetime
    key: str = ""
    """The monitor it is about; empty for any."""


def count(transitions: Sequence[Transition], zones: Callable[[str], ZoneInfo]) -> list[Noise]:
    """How often each monitor alerted, the loudest first. `transitions` are in the order of time."""
    by_monitor: dict[int, list[Transition]] = defaultdict(list)
    for one in transitions:
        by_monitor[one.monitor].append(one)
    found = [_count(id, own, zones) for id, own in by_monitor.items()]
    return sorted((one for one in found if one.alerts), key=lambda one: (-one.alerts, one.id))


def _count(id: int, transitions: Sequence[Transition], zones: Callable[[str], ZoneInfo]) -> Noise:
    team = next((tag.partition(":")[2] for one in transitions for tag in one.tags if tag.startswith("team:")), "")
    zone = zones(team)
    begun: dict[str, datetime] = {}
    lately: dict[str, deque[datetime]] = defaultdict(deque)
    groups: Counter[str] = Counter()
    hours = [0] * 24
    alerts = night = short = flapping = 0
    seconds = 0.0
    for one in transitions:
        if one.state != "alert":
            start = begun.pop(one.group, None)
            if start is not None:
                short += one.at - start <= SHORT
                seconds += (one.at - start).total_seconds()
            continue
        if one.again:
            continue
        alerts += 1
        begun[one.group] = one.at
        groups[one.group] += 1
        hours[one.at.astimezone(zone).hour] += 1
        night += at_night(one.at, zone)
        recent = lately[one.group]
        while recent and one.at - recent[0] > HOUR:
            recent.popleft()
        flapping += len(recent) >= 2
        recent.append(one.at)
    title = next((one.name for one in reversed(transitions) if one.name), "")
    return Noise(id, title, alerts, night, short, flapping, int(seconds // 60), hours, dict(groups.most_common()), team)


def quieten(
    payload: Mapping[str, Any], reader: SeriesReader, span: Span, lead: int, incidents: Sequence[Incident]
) -> Quieter | str:
    """The smallest change that takes away enough of a monitor's alerts and none of the incidents it told of: a longer
    window first, then another threshold. The reason, where there is none. Raises NotEvaluated."""
    asked = subqueries_of(payload)
    before = outcome(replay(asked, reader, span, lead), span, lead, ZoneInfo("UTC")).alerts
    if len(before) < 2:
        return "the replay of it hardly alerts"
    told = _told(before, incidents)
    best: Quieter | None = None
    for what, changed in _changes(payload):
        try:
            found = replay(subqueries_of(changed), reader, span, lead)
        except NotEvaluated:
            continue
        after = outcome(found, span, lead, ZoneInfo("UTC")).alerts
        if all(_hit(after, one) for one in told) and (best is None or len(after) < best.after):
            best = Quieter(what, changed, len(before), len(after), len(told))
            if len(after) <= (1 - ENOUGH) * len(before):
                return best
    return f"no change takes away {ENOUGH:.0%} of its alerts and keeps its {len(told)} incidents"


def _told(before: Sequence[Firing], incidents: Sequence[Incident]) -> list[Incident]:
    """The incidents that a monitor told of; where none is named, its own long alerts."""
    named = incidents or [Incident(one.since, one.until) for one in before if one.minutes >= INCIDENT_MINUTES]
    return [one for one in named if _hit(before, one)]


def _hit(alerts: Sequence[Firing], incident: Incident) -> bool:
    return any(one.since < incident.until and incident.since < one.until for one in alerts)


def _changes(payload: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Changes to try, the least first."""
    query = str(payload.get("query") or "")
    window = _WINDOW.search(query)
    if window is not None:
        length = int(window[1]) * (60 if window[2] == "h" else 1)
        for longer in _WINDOWS:
            if longer > length:
                text = query[: window.start()] + f"(last_{_span(longer)})" + query[window.end() :]
                yield f"window {window[1]}{window[2]} → {_span(longer)}", {**payload, "query": text}
    critical = critical_of(payload)
    match = re.search(r"(>=|<=|>|<)\s*(-?[\d.]+(?:e[+-]?\d+)?)\s*$", query)
    if critical and match is not None:
        for share in (0.05, 0.1, 0.2, 0.3, 0.5):
            moved = float(f"{critical + abs(critical) * share * (1 if match[1][0] == '>' else -1):.3g}")
            changed = with_critical(payload, moved)
            text = query[: match.start(2)] + f"{moved:g}"
            yield f"threshold {critical:g} → {moved:g}", {**changed, "query": text}


def _span(minutes: int) -> str:
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"
