"""`ddsync gameday`: plays incidents and normal life against the project's alerts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from dd_sync.cli import options


def gameday(
    situations: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads annotations at run time
        typer.Argument(help="Situations to play, * for anything; all by default.", metavar="[SITUATION]..."),
    ] = None,
    only: options.Only = None,
    listed: Annotated[bool, typer.Option("--list", help="List the situations; play none.")] = False,
    target: options.Target = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show what passes too.")] = False,
    format: Annotated[str, typer.Option("--format", help="text, json or html.")] = "text",
) -> None:
    """Play incidents and normal life against the project's alerts, in a simulated world.

    Exits with 1 if an incident goes unnoticed or normal life wakes somebody.

    Example: ddsync gameday 'mongodb/*' --only mongodb
    """
    from dd_sync.runs.gameday import GameDayRequest, report_gameday, report_situations
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json", "html")
    asked = GameDayRequest(tuple(situations or ()), tuple(only or ()), target, format, verbose)
    if listed:
        report_situations(Path.cwd(), asked)
    elif report_gameday(Path.cwd(), asked).failed:
        raise typer.Exit(1)
