"""`ddsync backtest`: when alerts would have fired."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from dd_sync.cli import completion, options


def backtest(
    keys: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads annotations at run time
        typer.Argument(
            help="Monitors; by default those the plan changes.", metavar="[KEY]...", autocompletion=completion.keys
        ),
    ] = None,
    days: Annotated[int, typer.Option("--days", help="Days to look back.", min=1, max=450)] = 14,
    until: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--until", help="End of the period; by default the last midnight (UTC).", metavar="TIME"),
    ] = None,
    suggest: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--suggest", help="Find the threshold that alerts this often.", metavar="N/week"),
    ] = None,
    max_alerts: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(
            "--max-alerts", help="Exit with 3 if a monitor would alert more often than N times a week.", metavar="N"
        ),
    ] = None,
    only: options.Only = None,
    target: options.Target = None,
    yes: options.Yes = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every alert.")] = False,
    format: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
) -> None:
    """Show when alerts would have fired on past data, before and after the change.

    Reads series (permission timeseries_query) and alert events (events_read). Past days are cached.

    Example: ddsync backtest 'service/error-rate/*' --days 14 --suggest 1/week
    """
    from dd_sync.runs.backtest import Wish, backtest_command, moment_of, often

    wish = Wish(keys or (), days, moment_of(until, "--until"), often(suggest), yes, max_alerts)
    part = options.part(only, None)
    raise typer.Exit(backtest_command(Path.cwd(), target, part, wish, format, verbose=verbose))
