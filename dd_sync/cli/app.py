"""All commands by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated

import typer

_MODULES = {
    "plan": "plan",
    "apply": "apply",
    "drift": "drift",
    "absorb": "absorb",
    "render": "render",
    "validate": "validate",
    "query": "query",
    "explain": "explain",
    "release": "release",
    "schema": "schema",
    "new-service": "new_service",
    "discover": "discover",
    "coverage": "coverage",
    "gameday": "gameday",
    "backtest": "backtest",
    "noise": "noise",
    "undo": "undo",
    "history": "history",
    "comment": "comment",
    "init": "init",
    "eject": "eject",
    "preview": "preview",
    "codeowners": "codeowners",
    "policy": "policy",
    "import-terraform": "terraform:import_terraform",
    "doctor": "doctor",
    "probe": "probe",
    "import": "import_",
}
"""Where each command is; one that is named otherwise than its module's function is `module:function`."""

_GROUPS = ("local", "inventory")
"""Commands with commands of their own, each a module."""


def app(arguments: Sequence[str]) -> typer.Typer:
    """The application to run these arguments with.

    It has the command they name alone, which is the quickest to start. Where they name none of these, the others are
    there to be listed; without arguments each is whole.
    """
    named = next((word for word in arguments if not word.startswith("-")), None)
    made = typer.Typer(
        help="Observability as code for Datadog: monitors, SLOs and dashboards, planned, reviewed, applied.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    made.callback()(ddsync)
    for name in [named] if named and named in _MODULES else _MODULES:
        module, _, function = _MODULES[name].partition(":")
        command = getattr(import_module(f"dd_sync.cli.{module}"), function or module)
        made.command(name)(command if named == name or not arguments else _listed(command))
    if named not in _MODULES:
        for name in _GROUPS:
            made.add_typer(getattr(import_module(f"dd_sync.cli.{name}"), name), name=name)
    return made


def _listed(command: Callable[..., None]) -> Callable[[], None]:
    """A command as `--help` lists it: reading the parameters of all takes a quarter of its time."""

    def listed() -> None: ...

    listed.__doc__ = command.__doc__
    return listed


def _version(asked: bool) -> None:
    if asked:
        from dd_sync import __version__

        typer.echo(f"ddsync {__version__}")
        raise typer.Exit


def ddsync(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error came from.")] = False,
) -> None:
    """Observability as code for Datadog."""
