"""A rule: a small function with a stable id, its reason as docstring, and what it says when it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from inspect import cleandoc
from math import isfinite
from typing import Any, Generic, Literal, TypeVar

from dd_sync.core.findings import Finding, RuleFacts, Severity

T = TypeVar("T")


Confidence = Literal["recorded", "stated", "reported", "inferred", ""]
"""How it is known that Datadog refuses something: a recording of the refusal; Datadog's documents or API description;
users who met it; a conclusion from other facts, which only warns. Empty for what Datadog takes: advice."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a rule does not hold: the fields of a `Finding` that it decides; `says` is Datadog's answer, if known."""

    message: str
    path: str = "query"
    start: int | None = None
    end: int | None = None
    fix: str = ""
    says: str = ""


@dataclass(frozen=True)
class Rule(Generic[T]):
    """`id` is stable: ignores and documentation name it. `why` is the docstring of the function.

    `confidence` tells whether Datadog refuses what breaks it and how that is known; `evidence` where; `says` is its
    wording, in which `…` stands for what differs; `status` its answer. `types` are the types of objects it is about,
    all when empty.
    """

    id: str
    severity: Severity
    check: Callable[[T], Iterable[Broken]]
    confidence: Confidence = ""
    evidence: tuple[str, ...] = ()
    says: str = ""
    status: int = 400
    types: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether Datadog refuses what breaks it; of warnings, and of errors that merely never work, it takes all."""
        return self.severity == "error" and self.confidence != ""

    @property
    def why(self) -> str:
        """Why the rule is there, and where it comes from."""
        return cleandoc(self.check.__doc__ or "")

    @property
    def facts(self) -> RuleFacts:
        """What people are told of the rule."""
        known = (self.refused, self.confidence, self.evidence, self.says, self.status)
        return RuleFacts(self.id, self.severity, self.why, *known)

    def findings(self, subject: T) -> Iterator[Finding]:
        """What the rule finds in a subject."""
        for broken in self.check(subject):
            yield Finding(self.id, self.severity, broken.message, broken.path, broken.start, broken.end, broken.fix)


def rule(
    id: str,
    severity: Severity,
    confidence: Confidence = "",
    *evidence: str,
    says: str = "",
    status: int = 400,
    types: tuple[str, ...] = (),
) -> Callable[[Callable[[T], Iterable[Broken]]], Rule[T]]:
    """Make a rule of a function from what is checked to where it is broken; its docstring says why."""
    return lambda check: Rule(id, severity, check, confidence, evidence, says, status, types)


def findings(rules: Iterable[Rule[T]], subject: T) -> list[Finding]:
    """What all of these rules find, in their order."""
    return [finding for each in rules for finding in each.findings(subject)]


@dataclass(frozen=True, slots=True)
class Refused:
    """An answer of Datadog's to what breaks a rule: its status and its sentence, our own where none is known."""

    status: int
    sentence: str
    rule: str


def refusals(rules: Iterable[Rule[T]], subject: T) -> Iterator[Refused]:
    """What Datadog answers to an object, rule by rule."""
    for each in rules:
        if each.refused:
            for broken in each.check(subject):
                fixed = "" if "…" in each.says else each.says
                yield Refused(each.status, broken.says or fixed or f"Invalid payload: {broken.message}", each.id)


def mapping(value: Any) -> dict[str, Any]:
    """A value that should be an object; anything else counts as an empty one."""
    return value if isinstance(value, dict) else {}


def number(value: Any) -> float | None:
    """A value that should be a number; anything else, infinity included, counts as none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value)
