"""What was changed in Datadog since it was applied, with the time and, where the audit endpoint allows, the person."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dd_sync.core.diff import FieldChange
from dd_sync.core.errors import DatadogError
from dd_sync.core.instants import as_seconds
from dd_sync.core.plan import Change, Plan
from dd_sync.core.secrets import Redactor
from dd_sync.datadog.audit import Event, last_events
from dd_sync.reports.ages import ago, modified_at
from dd_sync.reports.as_json import Url, plan_json
from dd_sync.reports.conflict import conflict_text
from dd_sync.reports.values import pair
from dd_sync.runs.console import Console
from dd_sync.runs.plan import TargetPlan, receipts_of
from dd_sync.runs.session import Session

_SHOWN = 12
"""Fields shown of one object; JSON has all."""


@dataclass(frozen=True)
class Drift:
    """One object that is not as it was applied."""

    change: Change
    """As the plan has it: `before` is Datadog, `after` the code."""
    when: float | None
    """Seconds since 1970."""
    by: str

    @property
    def deleted(self) -> bool:
        return self.change.action == "create" and self.change.twin is None


def read_drift(session: Session, plan: Plan, tty: Console) -> list[Drift]:
    """The part of a plan that the code did not cause."""
    held = [change for change in plan.changes if change.cause != "code"]
    known = receipts_of(session).known_ids()
    ids = {change.name: change.id if change.id is not None else known.get(change.name) for change in held}
    events = _events(session, [one for one in ids.values() if one is not None], tty) if held else {}
    return [_drift(change, events.get(str(ids[change.name]))) for change in held]


def _events(session: Session, ids: Sequence[int | str], tty: Console) -> dict[str, Event]:
    try:
        return last_events(session.client, ids)
    except DatadogError as error:
        tty.say(f"who it was is not known: the audit trail could not be read ({error.message})")
        return {}


def _drift(change: Change, event: Event | None) -> Drift:
    when = modified_at(change)
    if event is None:
        return Drift(change, when, "")
    read = as_seconds(event.when)
    return Drift(change, when if when is not None else read, event.who)


def as_text(found: Sequence[Drift], made: TargetPlan, tty: Console) -> str:
    """The drift for a person."""
    if not found:
        return f"{made.heading}: no drift ({made.plan.definitions} definitions)"
    lines = [f"{made.heading}: changed in Datadog", ""]
    for one in found:
        lines += _lines(one, tty)
    lost, deleted = sum(one.change.twin is not None for one in found), sum(one.deleted for one in found)
    numbers = {"edited": len(found) - lost - deleted, "deleted": deleted, "without identity": lost}
    counts = [f"{number} {what}" for what, number in numbers.items() if number]
    hint = "ddsync absorb KEY keeps an edit in code, ddsync apply --revert-drift KEY undoes it"
    return "\n".join([*lines, "", " · ".join(counts), hint])


def _lines(one: Drift, tty: Console) -> Iterator[str]:
    change = one.change
    what = "deleted" if one.deleted else "edited" if change.twin is None else "lost its identity"
    age = ago(time.time() - one.when) if one.when is not None else ""
    told = " ".join(part for part in (what, age, f"by {one.by}" if one.by else "") if part)
    yield f"{tty.paint(f'! {change.kind:<9} {change.key}', 'yellow')}  {told}  {change.source}".rstrip()
    if change.action == "delete":
        yield "    its definition is gone from the code, too"
    if change.reason:
        yield f"    {change.reason}"
    elif change.cause == "both" and change.action != "delete":
        yield "    the code changed, too"
    conflict = conflict_text(change, tty.redactor, _SHOWN)
    if conflict:
        yield from (f"    {line}" for line in conflict)
        return
    for field in change.fields[:_SHOWN]:
        sides = (tty.redactor.json(side, field.path) for side in (field.after, field.before))
        code, datadog = pair(FieldChange(field.path, *sides))
        yield f"    {field.path}  {code}  →  {datadog} in Datadog"
    if len(change.fields) > _SHOWN:
        yield f"    and {len(change.fields) - _SHOWN} more (--format json shows all)"


def as_json(found: Sequence[Drift], plan: Plan, url: Url, redactor: Redactor) -> str:
    """The drift as a plan of its own, each change with `modified` and `by`; `before` is Datadog, `after` the code."""
    alone = replace(plan, changes=tuple(one.change for one in found), notices=())
    body = json.loads(plan_json(alone, url, redactor))
    for shown, one in zip(body["changes"], found, strict=True):
        shown["modified"] = None if one.when is None else datetime.fromtimestamp(one.when, UTC).isoformat()
        shown["by"] = one.by
    return json.dumps(body, indent=2, ensure_ascii=False)
