"""One apply from the command line: the plan it takes, the question it asks, the events it prints, the receipt."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dd_sync.cli.console import Console, console
from dd_sync.cli.planning import Planned, planned, receipts_of, wanted
from dd_sync.cli.progress import Progress
from dd_sync.cli.session import Session, check_ci, connected
from dd_sync.core.apply import Options, Outcome, apply, check_limits
from dd_sync.core.errors import DdsyncError, Refused
from dd_sync.core.plan import Change, Plan
from dd_sync.core.saved import Saved, definitions_digest, from_text, unreviewed
from dd_sync.reports.as_json import counts, last_line, outcome_json
from dd_sync.reports.paging import Pagers
from dd_sync.reports.text import Heading, apply_text, outcome_line, plan_text


@dataclass(frozen=True)
class Applying:
    """What the command line asked for."""

    target: str | None
    only: tuple[str, ...]
    rendered: Path | None
    planfile: Path | None
    expect: Path | None
    yes: bool
    format: str
    options: Options


class Stale(Refused):
    """A saved plan no longer fits the project or Datadog."""


def run_apply(asked: Applying) -> int:
    """Plans (or takes a saved plan), asks, applies; returns the exit status. Raises Refused before any write."""
    tty = console()
    saved = _read(asked.planfile) if asked.planfile else None
    reviewed = _read(asked.expect) if asked.expect else None
    bound = saved or reviewed
    named = asked.target or (bound.plan.owner.target if bound else None)
    want = wanted(Path.cwd(), named, asked.rendered)
    check_ci(tty, named, want.target)
    with connected(want.root, want.settings, want.name, want.target, tty) as session:
        if saved is not None:
            _check_bound(saved, session, definitions_digest(want.desired))
            heading = Heading(want.settings.project, want.name, session.account.place, 0.0)
            made = Planned(saved.plan, heading, saved.definitions)
        else:
            made = planned(session, want, asked.only, tty)
        if reviewed is not None:
            _check_reviewed(made.plan, reviewed)
        return apply_plan(session, made, want.pagers, asked, tty)


def apply_plan(session: Session, made: Planned, pagers: Pagers, asked: Applying, tty: Console) -> int:
    """Asks, applies, prints, keeps the receipt."""
    if not made.plan.changes:
        tty.result(last_line((), "") if asked.format == "json" else plan_text(made.plan, made.heading, pagers))
        return 0
    check_limits(made.plan, asked.options)
    if asked.format == "text" and not _confirmed(made, pagers, asked, tty):
        tty.say("nothing was applied")
        return 0
    started = time.monotonic()
    outcomes, receipt = _applied(session, made.plan, asked, tty)
    shown = _shown_path(receipt, session.root) if receipt else ""
    if asked.format == "json":
        tty.result(last_line(outcomes, shown))
    else:
        tty.result(apply_text(outcomes, time.monotonic() - started, shown))
    return 1 if any(outcome.incomplete for outcome in outcomes) else 0


def _applied(session: Session, plan: Plan, asked: Applying, tty: Console) -> tuple[Sequence[Outcome], Path | None]:
    todo = [change for change in plan.changes if not change.held or asked.options.reverts(change)]
    writing = receipts_of(session).begin(plan, "apply") if todo else None
    with Progress(tty, len(plan.changes)) as progress, _until_told() as stopping:

        def report(change: Change, outcome: Outcome | None) -> None:
            if outcome is None:
                progress.begin(change)
                return
            if writing is not None:
                writing.add(outcome)
            progress.end(outcome)
            if asked.format == "json":
                tty.result(outcome_json(outcome))
            elif not tty.watched:
                tty.say(outcome_line(outcome))

        outcomes = apply(
            plan, session.rules, session.client, session.clock, asked.options, report=report, stopping=stopping
        )
    return outcomes, writing.seal(counts(outcomes)) if writing is not None else None


@contextmanager
def _until_told() -> Iterator[Callable[[], bool]]:
    """SIGINT and SIGTERM end an apply calmly: what is in flight is finished, the receipt written."""
    told = False

    def stop(number: int, frame: Any) -> None:
        nonlocal told
        told = True

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _confirmed(made: Planned, pagers: Pagers, asked: Applying, tty: Console) -> bool:
    if asked.yes or tty.ci:
        return True
    tty.say(plan_text(made.plan, made.heading, pagers, tty.paint))
    if not tty.answers:
        raise Refused("nobody is here to say yes", hint="ddsync apply --yes, where that is meant")
    tty.say("Apply? [y/N] ")
    return input().strip().lower() in ("y", "yes")


def _read(path: Path) -> Saved:
    try:
        return from_text(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise DdsyncError(f"{path}: {error.strerror}", hint="ddsync plan --save PLANFILE writes one") from None


def _check_bound(saved: Saved, session: Session, definitions: str) -> None:
    """Refuses a plan made for another project, target, account or state of the code."""
    owner = session.rules.owner
    if saved.plan.owner != owner:
        raise Stale(f"the plan is for {saved.plan.owner}, this run is for {owner}", hint="plan again")
    if saved.place != session.place:
        raise Stale(f"the plan was made for {saved.place}, this run goes to {session.place}", hint="plan again")
    if saved.definitions != definitions:
        raise Stale("the definitions changed since the plan", hint="plan again: ddsync plan --save PLANFILE")


def _check_reviewed(plan: Plan, reviewed: Saved) -> None:
    """Goes on only with what somebody has read."""
    new = unreviewed(plan, reviewed.plan)
    if new:
        names = "".join(f"\n  {change.action} {change.kind} {change.key}" for change in new[:20])
        raise Stale(f"{len(new)} changes are not in the reviewed plan:{names}", hint="review a new plan")


def _shown_path(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
