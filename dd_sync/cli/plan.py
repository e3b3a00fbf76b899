"""`ddsync plan`: what would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from dd_sync.cli import options
from dd_sync.runs.logs import LogFormat

if TYPE_CHECKING:
    pass


def plan(
    target: options.Target = None,
    only: options.Only = None,
    shard: options.Shard = None,
    rendered: options.Rendered = None,
    format: Annotated[str, typer.Option("--format", help="text, json, markdown or html.")] = "text",
    out: Annotated[Optional[Path], typer.Option("--out", help="Write the report to a file.", metavar="FILE")] = None,  # noqa: UP045
    save: Annotated[Optional[Path], typer.Option("--save", help="Save the plan for apply.", metavar="PLANFILE")] = None,  # noqa: UP045
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 2 when there are changes.")
    ] = False,
    allow_twin: options.AllowTwin = False,
    series: Annotated[
        bool, typer.Option("--series", help="html: draw recent values of each monitor (scope timeseries_query).")
    ] = False,
    backtest: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            "--backtest",
            help="When changed alerts would have fired; 14 days (scope timeseries_query).",
            metavar="[DAYS]",
            min=1,
        ),
    ] = None,
    log_format: LogFormat = "text",
) -> None:
    """Show what would change, and who would be paged. Nothing is written.

    Example: ddsync plan --target prod --only 'service/*/payments'
    """
    from dd_sync.runs.report_formats import check_format
    from dd_sync.runs.show_plan import PlanRequest, show_plan

    check_format(format, "text", "json", "markdown", "html")
    asked = PlanRequest(target, options.part(only, shard), rendered, format, out, save, allow_twin, series, backtest)
    changes = show_plan(Path.cwd(), asked)
    raise typer.Exit(2 if detailed_exitcode and changes else 0)
