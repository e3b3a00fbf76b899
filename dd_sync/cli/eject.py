"""`ddsync eject`: copies a pack's file into the project."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli.completion import pack_files


def eject(
    name: Annotated[
        str,
        typer.Argument(
            help="FOLDER/PACK or FOLDER/PACK/FILE, such as monitors/eks or monitors/eks/nodes.",
            metavar="PACKFILE",
            autocompletion=pack_files,
        ),
    ],
) -> None:
    """Copy a file or folder of a pack into the project, which then uses its copy. Overwrites nothing.

    New versions of ddsync do not change an ejected file any more. To change numbers, or to switch an alert off, say so
    in ddsync.yaml or in a service's file instead.

    Example: ddsync eject monitors/eks/nodes
    """
    from dd_sync.project.scaffold import eject as copy
    from dd_sync.project.settings import find_root
    from dd_sync.runs.console import console

    tty = console()
    places = copy(find_root(Path.cwd()), name)
    for place in places:
        tty.result(f"written {place}")
    place = places[0] if len(places) == 1 else Path(places[0]).parent.as_posix()
    stem = place.removesuffix(".py").replace("/", ".")
    tty.say(f"{place} is yours now: upgrades of ddsync change the pack's file and leave this one as it is.")
    tty.say(f"The pack's stays importable as dd_sync.packs.{stem}; delete {place} to use it again.")
