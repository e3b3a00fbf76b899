"""`ddsync noise`: the alerts that cost people most."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from dd_sync.cli import options


def noise(
    days: Annotated[int, typer.Option("--days", help="Days to look back.", min=1, max=450)] = 30,
    until: Annotated[
        Optional[str],  # noqa: UP045 - typer reads annotations at run time
        typer.Option("--until", help="End of the period; by default the last midnight (UTC).", metavar="TIME"),
    ] = None,
    incidents: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--incidents", help="JSON: real incidents, which must still alert.", metavar="FILE"),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Make the edits.")] = False,
    target: options.Target = None,
    yes: options.Yes = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every monitor.")] = False,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Show how often monitors alerted, and edits that quieten the noisiest without missing an incident.

    Reads alert events (permission events_read) and series (timeseries_query).

    Example: ddsync noise --days 30 --incidents incidents.json --write
    """
    from dd_sync.runs.backtest import moment_of
    from dd_sync.runs.noise import NoiseWish, incidents_of, noise_command

    wish = NoiseWish(days, moment_of(until, "--until"), incidents_of(incidents), write, yes)
    raise typer.Exit(noise_command(Path.cwd(), target, wish, format, verbose=verbose))
