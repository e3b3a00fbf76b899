"""Game days in a test: how the project's alerts react to incidents and normal life."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dd_sync.core.gameday import GameDay
from dd_sync.project.project import load_project
from dd_sync.runs.gameday import play_gameday, situations_of


@dataclass(frozen=True)
class GameDays:
    """Plays game days of a project, for one of its targets."""

    root: Path
    target: str | None = None

    def __call__(self, *situations: str, only: tuple[str, ...] = ()) -> GameDay:
        """Plays the situations these patterns name, all without, against the alerts of `only`, all without.

        `.unnoticed` and `.woken` are what went wrong, `.of(name)` is one situation. Raises DefinitionError where the
        project cannot be built, UsageError for a pattern that fits nothing.
        """
        project = load_project(self.root)
        return play_gameday(project, self.target, situations_of(project, situations), only)
