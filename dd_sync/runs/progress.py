"""What is being done, for a person who watches: one line that moves, gone when it is over."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from dd_sync.reports.escaping import one_line
from dd_sync.runs.console import Console

if TYPE_CHECKING:
    from dd_sync.core.apply import Outcome
    from dd_sync.core.plan import Change

FEW = 10
"""Reads below which nothing is shown: they are over before anybody could look."""


class Reading:
    """A bar of what is being read, on a terminal; nothing elsewhere. Called as `datadog.reader.Progress`.

    It is gone as soon as all is read, so that nothing is printed into it.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        return self

    def __call__(self, what: str, done: int, total: int) -> None:
        if not self._console.watched or total < FEW:
            return
        if self._bar is None and done < total:
            self._bar = _bar()
            self._task = self._bar.add_task(f"reading {what}", total=total)
        if self._bar is not None:
            self._bar.update(self._task, completed=done)
        if done >= total:
            self._stop()

    def _stop(self) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()


class Progress:
    """A bar of the writes, on a terminal; nothing elsewhere."""

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total = console, total
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if self._console.watched:
            self._bar = _bar()
            self._task = self._bar.add_task("", total=self._total)
        return self

    def begin(self, change: Change) -> None:
        if self._bar is not None:
            self._bar.update(self._task, description=one_line(f"{change.action} {change.kind} {change.key}"))

    def end(self, outcome: Outcome) -> None:
        if self._bar is not None:
            self._bar.advance(self._task)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()


def _bar() -> Any:
    """A bar that moves on standard error, begun."""
    from rich.console import Console as Screen
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    bar = Bar(*columns, console=Screen(stderr=True), transient=True)
    bar.start()
    return bar
