"""`ddsync drift`: only what was changed or deleted in Datadog."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli import options


def drift(
    target: options.Target = None,
    only: options.Only = None,
    rendered: options.Rendered = None,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Show what somebody changed or deleted in Datadog, and when. Exits with 2 when there is any.

    Example: ddsync drift --target prod
    """
    import time
    from dataclasses import replace

    from dd_sync.cli.console import console
    from dd_sync.cli.planning import planned, wanted
    from dd_sync.cli.reporting import check_format
    from dd_sync.cli.session import check_ci, connected
    from dd_sync.reports.as_json import plan_json
    from dd_sync.reports.text import plan_text

    check_format(format, "text", "json")
    tty = console()
    want = wanted(Path.cwd(), target, rendered)
    check_ci(tty, target, want.target)
    with connected(want.root, want.settings, want.name, want.target, tty) as session:
        made = planned(session, want, only or (), tty)
        edited = tuple(change for change in made.plan.changes if change.held)
        left = replace(made.plan, changes=edited)
        if format == "json":
            tty.result(plan_json(left, session.url, tty.redactor))
        elif edited:
            tty.result(plan_text(left, replace(made.heading, now=time.time()), want.pagers, tty.paint))
        else:
            tty.result(f"{made.heading}: nothing was edited in Datadog")
    raise typer.Exit(2 if edited else 0)
