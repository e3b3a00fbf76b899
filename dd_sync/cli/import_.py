"""`ddsync import`: definitions for objects that exist in Datadog."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from dd_sync.cli import options


def import_(
    more: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(help="Same as --id.", metavar="[KIND:ID]...", show_default=False),
    ] = None,
    all: Annotated[bool, typer.Option("--all", help="Every unmanaged object.")] = False,
    id: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--id", help="These objects, for example monitor:123. Repeatable.", metavar="KIND:ID"),
    ] = None,
    query: Annotated[
        str, typer.Option("--query", help="Objects with these tags: 'team:payments env:prod'.", metavar="TAGQUERY")
    ] = "",
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Write to this folder, not into the project.", metavar="DIR"),
    ] = None,
    adopt: Annotated[bool, typer.Option("--adopt", help="Let the next apply take the objects over.")] = False,
    limit: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--limit", help="Import at most this many; run again for the next.", min=1),
    ] = None,
    terraform_state: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--terraform-state", help="Warn of objects that this state owns.", metavar="FILE"),
    ] = None,
    target: options.Target = None,
    yes: options.Yes = False,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Write Python definitions for live objects, and prove that they render exactly what Datadog has.

    With --adopt the next plan takes each object over under its id and changes nothing but its identity.

    Example: ddsync import --query team:payments --adopt
    """
    from dd_sync.core.errors import UsageError
    from dd_sync.runs.console import console
    from dd_sync.runs.import_choice import Wish
    from dd_sync.runs.import_live import ImportRequest, run_import
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json")
    if out is not None and adopt:
        raise UsageError("--adopt writes into the project, --out elsewhere", hint="one of the two")
    wish = Wish(all, (*(id or ()), *(more or ())), query)
    asked = ImportRequest(wish, target, out, adopt, limit, terraform_state, yes, format)
    raise typer.Exit(run_import(Path.cwd(), asked, console()))
