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
    """Show what was changed or deleted in Datadog since it was applied: what, when and, where that is known, who.

    Ends with 2 when there is any. Mutes and downtimes are no drift.

    Example: ddsync drift --target prod
    """
    from dd_sync.cli.console import console
    from dd_sync.cli.drifting import as_json, as_text, drifted
    from dd_sync.cli.planning import opened, planned
    from dd_sync.cli.reporting import check_format

    check_format(format, "text", "json")
    tty = console()
    part = options.part(only, shard)
    with opened(Path.cwd(), target, rendered, tty, part=part) as (session, want):
        made = planned(session, want, part, tty)
        found = drifted(session, made.plan, tty)
    tty.result(as_json(found, made.plan, session.url, tty.redactor) if format == "json" else as_text(found, made, tty))
    raise typer.Exit(2 if found else 0)
