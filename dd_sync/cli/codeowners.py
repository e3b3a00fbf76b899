"""`ddsync codeowners`: who must review which service file, from the teams that own the services."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer


def codeowners(
    organisation: Annotated[str, typer.Option("--org", help="The organisation that has the teams.", metavar="ORG")],
    shared: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--shared", help="The team that owns ddsync.yaml and the definitions.", metavar="TEAM"),
    ] = None,
    out: Annotated[Optional[Path], typer.Option("--out", help="File to write.", metavar="FILE")] = None,  # noqa: UP045
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when --out is stale.")] = False,
) -> None:
    """Write CODEOWNERS: each service file belongs to its owner, shared files to one team.

    Example: ddsync codeowners --org acme --shared platform --out .github/CODEOWNERS
    """
    from dd_sync.core.errors import DdsyncError, UsageError, did_you_mean
    from dd_sync.disk.files import write_file
    from dd_sync.project.project import load_project
    from dd_sync.project.settings import find_root
    from dd_sync.reports.codeowners import codeowners as written
    from dd_sync.runs.console import console

    tty = console()
    project = load_project(find_root(Path.cwd()))
    if shared is not None and shared not in project.teams:
        raise UsageError(f'no team "{shared}" in ddsync.yaml.{did_you_mean(shared, project.teams)}')
    inside = [file for file in project.services if not Path(file.file.shown).is_absolute()]
    text = written(((file.file.shown, file.entity.metadata.owner) for file in inside), organisation, shared)
    if out is None:
        tty.result(text)
        return
    now = out.read_text(encoding="utf-8") if out.is_file() else ""
    if check and now != text:
        raise DdsyncError(f"{out} is stale", hint=f"ddsync codeowners --org {organisation} --out {out}")
    if not check:
        write_file(out, text, parents=True)
    tty.result(f"{out} is up to date" if check else f"written {out}")
