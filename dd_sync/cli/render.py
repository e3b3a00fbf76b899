"""`ddsync render`: writes payloads to disk, offline and without keys."""

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
        typer.Option("--out", help="Folder to write; by default rendered, or catalogue.", metavar="DIR"),
    ] = None,
    target: options.Target = None,
    only: options.Only = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when DIR is stale.")] = False,
    catalogue: Annotated[
        bool, typer.Option("--catalogue", help="Write a page for each service and each pack instead.")
    ] = False,
    level: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--level", help="Packs at this level: core, standard or full."),
    ] = None,
) -> None:
    """Write each object as DIR/KIND/KEY.json, without identity, references as ${kind:key}.

    Example: ddsync render --out rendered && ddsync plan --rendered rendered
    """
    from dd_sync.definitions.definition import LEVELS
    from dd_sync.runs.render import RenderRequest, render_project

    if level is not None:
        options.check_choice("--level", level, *LEVELS)
    render_project(Path.cwd(), RenderRequest(out, target, tuple(only or ()), check, catalogue, cast("Level", level)))
