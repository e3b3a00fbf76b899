"""A backtest of a project: which monitors, the calls it takes, what became of each."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dd_sync.core.backtest import Backtest, MonitorBacktest
from dd_sync.core.errors import DdsyncError, UsageError, did_you_mean
from dd_sync.core.plan import Change
from dd_sync.core.resource import Desired
from dd_sync.core.selection import Selection, matcher_of
from dd_sync.datadog.client import Client
from dd_sync.datadog.transport import HTTP
from dd_sync.evaluate.windows import minute_of, moment
from dd_sync.history.backtest import WARM_UP, Case, Prepared, backtest, prepare
from dd_sync.history.events import EventsNotReadable, Transitions, read_transitions
from dd_sync.history.reader import SeriesReader, Span
from dd_sync.history.shelf import DAY, Shelf
from dd_sync.history.suggest import suggest
from dd_sync.kinds import KINDS
from dd_sync.reports.backtest import above, backtest_json, backtest_markdown, backtest_text
from dd_sync.runs.console import Console, console
from dd_sync.runs.plan import DesiredState, TargetPlan, open_target, plan_of_target
from dd_sync.runs.progress import Reading
from dd_sync.runs.report_formats import check_format
from dd_sync.runs.session import CACHE, Session

MANY_CALLS = 300
"""Calls above which somebody who is there is asked first: a fifth of what Datadog allows an organisation in an hour."""

PATIENCE_SECONDS = 3700.0
"""How long one call waits for the rate limit: the longest period there is, and a little."""


class Wish(NamedTuple):
    """What is asked of a backtest."""

    keys: Sequence[str]
    days: int
    until: datetime | None
    suggest: float | None = None
    yes: bool = False
    most: float | None = None
    """Alerts a week above which the run ends with 3."""


def backtest_command(
    start: Path, target: str | None, part: Selection, wish: Wish, format: str, *, verbose: bool = False
) -> int:
    """Runs a backtest and shows it; the exit status. Raises what `run_backtest` raises."""
    check_format(format, "text", "json", "markdown")
    tty = console()
    with open_target(start, target, None, tty, part=part) as (session, want):
        made = plan_of_target(session, want, part, tty)
        found = run_backtest(session, want, made, wish, tty)
    if format == "json":
        tty.result(backtest_json(found))
    elif format == "markdown":
        tty.result(backtest_markdown(found))
    else:
        tty.result(backtest_text(found, want.settings.project, tty.paint, verbose=verbose))
    loud = above(found, wish.most) if wish.most is not None else []
    for line in loud:
        tty.say(f"refused: {line}")
    return 3 if loud else 0


def run_backtest(session: Session, want: DesiredState, made: TargetPlan, wish: Wish, tty: Console) -> Backtest:
    """Evaluates what a plan changes, or what `keys` name, over what Datadog measured.

    Raises UsageError for keys that are none and a span that is none, DatadogError where series cannot be read.
    """
    now = datetime.now(UTC)
    span = span_of(wish.days, wish.until, now)
    reader = open_history(session, now)
    prepared = [prepare(case) for case in cases_of(session.client, want, made, wish.keys)]
    lead = _lead(reader, prepared, span)
    asks = reader.to_ask((text for one in prepared for text in one.subqueries), span, lead)
    announce(len(asks), wish, tty)
    with Reading(tty) as progress:
        reader.progress = progress
        reader.read(asks)
    events = _events(reader.client, prepared, span, tty)
    monitors = [_one(one, reader, span, lead, events, wish) for one in prepared]
    return Backtest(want.name, moment(span.since), moment(span.until), monitors, reader.calls)


def open_history(session: Session, now: datetime) -> SeriesReader:
    """What reads series of a target: patient with its rate limit, past days kept beside the project."""
    address = session.account.address
    client = Client(HTTP(address), session.clock, session.rules.marks, budget=PATIENCE_SECONDS)
    account = hashlib.sha256(f"{session.place}\n{address.app_key}".encode()).hexdigest()[:16]
    shelf = Shelf(session.root / CACHE / "history", account)
    return SeriesReader(client, shelf, minute_of(now) // DAY * DAY)


def span_of(days: int, until: datetime | None, now: datetime) -> Span:
    """The minutes of a backtest: so many days up to a moment, up to the last midnight (UTC) where none is said."""
    end = minute_of(until) if until is not None else minute_of(now) // DAY * DAY
    if days < 1:
        raise UsageError(f"--days {days}: at least one day")
    return Span(end - days * DAY, end)


def moment_of(text: str | None, option: str) -> datetime | None:
    """A time as people write it: `2026-12-01`, `2026-12-01T10:00`, with or without a zone; UTC without. Raises
    UsageError."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        text = f"{option} {text}: not a time"
        raise UsageError(text, hint="write 2026-12-01 or 2026-12-01T10:00Z") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def cases_of(client: Client, want: DesiredState, made: TargetPlan, keys: Sequence[str]) -> list[Case]:
    """The monitors that are backtested: those a plan changes, or those that `keys` name. Raises UsageError for a key
    that no monitor has."""
    changes = {change.key: change for change in made.plan.changes if KINDS[change.kind].evaluated}
    if not keys:
        return [_case(change.key, change, want) for change in changes.values()]
    wanted = {one.key: one for one in made.desired if KINDS[one.kind].evaluated}
    found = []
    for key in keys:
        inside = matcher_of([key])
        named = [name for name, one in wanted.items() if inside is None or inside(*one.name)]
        if not named:
            raise UsageError(f"no monitor has the key {key}.{did_you_mean(key, wanted)}")
        found += named
    return [
        _case(key, changes[key], want)
        if key in changes
        else _unchanged(wanted[key], made.plan.ids.get(wanted[key].name), want, client)
        for key in dict.fromkeys(found)
    ]


def _case(key: str, change: Change, want: DesiredState) -> Case:
    tells = [handle for handles in change.told_after.values() for handle in handles]
    payload: Any = change.desired or change.live or {}
    return Case(
        key,
        change.title,
        change.live,
        change.desired,
        zone_of(payload, want),
        _id(change.id),
        _modified(change.live),
        tuple(dict.fromkeys(tells)),
    )


def _unchanged(desired: Desired, id: object, want: DesiredState, client: Client) -> Case:
    """A monitor the plan leaves as it is: what is live is what is wanted."""
    number, payload = _id(id), desired.payload
    live = None if number is None else client.read(KINDS[desired.kind], number)
    before = None if live is None else payload
    title = KINDS[desired.kind].title(payload) or desired.key
    return Case(desired.key, title, before, payload, zone_of(payload, want), number, _modified(live))


def zone_of(payload: Any, want: DesiredState) -> ZoneInfo:
    """The time zone of the team that a monitor's tags name; UTC where it says none."""
    teams = [str(tag).partition(":")[2] for tag in payload.get("tags") or () if str(tag).startswith("team:")]
    return team_zone(teams[0] if teams else "", want)


def team_zone(team: str, want: DesiredState) -> ZoneInfo:
    """The time zone of a team; UTC where it says none. Raises DdsyncError for one there is none of that name."""
    name = (want.settings.teams.get(team) or {}).get("timezone")
    try:
        return ZoneInfo(str(name or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        raise DdsyncError(f"team {team}: there is no time zone {name}", hint="write Europe/Berlin") from None


def _id(id: object) -> int | None:
    return int(str(id)) if str(id).isdigit() else None


def _modified(live: Any) -> datetime | None:
    """When a live monitor was last changed."""
    try:
        found = datetime.fromisoformat(str((live or {}).get("modified")))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _lead(reader: SeriesReader, prepared: Iterable[Prepared], span: Span) -> int:
    """Minutes before the span that are read: what evaluations look back and a day to warm up, as far as it takes no
    call more, and what they compare with in any case."""
    alive = [one for one in prepared if not one.refused]
    looks_back = max((one.lead for one in alive), default=0)
    compared = max((one.shift for one in alive), default=0)
    return max(reader.lead(span, looks_back + WARM_UP), compared)


def announce(calls: int, wish: Wish, tty: Console) -> None:
    """Says how many calls it takes, and asks somebody who is there when they are many."""
    if calls:
        tty.say(f"asking Datadog {calls} {'time' if calls == 1 else 'times'} for series")
    if calls > MANY_CALLS and not wish.yes and tty.answers:
        import typer

        if not typer.confirm(f"that is many of the calls Datadog allows in an hour. Make {calls} calls?"):
            raise UsageError("nothing was asked", hint="name keys, or fewer --days")


def _one(
    prepared: Prepared, reader: SeriesReader, span: Span, lead: int, events: Mapping[int, Transitions], wish: Wish
) -> MonitorBacktest:
    found = backtest(prepared, reader, span, lead, events.get(prepared.case.id or 0))
    if wish.suggest is not None and prepared.after is not None and found.status != "refused":
        found = replace(found, suggested=suggest(prepared.after, reader, span, lead, wish.suggest))
    return found


def _events(client: Client, prepared: Iterable[Prepared], span: Span, tty: Console) -> dict[int, Transitions]:
    """The alert events of each live monitor; without permission to read them, those that could be, and a notice."""
    until = moment(span.until) + timedelta(minutes=5)
    found: dict[int, Transitions] = {}
    for one in prepared:
        id = one.case.id
        if id is None or one.before is None or one.refused:
            continue
        try:
            found[id] = read_transitions(client, f"source:alert @monitor.id:{id}", moment(span.since), until)
        except EventsNotReadable as error:
            tty.say(f"notice: no fidelity: {error.message}")
            break
    return found


def often(text: str | None) -> float | None:
    """`1/week` as alerts a week; also `2/day`, `3/month`. Raises UsageError."""
    if not text:
        return None
    number, _, span = text.partition("/")
    weeks = {"day": 7.0, "week": 1.0, "month": 7 / 30, "": 1.0}.get(span.strip())
    try:
        found = float(number)
    except ValueError:
        found = math.nan
    if weeks is None or not math.isfinite(found) or found < 0:
        raise UsageError(f"--suggest {text}: how often is that?", hint="write 1/week")
    return found * weeks
