"""What becomes of an error in a project: it ends the run, or it is noted and whatever does not hang on it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from dd_sync.core.errors import DefinitionError

T = TypeVar("T")

OnError = Callable[[DefinitionError], None]
"""Told of each error; what raises ends the run."""


def raise_problems(error: DefinitionError) -> None:
    """Ends the run with the error."""
    raise error


class Faults(DefinitionError):
    """Several errors of one file. Shown as the first of them."""

    def __init__(self, errors: Sequence[DefinitionError]) -> None:
        super().__init__(errors[0].message, hint=f"and {len(errors) - 1} more, which ddsync validate shows")
        self.errors = tuple(errors)


class Noted:
    """Errors in the order in which they were found, each once: what breaks a file breaks all that import it."""

    def __init__(self) -> None:
        self._found: dict[str, DefinitionError] = {}

    def __call__(self, error: DefinitionError) -> None:
        for one in error.errors if isinstance(error, Faults) else (error,):
            self._found.setdefault(one.message, one)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def errors(self) -> list[DefinitionError]:
        """What was noted."""
        return list(self._found.values())


def attempt(made: Iterator[T], on_error: OnError) -> Iterator[T]:
    """The same items, up to the error that ends them, which is passed on."""
    try:
        yield from made
    except DefinitionError as error:
        on_error(error)
