"""One plan for people and machines: made, printed, kept, and what an apply would refuse of it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from dd_sync.core.consent import Consent
from dd_sync.core.limits import Twins, refusals
from dd_sync.core.plan import Plan
from dd_sync.core.selection import Selection
from dd_sync.disk.files import write_file
from dd_sync.runs.console import Console, console
from dd_sync.runs.plan import DesiredState, TargetPlan, open_target, plan_of_target, save_plan
from dd_sync.runs.report_formats import plan_report
from dd_sync.runs.session import Session


class PlanRequest(NamedTuple):
    """What was asked for: of what, in which format, and where it goes."""

    target: str | None
    part: Selection
    rendered: Path | None
    format: str
    out: Path | None
    save: Path | None
    allow_twin: bool
    series: bool
    backtest: int | None = None
    """Days of history that changed alerts are evaluated over; None for none."""


def show_plan(start: Path, asked: PlanRequest) -> bool:
    """Prints the plan of the project around a folder; whether there are changes. Raises Twins."""
    tty = console()
    with open_target(start, asked.target, asked.rendered, tty, part=asked.part) as (session, want):
        made = plan_of_target(session, want, asked.part, tty)
        report = plan_report(made, want.pagers, session, tty, asked.format, series=asked.series)
        if asked.backtest is not None:
            report = _with_backtest(report, session, want, made, asked, tty)
    tty.log("plan made", changes=made.plan.counts(), fingerprint=made.plan.fingerprint, target=want.name)
    if asked.out is None:
        tty.result(report)
    else:
        write_file(asked.out, tty.redactor.text(report))
        tty.say(f"written {asked.out}")
    if asked.format == "text":
        for text in (*want.notices, *map(str, made.plan.notices), *_findings(made.plan, want)):
            tty.say(f"notice: {text}")
    if asked.save is not None:
        save_plan(asked.save, made, session, asked.part)
        tty.say(f"saved {asked.save}: ddsync apply {asked.save}")
    _say_refusals(made.plan, asked, tty)
    return bool(made.plan.changes)


def _with_backtest(
    report: str, session: Session, want: DesiredState, made: TargetPlan, asked: PlanRequest, tty: Console
) -> str:
    """The report with what changed alerts would have done. The page has no place for it yet."""
    from dd_sync.reports.backtest import added_to
    from dd_sync.runs.backtest import Wish, run_backtest

    found = run_backtest(session, want, made, Wish((), asked.backtest or 0, None), tty)
    return added_to(report, asked.format, found, want.settings.project)


def _say_refusals(plan: Plan, asked: PlanRequest, tty: Console) -> None:
    for refusal in refusals(plan, Consent(twins=asked.allow_twin)):
        if isinstance(refusal, Twins):
            raise refusal
        tty.say(f"apply will refuse: {refusal.message}")
        tty.say(f"  {refusal.hint}")


def _findings(plan: Plan, want: DesiredState) -> Iterable[str]:
    """What is wrong with the definitions of what would change."""
    changed = [change.name for change in plan.changes if change.desired is not None]
    if not changed:
        return ()
    from dd_sync.reports.findings_text import finding_lines

    return finding_lines(want.findings(changed))
