"""`ddsync drift`: what somebody changed or deleted in Datadog."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli import options


def drift(
    target: options.Target = None,
    only: options.Only = None,
    shard: options.Shard = None,
    rendered: options.Rendered = None,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Show what was changed or deleted in Datadog since the last apply, when and, if known, by whom.

    Ends with 2 when there is drift. Mutes and downtimes are not drift.

    Example: ddsync drift --target prod
    """
    from dd_sync.runs.console import console
    from dd_sync.runs.drift import as_json, as_text, read_drift
    from dd_sync.runs.plan import open_target, plan_of_target
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json")
    tty = console()
    part = options.part(only, shard)
    with open_target(Path.cwd(), target, rendered, tty, part=part) as (session, want):
        made = plan_of_target(session, want, part, tty)
        found = read_drift(session, made.plan, tty)
    tty.result(as_json(found, made.plan, session.url, tty.redactor) if format == "json" else as_text(found, made, tty))
    raise typer.Exit(2 if found else 0)
