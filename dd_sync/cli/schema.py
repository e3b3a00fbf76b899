"""`ddsync schema`: JSON Schemas, so that editors complete ddsync.yaml and service files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer


def schema(
    out: Annotated[Optional[Path], typer.Option("--out", help="Folder to write.", metavar="DIR")] = None,  # noqa: UP045
) -> None:
    """Write JSON Schemas of ddsync.yaml and service files, with the tunables of your definitions.

    Example: ddsync schema --out .ddsync/schema
    """
    import json

    from dd_sync.disk.files import write_tree
    from dd_sync.project.project import load_project
    from dd_sync.project.schemas import schemas
    from dd_sync.project.settings import find_root
    from dd_sync.runs.console import console

    tty = console()
    made = tty.redactor.json(schemas(load_project(find_root(Path.cwd()))))
    if out is None:
        tty.result(json.dumps(made, indent=2))
        return
    write_tree(out, {f"{name}.schema.json": json.dumps(text, indent=2) + "\n" for name, text in made.items()})
    tty.result(f"written to {out}: {', '.join(f'{name}.schema.json' for name in made)}")
