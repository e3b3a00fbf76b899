"""The noise of an account for people and programs: the loudest monitors, and the edit that would quieten each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from dd_sync.core.noise import Noise, NoiseReport, Quieter
from dd_sync.reports.backtest import stamp

FORMAT = 1
SHOWN = 10
"""Monitors that are shown where nobody asks for all."""

Paint = Callable[[str, str], str]


def noise_json(found: NoiseReport) -> str:
    """The public format."""
    body = {
        "format": FORMAT,
        "target": found.target,
        "from": stamp(found.since),
        "until": stamp(found.until),
        "events": found.events,
        "unreadable": found.unreadable,
        "pages": found.pages,
        "alerts": found.alerts,
        "night": found.night,
        "teams": dict(found.teams),
        "monitors": [_monitor(one) for one in found.monitors],
        "never_fired": list(found.never_fired),
        "always_firing": list(found.always_firing),
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def noise_text(found: NoiseReport, paint: Paint = lambda text, colour: text, *, verbose: bool = False) -> str:
    """The loudest, what each costs, and what would quieten it."""
    days = (found.until - found.since).days
    first = f"{days} days · {found.alerts} alerts, {found.night} at night, by {len(found.monitors)}"
    lines = [f"{first} of {found.total} monitors", ""]
    for one in found.monitors if verbose else found.monitors[:SHOWN]:
        lines.append(f"{one.alerts:4}  {one.key or one.title}   {paint(_cost(one), 'dim')}".rstrip())
        lines += [f"      {line}" for line in _edit(one)]
    rest = len(found.monitors) - SHOWN
    if rest > 0 and not verbose:
        lines.append(f"      … and {rest} more (-v)")
    if found.unreadable:
        lines += ["", f"{found.unreadable} of {found.events} events could not be read and are not counted"]
    quiet = f"{len(found.never_fired)} monitors never fired, {len(found.always_firing)} always fire: ddsync audit"
    return "\n".join([*lines, "", quiet])


def _cost(one: Noise) -> str:
    parts = []
    if one.short:
        parts.append(f"{one.short} resolved within 5 min")
    if one.flapping:
        parts.append(f"{one.flapping} flapping")
    if one.night:
        parts.append(f"{one.night} at night")
    if one.groups and len(one.groups) <= 3 < one.alerts and any(one.groups):
        parts.append(f"always {', '.join(one.groups)}")
    return ", ".join(parts)


def _edit(one: Noise) -> Iterator[str]:
    edit = one.edit
    if edit is None:
        if one.why_not:
            yield one.why_not
        return
    kept = f"none of {edit.incidents} incidents lost"
    yield f"edit  {edit.where}  {edit.what}      {edit.before} → {edit.after} alerts, {kept}"
    yield from (f"      {line}" for line in edit.text.split("\n") if line)


def _monitor(one: Noise) -> dict[str, Any]:
    return {
        "id": one.id,
        "key": one.key,
        "title": one.title,
        "team": one.team,
        "alerts": one.alerts,
        "night": one.night,
        "short": one.short,
        "flapping": one.flapping,
        "minutes": one.minutes,
        "hours": list(one.hours),
        "groups": dict(one.groups),
        "edit": _quieter(one.edit),
        "why_not": one.why_not,
    }


def _quieter(edit: Quieter | None) -> dict[str, Any] | None:
    if edit is None:
        return None
    return {
        "what": edit.what,
        "before": edit.before,
        "after": edit.after,
        "incidents": edit.incidents,
        "where": edit.where,
        "text": edit.text,
    }
