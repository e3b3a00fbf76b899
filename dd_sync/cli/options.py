"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from dd_sync.cli import completion

if TYPE_CHECKING:
    from dd_sync.core.selection import Selection

Target = Annotated[
    Optional[str],  # noqa: UP045 - typer reads annotations at run time
    typer.Option(
        "--target", "-t", help="Which target of ddsync.yaml.", metavar="TARGET", autocompletion=completion.targets
    ),
]
Shard = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--shard", help="One of N parts of about the same size: 2/5.", metavar="I/N"),
]
Only = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--only",
        help="Only objects that match: KEY or KIND:KEY, * for anything. Repeatable.",
        metavar="GLOB",
        autocompletion=completion.keys,
    ),
]
Key = Annotated[
    str, typer.Argument(help="KEY or KIND:KEY; * for several.", metavar="KEY", autocompletion=completion.keys)
]
Rendered = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--rendered", help="Use payloads that `ddsync render` wrote; run no project code.", metavar="DIR"),
]
AllowTwin = Annotated[
    bool, typer.Option("--allow-twin", help="Create objects even if unmanaged ones have the same title.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def check_choice(option: str, value: str, *known: str) -> None:
    """Raises UsageError for a value that an option does not take."""
    if value not in known:
        from dd_sync.core.errors import UsageError, did_you_mean

        near = did_you_mean(value, known)
        raise UsageError(f'{option} does not take "{value}".{near}', hint=f"{option} takes {' or '.join(known)}")


def part(only: list[str] | None, shard: str | None) -> Selection:
    """What `--only` and `--shard` leave of a project. Raises UsageError."""
    from dd_sync.core.selection import Selection  # needs the models
    from dd_sync.core.selection import shard as named

    return Selection(tuple(only or ()), named(shard) if shard else None)
