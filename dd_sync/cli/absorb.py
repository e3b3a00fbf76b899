"""`ddsync absorb`: how to keep in code what somebody changed in Datadog."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli import options


def absorb(
    key: options.Key,
    target: options.Target = None,
    write: Annotated[bool, typer.Option("--write", help="Make the edits in the files.")] = False,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Show the edit to YAML or Python that keeps a change made in Datadog.

    --write makes the edit. Ends with 1 when part of it has no place in the files, and names that part.

    Example: ddsync absorb service/error-rate/payments/prod
    """
    from dd_sync.core.errors import UsageError, did_you_mean
    from dd_sync.core.selection import WHOLE, matcher_of
    from dd_sync.project.project import load_project
    from dd_sync.project.settings import find_root
    from dd_sync.runs.absorb import absorb_change, as_json, as_text
    from dd_sync.runs.console import console
    from dd_sync.runs.plan import DesiredState, pagers_of, plan_of_target
    from dd_sync.runs.report_formats import check_format
    from dd_sync.runs.session import check_ci, connect

    check_format(format, "text", "json")
    tty = console()
    root = find_root(Path.cwd())
    project = load_project(root)
    name, chosen = project.settings.choose_target(target)
    check_ci(tty, target, chosen)
    built = project.build(chosen)
    inside = matcher_of([key])
    assert inside is not None
    want = DesiredState(root, project.settings, name, chosen, built.desired, pagers_of(project.settings))
    with connect(root, project.settings, name, chosen, tty) as session:
        plan = plan_of_target(session, want, WHOLE, tty).plan
        held = [change for change in plan.changes if change.held and inside(*change.name)]
        if not held and not any(inside(*one) for one in (*built.origins, *plan.ids)):
            near = did_you_mean(key, [one for _, one in built.origins])
            raise UsageError(f"no object {key} in this target.{near}", hint="ddsync drift shows what was changed")
        found = [absorb_change(session, project, built, plan, change) for change in held]
    if write and found:
        from dd_sync.runs.absorb_write import write_edits, written_text

        written = write_edits(project, name, found, built.desired)
        text = as_json(found, tty.redactor, written.placed) if format == "json" else written_text(written)
        tty.result(text)
        raise typer.Exit(1 if written.left else 0)
    if format == "json":
        tty.result(as_json(found, tty.redactor))
    else:
        tty.result(as_text(found) if found else f"{key}: nothing was changed in Datadog")
