"""`ddsync render`: payloads on disk, without keys and without asking Datadog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional, cast

import typer

from dd_sync.cli import options

if TYPE_CHECKING:
    from dd_sync.definitions.definition import Level


def render(
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Folder to write: rendered, or catalogue, without it.", metavar="DIR"),
    ] = None,
    target: options.Target = None,
    only: options.Only = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when DIR is stale.")] = False,
    catalogue: Annotated[
        bool, typer.Option("--catalogue", help="Write pages for people: of each service and each pack.")
    ] = False,
    level: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--level", help="Packs at this level: core, standard or full."),
    ] = None,
) -> None:
    """Write each object as DIR/KIND/KEY.json, without identity, references as ${kind:key}.

    Example: ddsync render --out rendered && ddsync plan --rendered rendered
    """
    from dd_sync.core.errors import DdsyncError
    from dd_sync.core.selection import matcher_of
    from dd_sync.definitions.definition import LEVELS
    from dd_sync.kinds import FOLDERS
    from dd_sync.project import rendered
    from dd_sync.project.known_keys import remember_keys
    from dd_sync.project.project import load_project
    from dd_sync.project.settings import find_root
    from dd_sync.runs.catalogue import render_catalogue
    from dd_sync.runs.console import console
    from dd_sync.runs.report_formats import check_format

    tty = console()
    if level is not None:
        check_format(level, *LEVELS)
    project = load_project(find_root(Path.cwd()), level=cast("Level | None", level))
    name, chosen = project.settings.choose_target(target)
    if catalogue:
        render_catalogue(project, chosen, out or Path("catalogue"), check=check)
        return
    out = out or Path("rendered")
    inside = matcher_of(only or ()) or (lambda kind, key: True)
    made = project.build(chosen).desired
    if level is None:
        remember_keys(project.root, FOLDERS, project.settings.service_patterns, {name: [one.name for one in made]})
    desired = [one for one in made if inside(*one.name)]
    files = rendered.files(desired, project.settings.project, name)
    if check:
        stale = rendered.stale(out, files)
        if stale:
            raise DdsyncError(
                f"{len(stale)} of {len(files)} files in {out} are stale: {', '.join(stale[:5])}",
                hint=f"ddsync render --out {out}",
            )
        tty.result(f"{out} is up to date: {len(desired)} objects")
        return
    rendered.write(out, files)
    tty.result(f"{len(desired)} objects written to {out}")
