"""`ddsync undo`: undoes an apply."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli import options


def undo(
    receipt: Annotated[str, typer.Argument(help="A receipt: its path, its name, or last.", metavar="RECEIPT")],
    target: options.Target = None,
    yes: options.Yes = False,
    drift: Annotated[
        str, typer.Option("--drift", help="Objects that changed since that apply: hold or revert.")
    ] = "hold",
    parallel: Annotated[int, typer.Option("--parallel", help="Writes at once.", min=1, max=32)] = 4,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Restore what was there before an apply. Runs no project code; writes a receipt of its own.

    Objects that changed since are left and named. A deleted object comes back under a new id.

    Example: ddsync undo last
    """
    from dd_sync.runs.console import console
    from dd_sync.runs.report_formats import check_format
    from dd_sync.runs.undo import UndoRequest, run_undo

    check_format(format, "text", "json")
    options.check_choice("--drift", drift, "hold", "revert")
    asked = UndoRequest(receipt, target, yes, drift == "revert", parallel, format)
    raise typer.Exit(run_undo(Path.cwd(), asked, console()))
