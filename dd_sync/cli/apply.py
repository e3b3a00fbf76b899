"""`ddsync apply`: carries out the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from dd_sync.cli import options
from dd_sync.runs.logs import LogFormat


def apply(
    planfile: Annotated[Optional[Path], typer.Argument(help="A saved plan.", metavar="PLANFILE")] = None,  # noqa: UP045
    target: options.Target = None,
    only: options.Only = None,
    shard: options.Shard = None,
    rendered: options.Rendered = None,
    expect: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--expect", help="Plan afresh; apply only if this plan holds every change.", metavar="PLANFILE"),
    ] = None,
    yes: options.Yes = False,
    allow_delete: Annotated[int, typer.Option("--allow-delete", help="Objects that may be deleted.", min=0)] = 0,
    allow_replace: Annotated[int, typer.Option("--allow-replace", help="Objects that may be replaced.", min=0)] = 0,
    allow_twin: options.AllowTwin = False,
    drift: Annotated[str, typer.Option("--drift", help="Edits in Datadog: hold or revert.")] = "hold",
    revert_drift: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--revert-drift", help="Undo edits made to these in Datadog. Repeatable.", metavar="GLOB"),
    ] = None,
    parallel: Annotated[int, typer.Option("--parallel", help="Writes at once.", min=1, max=32)] = 4,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    emit_event: Annotated[
        bool, typer.Option("--emit-event", help="Send Datadog an event of the changes, and metrics of the run.")
    ] = False,
    log_format: LogFormat = "text",
) -> None:
    """Make Datadog agree with the project. Asks first, unless CI is set or --yes is given.

    Edits made in Datadog are left alone and reported as held.

    Example: ddsync apply --target prod --yes
    """
    from dd_sync.core.apply import Options
    from dd_sync.core.consent import Consent
    from dd_sync.runs.apply import ApplyRequest, Manner, run_apply
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json")
    options.check_choice("--drift", drift, "hold", "revert")
    choices = Options(
        consent=Consent(allow_delete, allow_replace, allow_twin),
        revert_all=drift == "revert",
        revert=tuple(revert_drift or ()),
        parallel=parallel,
    )
    manner = Manner(yes, format, choices, emit_event)
    raise typer.Exit(run_apply(ApplyRequest(target, options.part(only, shard), rendered, planfile, expect, manner)))
