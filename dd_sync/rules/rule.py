"""A rule: a small function with a stable id, its reason as docstring, and what it says when it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from math import isfinite
from typing import Any, Generic, TypeVar

from dd_sync.core.findings import Finding, Severity

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a rule does not hold: the fields of a `Finding` that the rule decides."""

    message: str
    path: str = "query"
    start: int | None = None
    end: int | None = None
    fix: str = ""


@dataclass(frozen=True)
class Rule(Generic[T]):
    """`id` is stable: ignores and documentation name it. `why` is the docstring of the function.

    `refused` tells whether Datadog refuses what breaks it; of warnings, and of errors that can merely never work, it
    takes all.
    """

    id: str
    severity: Severity
    check: Callable[[T], Iterable[Broken]]
    refused: bool = True

    @property
    def why(self) -> str:
        """Why the rule is there, and where it comes from."""
        return cleandoc(self.check.__doc__ or "")

    def findings(self, subject: T) -> Iterator[Finding]:
        """What the rule finds in a subject."""
        for broken in self.check(subject):
            yield Finding(self.id, self.severity, broken.message, broken.path, broken.start, broken.end, broken.fix)


def rule(id: str, severity: Severity, *, refused: bool = True) -> Callable[[Callable[[T], Iterable[Broken]]], Rule[T]]:
    """Make a rule of a function from what is checked to where it is broken; `refused` counts for errors alone."""

    def decorate(check: Callable[[T], Iterable[Broken]]) -> Rule[T]:
        return Rule(id, severity, check, refused and severity == "error")

    return decorate


def found(rules: Iterable[Rule[T]], subject: T) -> list[Finding]:
    """What all of these rules find, in their order."""
    return [finding for each in rules for finding in each.findings(subject)]


def mapping(value: Any) -> dict[str, Any]:
    """A value that should be an object; anything else counts as an empty one."""
    return value if isinstance(value, dict) else {}


def number(value: Any) -> float | None:
    """A value that should be a number; anything else, infinity included, counts as none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)
