"""The noise of a target: its alert events counted, and an edit looked for that makes the loudest quiet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dd_sync.core.errors import DdsyncError, UsageError
from dd_sync.core.noise import Noise, NoiseReport, Quieter
from dd_sync.core.references import Name
from dd_sync.core.selection import WHOLE
from dd_sync.datadog.client import Client
from dd_sync.evaluate import NotEvaluated
from dd_sync.evaluate.windows import moment
from dd_sync.history.backtest import WARM_UP
from dd_sync.history.events import Transitions, read_transitions
from dd_sync.history.noise import Incident, count, quieten
from dd_sync.history.subqueries import subqueries_of
from dd_sync.kinds import KINDS
from dd_sync.project.build import Built
from dd_sync.project.project import load_project
from dd_sync.project.rewriting import rewrite
from dd_sync.query.errors import QueryError
from dd_sync.reports.noise import noise_json, noise_text
from dd_sync.runs.backtest import Wish, announce, moment_of, open_history, span_of, team_zone
from dd_sync.runs.console import Console, console
from dd_sync.runs.plan import DesiredState, open_target, plan_of_target
from dd_sync.runs.progress import Reading
from dd_sync.runs.report_formats import check_format
from dd_sync.runs.session import Session

LOUD = 5
"""Alerts from which on an edit is looked for."""

MOST = 50
"""Monitors an edit is looked for: their series have to be read."""


class NoiseWish(NamedTuple):
    """What is asked of a noise report."""

    days: int
    until: datetime | None
    incidents: Sequence[Incident]
    write: bool = False
    yes: bool = False


def noise_command(start: Path, target: str | None, wish: NoiseWish, format: str, *, verbose: bool = False) -> int:
    """Makes a noise report and shows it; the exit status. Raises DatadogError where events cannot be read."""
    check_format(format, "text", "json")
    tty = console()
    with open_target(start, target, None, tty) as (session, want):
        found = run_noise(session, want, wish, tty)
    tty.result(noise_json(found) if format == "json" else noise_text(found, tty.paint, verbose=verbose))
    return 0


def run_noise(session: Session, want: DesiredState, wish: NoiseWish, tty: Console) -> NoiseReport:
    """Counts the alert events of a target, and looks for edits of its loudest monitors."""
    plan = plan_of_target(session, want, WHOLE, tty).plan
    reader = open_history(session, datetime.now(UTC))
    span = span_of(wish.days, wish.until, datetime.now(UTC))
    with Reading(tty) as progress:
        events = read_transitions(reader.client, "source:alert", moment(span.since), moment(span.until), progress)
    keys = {int(str(id)): name for name, id in plan.ids.items() if KINDS[name[0]].evaluated}
    zones = _zones(want)
    inside = [one for one in events.found if moment(span.since) <= one.at < moment(span.until)]
    counted = [replace(one, key=keys[one.id][1]) if one.id in keys else one for one in count(inside, zones)]
    edited = _edited(session, want, counted, keys, wish, tty)
    return _report(session.client, want.name, span.since, span.until, events, edited, wish)


def incidents_of(file: Path | None) -> list[Incident]:
    """The incidents a file names: JSON, `[{"from": "2026-06-03T10:00Z", "until": "…", "key": "shop/errors"}]`, or pairs
    of times, or lists of pairs by key. Raises DdsyncError."""
    if file is None:
        return []
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
        rows = held if isinstance(held, list) else [(*pair, key) for key, pairs in held.items() for pair in pairs]
        return [_incident(row) for row in rows]
    except (OSError, ValueError, TypeError, KeyError, IndexError, UsageError) as error:
        hint = 'write [{"from": "2026-06-03T10:00Z", "until": "2026-06-03T11:00Z"}]'
        raise DdsyncError(f"{file}: no list of incidents: {error}", hint=hint) from None


def _incident(row: Any) -> Incident:
    if isinstance(row, dict):
        row = (row["from"], row["until"], row.get("key") or "")
    since, until = moment_of(str(row[0]), "from"), moment_of(str(row[1]), "until")
    if since is None or until is None:
        raise ValueError("an incident without times")
    return Incident(since, until, str(row[2]) if len(row) > 2 else "")


def _zones(want: DesiredState) -> Callable[[str], ZoneInfo]:
    known: dict[str, ZoneInfo] = {}

    def zone(team: str) -> ZoneInfo:
        if team not in known:
            known[team] = team_zone(team, want)
        return known[team]

    return zone


def _edited(
    session: Session,
    want: DesiredState,
    counted: Sequence[Noise],
    keys: Mapping[int, Name],
    wish: NoiseWish,
    tty: Console,
) -> list[Noise]:
    """The same with the edits that were found, each written where that was asked for."""
    loud = [one for one in counted if one.alerts >= LOUD and one.id in keys][:MOST]
    wanted = {one.name: one.payload for one in want.desired}
    found = _quieter(session, [(one, wanted[keys[one.id]]) for one in loud if keys[one.id] in wanted], wish, tty)
    place = _Place(want)
    made = []
    for one in counted:
        edit = found.get(one.id)
        if isinstance(edit, Quieter):
            made.append(replace(one, edit=place.put(edit, keys[one.id], write=wish.write)))
        else:
            made.append(replace(one, why_not=edit or ""))
    return made


def _quieter(
    session: Session, loud: Sequence[tuple[Noise, Mapping[str, Any]]], wish: NoiseWish, tty: Console
) -> dict[int, Quieter | str]:
    """The edit for each, or why there is none."""
    now = datetime.now(UTC)
    span, reader = span_of(wish.days, wish.until, now), open_history(session, now)
    found: dict[int, Quieter | str] = {}
    asked = {}
    for one, payload in loud:
        try:
            asked[one.id] = subqueries_of(payload)
        except (NotEvaluated, QueryError) as error:
            found[one.id] = error.message
    lead = reader.lead(span, max((4 * 60 + known.before for known in asked.values()), default=0) + WARM_UP)
    asks = reader.to_ask((text for known in asked.values() for text in known.subqueries), span, lead)
    announce(len(asks), Wish((), wish.days, wish.until, yes=wish.yes), tty)
    with Reading(tty) as progress:
        reader.progress = progress
        reader.read(asks)
    for one, payload in loud:
        if one.id in asked:
            own = [incident for incident in wish.incidents if incident.key in ("", one.key)]
            try:
                found[one.id] = quieten(payload, reader, span, lead, own)
            except NotEvaluated as error:
                found[one.id] = error.message
    return found


class _Place:
    """Where edits stand in the project; built again for each that is tried."""

    def __init__(self, want: DesiredState) -> None:
        self._want = want
        self._built: Built | None = None

    def put(self, edit: Quieter, name: Name, *, write: bool) -> Quieter:
        """The edit with the line it stands at, and written there where `write` says so."""
        if self._built is None:
            self._built = self._build()
        found = rewrite(self._want.root, self._built, name, edit.payload, self._build, keep=write)
        if found is None:
            origin = self._built.origins.get(name)
            return replace(edit, where=getattr(origin, "source", "") or "", text="by hand: no single line says it")
        if write:
            self._built = None
        where = f"{found.file.relative_to(self._want.root)}:{found.line}"
        return replace(edit, where=where, text=f"{found.old} → {found.new}")

    def _build(self) -> Built:
        return load_project(self._want.root).build(self._want.target)


def _report(
    client: Client,
    target: str,
    since: int,
    until: int,
    events: Transitions,
    monitors: Sequence[Noise],
    wish: NoiseWish,
) -> NoiseReport:
    live = [one for kind in KINDS.values() if kind.evaluated for one in client.list_objects(kind)]
    fired = {one.id for one in monitors}
    silent = [one for one in live if one.get("id") not in fired]
    always = [one for one in silent if one.get("overall_state") == "Alert"]
    teams: Counter[str] = Counter()
    for noise in monitors:
        teams[noise.team] += noise.alerts
    return NoiseReport(
        target,
        moment(since),
        moment(until),
        monitors,
        len(events.found) + len(events.unreadable),
        len(events.unreadable),
        events.pages,
        [str(one.get("name")) for one in silent if one not in always],
        [str(one.get("name")) for one in always],
        len(live),
        len(wish.incidents),
        dict(teams.most_common()),
    )
