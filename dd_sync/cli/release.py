"""`ddsync release`: stops managing objects and keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli import options


def release(
    names: Annotated[list[str], typer.Argument(help="KEY, or KIND:ID for one live object.", metavar="KEY|KIND:ID...")],
    target: options.Target = None,
    yes: options.Yes = False,
) -> None:
    """Take ddsync's identity off live objects; nothing else about them changes.

    A key that is still defined is refused: the next apply would make a second object.

    Example: ddsync release monitor:123456
    """
    from dd_sync.runs.console import console
    from dd_sync.runs.plan import find_target, load_desired
    from dd_sync.runs.release import release_all
    from dd_sync.runs.session import check_ci, connect

    tty = console()
    want = load_desired(find_target(Path.cwd(), target))
    check_ci(tty, target, want.target)
    with connect(want.root, want.settings, want.name, want.target, tty) as session:
        release_all(session, want, names, yes, tty)
