"""What is known of a target's health: one line for each thing looked at, and what each command may do there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Status = Literal["ok", "note", "warning", "error"]
"""An error keeps commands from working; a warning will surprise somebody; a note is worth knowing."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    about: str
    """What it is about, for machines: `api-key`, `clock`, `duplicates`."""
    status: Status
    text: str
    fix: str = ""
    """What to do about it."""
    details: Sequence[Mapping[str, Any]] = ()
    """The objects it is about, or its numbers; each is one line under it."""


@dataclass(frozen=True)
class Able:
    """What a command may do with the application key. Permissions come with what they are for."""

    command: str
    missing: Sequence[tuple[str, str]] = ()
    """Without these it fails."""
    unknown: Sequence[tuple[str, str]] = ()
    """Whether the key has these cannot be told without writing."""
    without: Sequence[tuple[str, str]] = ()
    """It works, and shows less."""

    @property
    def able(self) -> bool | None:
        """Whether it works; None where that cannot be told."""
        return False if self.missing else None if self.unknown else True


@dataclass(frozen=True)
class Diagnosis:
    """Everything that was looked at, for one target."""

    project: str
    target: str
    place: str
    checks: Sequence[Check]
    commands: Sequence[Able] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is an error."""
        return not any(check.status == "error" for check in self.checks)
