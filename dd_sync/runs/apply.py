"""One apply from the command line: the plan it takes, the question it asks, the events it prints, the receipt."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dd_sync.core.apply import Options, Outcome, apply, check_limits
from dd_sync.core.consent import common
from dd_sync.core.errors import DdsyncError, Refused, UsageError
from dd_sync.core.plan import Change, Plan
from dd_sync.core.saved import Saved, changes_not_reviewed, definitions_digest, misfits, those_of
from dd_sync.core.selection import WHOLE, Selection
from dd_sync.project.receipts import Writing
from dd_sync.reports.as_json import counts, last_line, outcome_fields, outcome_json
from dd_sync.reports.paging import Pagers
from dd_sync.reports.text import apply_text, outcome_line, plan_text
from dd_sync.runs.console import Console, console
from dd_sync.runs.plan import TargetPlan, open_target, plan_of_target, receipts_of
from dd_sync.runs.progress import Progress
from dd_sync.runs.report_formats import read_plan
from dd_sync.runs.session import Session
from dd_sync.runs.telemetry import emit


@dataclass(frozen=True)
class Manner:
    """How a plan is carried out: whether to ask, what to print, what may be lost, whether Datadog hears of it."""

    yes: bool
    format: str
    options: Options
    emit_event: bool = False
    command: str = "ddsync apply"
    """What was typed, for what is to be typed next."""


@dataclass(frozen=True)
class ApplyRequest:
    """What the command line asked for: which plan, and how to carry it out."""

    target: str | None
    part: Selection
    rendered: Path | None
    planfile: Path | None
    expect: Path | None
    manner: Manner


class Stale(Refused):
    """A saved plan no longer fits the project or Datadog."""


def run_apply(asked: ApplyRequest) -> int:
    """Plans, asks, applies; returns the exit status. Raises Refused before any write.

    A saved plan is made anew with the filters it had, and only what is the same in both is carried out: so nothing
    that stands in a file is believed.
    """
    tty = console()
    _check_usage(asked)
    saved = read_plan(asked.planfile) if asked.planfile else None
    reviewed = read_plan(asked.expect) if asked.expect else None
    bound = saved or reviewed
    named = asked.target or (bound.plan.owner.target if bound else None)
    with open_target(Path.cwd(), named, asked.rendered, tty, part=saved.part if saved else asked.part) as (
        session,
        want,
    ):
        if bound is not None:
            _check_place(bound, session)
        if saved is not None and saved.definitions != definitions_digest(want.desired):
            raise Stale("the definitions changed since the plan", hint="plan again: ddsync plan --save PLANFILE")
        made = plan_of_target(session, want, saved.part if saved else asked.part, tty)
        if saved is not None:
            made = made._replace(plan=_as_saved(saved, made.plan, str(asked.planfile)))
        if reviewed is not None:
            _check_reviewed(made.plan, reviewed, asked.manner.options)
            agreed = common(made.plan.consents, reviewed.plan.consents)
            made = made._replace(plan=replace(made.plan, consents=agreed))
        return apply_plan(session, made, want.pagers, asked.manner, tty)


def _check_usage(asked: ApplyRequest) -> None:
    if asked.planfile and asked.expect:
        raise UsageError("PLANFILE and --expect are two ways to say what was reviewed", hint="give one of them")
    if asked.planfile and asked.part != WHOLE:
        raise UsageError("--only and --shard do not go with a saved plan", hint="ddsync plan --only … --save PLANFILE")


def _check_place(saved: Saved, session: Session) -> None:
    """Refuses a plan made for another project, target or account."""
    owner = session.rules.owner
    if saved.plan.owner != owner:
        raise Stale(f"the plan is for {saved.plan.owner}, this run is for {owner}", hint="plan again")
    if saved.place != session.place:
        raise Stale(f"the plan was made for {saved.place}, this run goes to {session.place}", hint="plan again")


def _as_saved(saved: Saved, fresh: Plan, name: str) -> Plan:
    """The changes of a saved plan as they are to be done now. Raises Stale that names those that no longer fit."""
    stale = misfits(saved.plan, fresh)
    if stale:
        raise Stale(
            f"{len(stale)} of {len(saved.plan.changes)} changes in {name} no longer fit:"
            + _listed([f"{change.action} {change.kind} {change.key}: {why}" for change, why in stale]),
            hint=f"plan again, or do what is left of it: ddsync apply --expect {name}",
        )
    return those_of(saved, fresh)


def _check_reviewed(plan: Plan, reviewed: Saved, options: Options) -> None:
    """Goes on only with what somebody has read; an edit in Datadog that is left as it is needs no review."""
    new = [one for one in changes_not_reviewed(plan, reviewed.plan) if one.cause != "drift" or options.reverts(one)]
    if new:
        raise Stale(
            f"{len(new)} {'change is' if len(new) == 1 else 'changes are'} not in the reviewed plan:"
            + _listed([f"{change.action} {change.kind} {change.key}" for change in new]),
            hint="review a new plan",
        )


def _listed(lines: Sequence[str]) -> str:
    return "".join(f"\n  {line}" for line in lines[:20]) + (
        f"\n  and {len(lines) - 20} more" if len(lines) > 20 else ""
    )


def apply_plan(session: Session, made: TargetPlan, pagers: Pagers, manner: Manner, tty: Console) -> int:
    """Asks, applies, prints, keeps the receipt."""
    if not made.plan.changes and not made.plan.renewals:
        if manner.emit_event:
            emit(session, made.plan, (), made.heading.seconds, tty)
        tty.result(last_line((), "") if manner.format == "json" else plan_text(made.plan, made.heading, pagers))
        return 0
    check_limits(made.plan, manner.options)
    todo = [change for change in made.plan.changes if not manner.options.leaves(change)]
    todo += made.plan.renewals
    if todo and not _confirmed(made, pagers, manner, tty):
        tty.say("nothing was applied")
        return 0
    started = time.monotonic()
    tty.log("apply begins", changes=made.plan.counts(), fingerprint=made.plan.fingerprint, target=made.heading.target)
    writing = receipts_of(session).begin(made.plan, "apply", made.shard) if todo else None
    events, outcomes, receipt = _applied(session, made.plan, manner, tty, writing)
    shown = _shown_path(receipt, session.root) if receipt else ""
    seconds = time.monotonic() - started
    tty.log("apply ends", outcomes=counts(outcomes), seconds=round(seconds, 3), receipt=shown)
    if manner.emit_event:
        emit(session, made.plan, outcomes, seconds, tty)
    if manner.format == "json":
        events.result(last_line(outcomes, shown))
    else:
        events.result(apply_text(outcomes, seconds, shown))
    if events.unwritten is not None:
        hint = "what was noted until then can be undone: ddsync history lists it"
        raise DdsyncError(f"the receipt could not be written to its end: {events.unwritten}", hint=hint)
    return 1 if any(outcome.incomplete for outcome in outcomes) else 0


def _applied(
    session: Session, plan: Plan, manner: Manner, tty: Console, writing: Writing | None
) -> tuple[_Events, Sequence[Outcome], Path | None]:
    with _until_told(session.client.hasten) as told:
        with Progress(tty, len(plan.changes) + len(plan.renewals)) as progress:
            events = _Events(tty, manner.format, progress, writing, manner.options)
            outcomes = apply(
                plan,
                session.rules,
                session.client,
                session.clock,
                manner.options,
                report=events,
                stopping=lambda: told() or events.unwritten is not None,
            )
        return events, outcomes, events.sealed(outcomes)


@dataclass
class _Events:
    """Where the events of an apply go. None of them may break it off: half an apply without a receipt is the worst."""

    tty: Console
    format: str
    progress: Progress
    writing: Writing | None
    options: Options
    unwritten: str | None = field(default=None)
    """Why the receipt could not be written: nothing more is begun from then on."""

    def __call__(self, change: Change, outcome: Outcome | None) -> None:
        self._note(change, outcome)
        if outcome is None:
            self.progress.begin(change)
            return
        self.progress.end(outcome)
        if self.format == "json":
            self.result(outcome_json(outcome))
        elif not self.tty.watched:
            self.tty.say(outcome_line(outcome), "warning" if outcome.incomplete else "info", **outcome_fields(outcome))

    def _note(self, change: Change, outcome: Outcome | None) -> None:
        if self.writing is None:
            return
        try:
            if outcome is not None:
                self.writing.add(outcome)
            elif not self.options.leaves(change):
                self.writing.begin(change)
        except (OSError, DdsyncError) as error:
            self.unwritten = self.unwritten or str(error)

    def sealed(self, outcomes: Sequence[Outcome]) -> Path | None:
        """Seals the receipt and says where it is; one that misses outcomes stays as the lines it has."""
        if self.writing is None or self.unwritten is not None:
            return None
        try:
            return self.writing.seal(counts(outcomes))
        except (OSError, DdsyncError) as error:
            self.unwritten = str(error)
            return None

    def result(self, text: str) -> None:
        """Prints to whoever still reads: `ddsync apply --format json | head` stops reading, and the apply goes on."""
        try:
            self.tty.result(text)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_STOPPING = b"stopping: what is under way is finished; once more ends it at once\n"


@contextmanager
def _until_told(hasten: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """SIGINT and SIGTERM end an apply calmly: what is under way is finished, the receipt written. A second one ends it
    at once, which leaves the lines of a receipt and nothing that running again would not finish."""
    told = False

    def stop(number: int, frame: Any) -> None:
        nonlocal told
        if told:
            raise KeyboardInterrupt
        told = True
        hasten()
        os.write(2, _STOPPING)  # not through the console: a signal may come while it writes

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # signals are the main thread's
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _confirmed(made: TargetPlan, pagers: Pagers, manner: Manner, tty: Console) -> bool:
    if manner.yes or tty.ci:
        return True
    tty.say(plan_text(made.plan, made.heading, pagers, tty.paint))
    if not tty.answers:
        raise Refused("nobody is here to say yes", hint=f"{manner.command} --yes, where that is meant")
    tty.say("Apply? [y/N] ")
    return input().strip().lower() in ("y", "yes")


def _shown_path(path: Path, root: Path) -> str:
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return re.sub(r"^s3:/(?=[^/])", "s3://", path.as_posix())  # a path keeps one slash of two
