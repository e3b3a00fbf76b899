"""`ddsync import-terraform`: definitions for a Terraform state, and the handover from Terraform."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer


def import_terraform(
    state: Annotated[Path, typer.Argument(help="What `terraform show -json` wrote.", metavar="STATE.json")],
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", help="Write to this folder, not into the project.", metavar="DIR"),
    ] = None,
) -> None:
    """Write definitions for the monitors, SLOs and JSON dashboards of a Terraform state, offline and without keys.

    adopt.yaml lets the next apply take the objects over under their ids; handover/ holds what makes Terraform forget
    them. Nothing that exists is written over.

    Example: terraform show -json > state.json && ddsync import-terraform state.json
    """
    from dd_sync.runs.console import console
    from dd_sync.runs.import_terraform import convert

    raise typer.Exit(convert(Path.cwd(), state, out, console()))
