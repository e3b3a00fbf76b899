"""`ddsync doctor`: checks a target's keys, clock, rate limits and objects."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from dd_sync.cli import options


def doctor(
    target: options.Target = None,
    wanted: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--for", help="Fail when the key lacks what this command needs. Repeatable.", metavar="COMMAND"),
    ] = None,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Check a target: keys and their permissions, site, clock, rate limits, duplicates, lost identities.

    Changes nothing and runs no definition. Ends with 1 when something keeps commands from working.

    Example: ddsync doctor --target prod --for apply
    """
    from dd_sync.core.errors import UsageError, did_you_mean
    from dd_sync.kinds.permissions import COMMANDS, command
    from dd_sync.project.settings import find_root, load_settings
    from dd_sync.reports.diagnosis import diagnosis_json, diagnosis_text
    from dd_sync.runs.console import console
    from dd_sync.runs.doctor import examine
    from dd_sync.runs.report_formats import check_format
    from dd_sync.runs.session import check_ci, connect

    check_format(format, "text", "json")
    for name in wanted or ():
        if command(name) is None:
            near = did_you_mean(name, [one.name for one in COMMANDS])
            raise UsageError(f'no command "{name}".{near}', hint="--for takes a command, for example --for apply")
    tty = console()
    root = find_root(Path.cwd())
    settings, _ = load_settings(root)
    name, chosen = settings.choose_target(target)
    check_ci(tty, target, chosen)
    with connect(root, settings, name, chosen, tty) as session:
        found = examine(session, tty)
    tty.result(diagnosis_json(found) if format == "json" else diagnosis_text(found, tty.paint))
    able = {one.command: one.able for one in found.commands}
    lacking = any(able.get(name) is False for name in wanted or ())
    raise typer.Exit(0 if found.ok and not lacking else 1)
