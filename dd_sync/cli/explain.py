"""`ddsync explain`: everything about one object."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli import options


def explain(
    key: options.Key,
    target: options.Target = None,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Show where an object is defined, its numbers and where they are set, whom it notifies, its runbook.

    Example: ddsync explain service/error-rate/payments/prod
    """
    import json

    from dd_sync.core.errors import UsageError, did_you_mean
    from dd_sync.core.selection import matcher_of
    from dd_sync.project.explaining import explanations
    from dd_sync.project.project import load_project
    from dd_sync.project.settings import find_root
    from dd_sync.runs.console import console
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json")
    tty = console()
    project = load_project(find_root(Path.cwd()))
    _, chosen = project.settings.choose_target(target)
    built = project.build(chosen)
    inside = matcher_of([key])
    found = [name for name in built.origins if inside is not None and inside(*name)]
    if not found:
        near = did_you_mean(key, [name for _, name in built.origins])
        raise UsageError(f"no object {key} in this target.{near}", hint="ddsync explain '*' shows all")
    shown = [one for one in explanations(built, project) if one.name in set(found)]
    if format == "json":
        tty.result(json.dumps([one.as_json() for one in shown], indent=2, ensure_ascii=False))
    else:
        tty.result("\n\n".join(one.as_text() for one in shown))
