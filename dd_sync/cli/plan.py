"""`ddsync plan`: what would change."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from dd_sync.cli import options
from dd_sync.runs.logs import LogFormat

if TYPE_CHECKING:
    from dd_sync.runs.plan import DesiredState, TargetPlan


def plan(
    target: options.Target = None,
    only: options.Only = None,
    shard: options.Shard = None,
    rendered: options.Rendered = None,
    format: Annotated[str, typer.Option("--format", help="text, json, markdown or html.")] = "text",
    out: Annotated[Optional[Path], typer.Option("--out", help="Write the report to a file.", metavar="FILE")] = None,  # noqa: UP045
    save: Annotated[Optional[Path], typer.Option("--save", help="Keep the plan for apply.", metavar="PLANFILE")] = None,  # noqa: UP045
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 2 when there are changes.")
    ] = False,
    allow_twin: options.AllowTwin = False,
    series: Annotated[
        bool, typer.Option("--series", help="html: draw what monitors measured lately (scope timeseries_query).")
    ] = False,
    log_format: LogFormat = "text",
) -> None:
    """Show what would change, and who would be paged. Nothing is written.

    Example: ddsync plan --target prod --only 'service/*/payments'
    """
    from dd_sync.core.files import write_file
    from dd_sync.core.limits import MOST_TWINS, Consent, refusals
    from dd_sync.runs.console import console
    from dd_sync.runs.plan import open_target, plan_of_target, save_plan
    from dd_sync.runs.report_formats import check_format, plan_report

    check_format(format, "text", "json", "markdown", "html")
    tty = console()
    part = options.part(only, shard)
    with open_target(Path.cwd(), target, rendered, tty, part=part) as (session, want):
        made = plan_of_target(session, want, part, tty)
        report = plan_report(made, want.pagers, session, tty, format, series=series)
    tty.log("plan made", changes=made.plan.counts(), fingerprint=made.plan.fingerprint, target=want.name)
    if out is None:
        tty.result(report)
    else:
        write_file(out, tty.redactor.text(report))
        tty.say(f"written {out}")
    if format == "text":
        for text in want.notices:
            tty.say(f"notice: {text}")
        for notice in made.plan.notices:
            tty.say(f"notice: {notice}")
        for line in _findings(made, want):
            tty.say(f"notice: {line}")
    if save is not None:
        save_plan(save, made, session, part)
        tty.say(f"saved {save}: ddsync apply {save}")
    status = 2 if detailed_exitcode and made.plan.changes else 0
    for refusal in refusals(made.plan, Consent(twins=allow_twin)):
        if len(made.plan.twins) > MOST_TWINS and not allow_twin:
            raise refusal
        tty.say(f"apply will refuse: {refusal.message}")
        tty.say(f"  {refusal.hint}")
    raise typer.Exit(status)


def _findings(made: TargetPlan, want: DesiredState) -> Iterable[str]:
    """What is wrong with the definitions of what would change."""
    changed = [change.name for change in made.plan.changes if change.desired is not None]
    if not changed:
        return ()
    from dd_sync.reports.findings_text import finding_lines

    return finding_lines(want.findings(changed))
