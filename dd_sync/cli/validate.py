"""`ddsync validate`: everything that can be known to be wrong without asking Datadog."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli import options


def validate(
    target: options.Target = None,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Check definitions and inventory, offline and without keys.

    Example: ddsync validate
    """
    import json

    from dd_sync.cli.console import console
    from dd_sync.cli.reporting import check_format
    from dd_sync.project.keys import remember_keys
    from dd_sync.project.loading import FOLDERS
    from dd_sync.project.project import load_project
    from dd_sync.project.settings import find_root

    check_format(format, "text", "json")
    tty = console()
    project = load_project(find_root(Path.cwd()))
    names = [target] if target else list(project.settings.targets)
    made = {}
    for name in names:
        _, chosen = project.settings.choose_target(name)
        made[name] = [one.name for one in project.build(chosen).desired]
    remember_keys(project.root, FOLDERS, project.settings.services, made)
    counts = {name: len(keys) for name, keys in made.items()}
    if format == "json":
        tty.result(json.dumps({"ok": True, "findings": [], "objects": counts}))
        return
    tty.result("ok: " + " · ".join(f"{name} {number} objects" for name, number in counts.items()))
