"""`ddsync release`: stop managing objects, and keep them."""

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
    """Take ddsync's identity off live objects, which stay as they are otherwise.

    A key that is still defined is refused: the next apply would make a second object.

    Example: ddsync release monitor:123456
    """
    from dd_sync.cli.console import console
    from dd_sync.cli.planning import wanted
    from dd_sync.cli.releasing import release_all
    from dd_sync.cli.session import check_ci, connected

    tty = console()
    want = wanted(Path.cwd(), target, None)
    check_ci(tty, target, want.target)
    with connected(want.root, want.settings, want.name, want.target, tty) as session:
        release_all(session, want, names, yes, tty)
