"""All commands by name."""

from __future__ import annotations

from typing import Annotated

import typer

from dd_sync.cli.absorb import absorb
from dd_sync.cli.apply import apply
from dd_sync.cli.codeowners import codeowners
from dd_sync.cli.comment import comment
from dd_sync.cli.coverage import coverage
from dd_sync.cli.discover import discover
from dd_sync.cli.doctor import doctor
from dd_sync.cli.drift import drift
from dd_sync.cli.eject import eject
from dd_sync.cli.explain import explain
from dd_sync.cli.history import history
from dd_sync.cli.import_ import import_
from dd_sync.cli.init import init
from dd_sync.cli.inventory import inventory
from dd_sync.cli.local import local
from dd_sync.cli.new_service import new_service
from dd_sync.cli.plan import plan
from dd_sync.cli.policy import policy
from dd_sync.cli.preview import preview
from dd_sync.cli.query import query
from dd_sync.cli.release import release
from dd_sync.cli.render import render
from dd_sync.cli.schema import schema
from dd_sync.cli.terraform import import_terraform
from dd_sync.cli.undo import undo
from dd_sync.cli.validate import validate

app = typer.Typer(
    name="ddsync",
    help="Observability as code for Datadog: monitors, SLOs and dashboards, planned, reviewed, applied.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for command in (
    plan,
    apply,
    drift,
    absorb,
    render,
    validate,
    query,
    explain,
    release,
    schema,
    new_service,
    discover,
    coverage,
    undo,
    history,
    comment,
    init,
    eject,
    preview,
    codeowners,
    policy,
    import_terraform,
    doctor,
):
    app.command()(command)
app.command("import")(import_)
app.add_typer(local, name="local")
app.add_typer(inventory, name="inventory")


def _version(asked: bool) -> None:
    if asked:
        from dd_sync import __version__

        typer.echo(f"ddsync {__version__}")
        raise typer.Exit


@app.callback()
def ddsync(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """Observability as code for Datadog."""
