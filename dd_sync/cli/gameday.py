"""`ddsync gameday`: incidents and normal life, played against the project's alerts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from dd_sync.cli import options


def gameday(
    situations: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads annotations at run time
        typer.Argument(help="Situations to play, * for anything; all without.", metavar="[SITUATION]..."),
    ] = None,
    only: options.Only = None,
    listed: Annotated[bool, typer.Option("--list", help="Show the situations there are, and play none.")] = False,
    target: options.Target = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show what is fine too.")] = False,
    format: Annotated[str, typer.Option("--format", help="text, json or html.")] = "text",
) -> None:
    """Play incidents and normal life against the project's alerts, in a simulated world.

    Exits with 1 where nobody notices an incident, or normal life wakes somebody.

    Example: ddsync gameday 'mongodb/*' --only mongodb
    """
    import time

    from dd_sync.project.project import load_project
    from dd_sync.project.settings import find_root
    from dd_sync.reports.gameday import gameday_json, gameday_text
    from dd_sync.runs.console import console
    from dd_sync.runs.gameday import play_gameday, situations_of
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json", "html")
    tty = console()
    project = load_project(find_root(Path.cwd()))
    found = situations_of(project, situations or ())
    if listed:
        wide = max((len(one.name) for one in found), default=0)
        tty.result("\n".join(f"{one.name:{wide}}  {one.expects:6}  {one.story}" for one in found))
        return
    started = time.monotonic()
    day = play_gameday(project, target, found, only or (), pictures=format == "html")
    match format:
        case "json":
            tty.result(gameday_json(day))
        case "html":
            from dd_sync.reports.gameday_page import gameday_html

            tty.result(gameday_html(day, project.settings.project))
        case _:
            seconds = time.monotonic() - started
            tty.result(gameday_text(day, project.settings.project, seconds, tty.paint, verbose=verbose))
    if day.failed:
        raise typer.Exit(1)
