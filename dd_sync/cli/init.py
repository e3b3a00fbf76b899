"""`ddsync init`: a new project that plans at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(help="A folder that is empty or not there yet.", metavar="DIR")],
) -> None:
    """Write a new project: an example cluster, database, service and team, tests, CI files. Plans at once, offline.

    Example: ddsync init acme && cd acme && ddsync plan
    """
    from dd_sync.project.scaffold import make_project
    from dd_sync.runs.console import console

    tty = console()
    for place in make_project(folder):
        tty.say(f"  written {folder / place}")
    tty.result(f"Next: cd {folder} && ddsync plan")
