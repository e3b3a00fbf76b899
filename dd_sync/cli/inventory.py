"""`ddsync inventory`: pins services whose files are kept elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dd_sync.cli import options

inventory = typer.Typer(help="Services that are kept in other repositories and in Datadog's catalog.")


@inventory.callback()
def _inventory() -> None:
    """Services that are kept in other repositories and in Datadog's catalog."""


@inventory.command()
def lock(
    target: options.Target = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when the lock is stale.")] = False,
) -> None:
    """Pin the services that ddsync.yaml takes from elsewhere in inventory.lock.yaml, to be committed.

    Plans, renders and everything else then need neither the other checkouts nor a key for the catalog.

    Example: ddsync inventory lock --target prod
    """
    from dd_sync.runs.console import console
    from dd_sync.runs.inventory_lock import lock_inventory

    lock_inventory(Path.cwd(), target, console(), check=check)
