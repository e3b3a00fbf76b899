"""What is being done, for a person who watches: one line that moves, gone when it is over."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from dd_sync.cli.console import Console
from dd_sync.core.apply import Outcome
from dd_sync.core.plan import Change


class Progress:
    """A bar of the writes, on a terminal; nothing elsewhere."""

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total = console, total
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if self._console.watched:
            from rich.console import Console as Screen
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
            from rich.progress import Progress as Bar

            columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
            self._bar = Bar(*columns, console=Screen(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("", total=self._total)
        return self

    def begin(self, change: Change) -> None:
        if self._bar is not None:
            self._bar.update(self._task, description=f"{change.action} {change.kind} {change.key}")

    def end(self, outcome: Outcome) -> None:
        if self._bar is not None:
            self._bar.advance(self._task)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
