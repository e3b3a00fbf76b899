"""`ddsync preview`: the working tree as pages, reloaded on save."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli import options


def preview(
    target: options.Target = None,
    port: Annotated[int, typer.Option("--port", help="Port; 0 takes a free one.", min=0, max=65535)] = 8127,
    live: Annotated[bool, typer.Option("--live", help="Compare with the target's live objects.")] = False,
) -> None:
    """Serve pages of everything the project makes, on localhost only, reloaded on save. The first line is the URL.

    Needs no keys, except with --live.

    Example: ddsync preview --target local
    """
    from dd_sync.core.errors import UsageError
    from dd_sync.project.settings import find_root, load_settings
    from dd_sync.runs.console import console
    from dd_sync.runs.preview_server import Preview, serve

    tty = console()
    root = find_root(Path.cwd())
    settings, _ = load_settings(root)
    name, _ = settings.choose_target(target)
    try:
        serve(Preview(root, name, live, tty.redactor), port, tty.result)
    except OSError as error:
        raise UsageError(f"port {port}: {error.strerror}", hint="--port 0 takes a free one") from error
