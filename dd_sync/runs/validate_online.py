"""`validate --online`: what Datadog says of the definitions that would change."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dd_sync.core.errors import Forbidden
from dd_sync.core.findings import Located
from dd_sync.core.references import Name, ObjectId, resolve
from dd_sync.core.resource import Desired
from dd_sync.core.selection import WHOLE
from dd_sync.datadog.online import Asked, look
from dd_sync.kinds import KINDS
from dd_sync.packs.needs import sender
from dd_sync.project.locating import in_order, locate
from dd_sync.project.validating import Validation
from dd_sync.runs.console import Console
from dd_sync.runs.plan import DesiredState, find_target, load_desired, plan_of_target
from dd_sync.runs.session import Session, check_ci, connect


@dataclass(frozen=True)
class Answers:
    """What Datadog said, beside what was found offline."""

    findings: Sequence[Located]
    notes: Sequence[str]
    groups: dict[str, int] = field(default_factory=dict)
    """How many groups a grouped definition alerts on, by KIND:KEY."""


def ask_datadog(found: Validation, root: Path, target: str | None, console: Console, *, everything: bool) -> Answers:
    """Asks about what would change, or about everything. Raises DatadogError when Datadog cannot be asked."""
    want = load_desired(find_target(root, target))
    check_ci(console, target, want.target)
    with connect(want.root, want.settings, want.name, want.target, console) as session:
        names, ids, notes = _chosen(session, want, console, everything=everything)
        chosen = [one for one in want.desired if one.name in names]
        told = look(session.client, [_asked(one, ids) for one in chosen], int(time.time()), sender)
    objects = {one.desired.name: one for one in found.objects if want.name in one.targets}
    findings = [
        locate(finding, objects[name])
        for name, finding in told.findings
        if name in objects and finding.rule not in objects[name].origin.definition.ignore
    ]
    asked = f"asked about {len(chosen)} of {len(want.desired)} objects of {want.name}"
    groups = {f"{kind}:{key}": number for (kind, key), number in told.groups.items()}
    return Answers(in_order(findings), [asked, *notes, *told.notes], groups)


def _chosen(
    session: Session, want: DesiredState, console: Console, *, everything: bool
) -> tuple[set[Name], dict[Name, ObjectId], list[str]]:
    """The objects to ask about, the ids of those that exist, and a note where no plan could be made."""
    try:
        plan = plan_of_target(session, want, WHOLE, console).plan
    except Forbidden as refused:
        everybody = {one.name for one in want.desired}
        return everybody, {}, [f"asked about everything: what changed cannot be seen with these keys ({refused})"]
    changed = {change.name for change in plan.changes if change.desired is not None}
    return ({one.name for one in want.desired} if everything else changed), dict(plan.ids), []


def _asked(one: Desired, ids: dict[Name, ObjectId]) -> Asked:
    kind = KINDS[one.kind]
    return Asked(kind, one.key, resolve(one.payload, ids, kind.text_references))
