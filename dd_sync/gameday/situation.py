"""A situation: one function that bends the world, and what is expected of the alerts."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dd_sync.core.errors import DefinitionError
from dd_sync.core.gameday import Expected


@dataclass(frozen=True)
class Situation:
    """What happens, to whom it can happen, and who should hear of it how soon.

    `within` and `lasts` are minutes from its begin. `priority` is 1 to 4 for incidents: 1 and 2 wake somebody where
    the subject's tier and environment wake for it at all, 3 and 4 are messages; 0 for normal life.
    """

    name: str
    function: Callable[..., None]
    of: type
    expects: Expected
    within: int
    lasts: int
    priority: int
    when: Callable[[Any], bool]

    @property
    def story(self) -> str:
        """Its first sentence."""
        return (inspect.getdoc(self.function) or "").split("\n\n")[0].replace("\n", " ")

    def concerns(self, subject: object) -> bool:
        """Whether it can happen to this subject."""
        return isinstance(subject, self.of) and self.when(subject)


def situation(
    expects: Expected,
    *,
    within: int = 0,
    lasts: int = 60,
    priority: int = 0,
    when: Callable[[Any], bool] = lambda subject: True,
) -> Callable[[Callable[..., None]], Situation]:
    """Makes a situation of a function of one subject: a `Cluster`, `MongoDB`, `Atlas` or `Service`.

    `expects` is `quiet`, `told` or `paged`, `within` so many minutes; it is over after `lasts` minutes, though what it
    set without an end stays. `when` says which subjects it can happen to.
    """

    def made(function: Callable[..., None]) -> Situation:
        return Situation(_name(function), function, _subject(function), expects, within or lasts, lasts, priority, when)

    return made


def normal(
    *, lasts: int = 60, when: Callable[[Any], bool] = lambda subject: True
) -> Callable[[Callable[..., None]], Situation]:
    """A situation of normal life, of which nobody should hear."""
    return situation("quiet", lasts=lasts, when=when)


def incident(
    priority: int, *, within: int, lasts: int = 60, when: Callable[[Any], bool] = lambda subject: True
) -> Callable[[Callable[..., None]], Situation]:
    """An incident: priorities 1 and 2 wake somebody, 3 and 4 are told, `within` so many minutes."""
    expects: Expected = "paged" if priority <= 2 else "told"
    return situation(expects, within=within, lasts=lasts, priority=priority, when=when)


def _name(function: Callable[..., None]) -> str:
    """`eks/node-lost`: the part of the module that says what it is about, and the function's name."""
    parts = function.__module__.split(".")
    after = parts.index("situations") + 1 if "situations" in parts else min(1, len(parts) - 1)
    return f"{parts[after]}/{function.__name__}".replace("_", "-")


def _subject(function: Callable[..., None]) -> type:
    where = f"{function.__code__.co_filename}:{function.__code__.co_firstlineno}"
    parameters = list(inspect.signature(function).parameters)
    hints = typing.get_type_hints(function)
    if len(parameters) != 1 or not isinstance(hints.get(parameters[0]), type):
        raise DefinitionError(
            f"{where}: the situation {function.__name__} takes one subject",
            hint="annotate it: def outage(service: Service) -> None, of dd_sync.gameday",
        )
    found: type = hints[parameters[0]]
    return found
