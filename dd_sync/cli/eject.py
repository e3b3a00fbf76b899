"""`ddsync eject`: a pack's file becomes the project's own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli.completion import pack_files


def eject(
    name: Annotated[
        str,
        typer.Argument(
            help="FOLDER/PACK or FOLDER/PACK/FILE, as in monitors/eks and monitors/eks/nodes.",
            metavar="PACKFILE",
            autocompletion=pack_files,
        ),
    ],
) -> None:
    """Copy a pack's file, or its folder, into the project, which uses its own from then on. Never writes over a file.

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
