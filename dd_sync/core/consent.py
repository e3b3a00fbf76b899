"""What may be lost: the limits of a project, and the consent that stands in the reviewed change itself.

Consent on the command line reaches no pipeline. What is written beside the definitions is read by the reviewer, goes
through every pipeline with them, names what it is for, and ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple

SOON = timedelta(days=14)
"""How long proposed consent holds: as long as a review and a rollout take."""

GRACE = timedelta(days=31)
"""How long consent may stand after its last day before it is an error."""


@dataclass(frozen=True)
class Limits:
    """What one apply may lose without consent."""

    deletes: int = 10
    """Objects in all."""
    share: float = 0.10
    """Of a kind, from three objects up; 0.1 is a tenth."""
    replaces: int = 0
    """Objects made anew: their ids, histories and mutes are lost."""


USUAL_LIMITS = Limits()
"""Where a project says nothing."""


class Consent(NamedTuple):
    """What the person at the command line said: the number of objects they expect to lose."""

    deletes: int = 0
    replaces: int = 0
    twins: bool = False


@dataclass(frozen=True)
class WrittenConsent:
    """One line of `consent:` in `ddsync.yaml`."""

    action: Literal["delete", "replace"]
    number: int
    """How many objects at most."""
    only: str
    """A glob as `--only` takes it."""
    until: str
    """The last day it holds, as 2026-12-20, UTC."""
    why: str
    source: str = ""
    """Its `file:line`."""

    @property
    def text(self) -> str:
        """What it consents to: `delete 41 of service/*/cart until 2026-12-20: cart was retired`."""
        return f"{self.action} {self.number} of {self.only} until {self.until}: {self.why}"

    @property
    def as_data(self) -> dict[str, Any]:
        """As `ddsync.yaml` has it, with its place."""
        said = {"only": self.only, "until": self.until, "why": self.why}
        return {self.action: self.number, **said, "source": self.source}

    def agrees_with(self, other: WrittenConsent) -> bool:
        """Whether both say the same, wherever they stand."""
        return self.as_data | {"source": ""} == other.as_data | {"source": ""}

    def has_expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return date.fromisoformat(self.until) < today

    def overdue(self, today: date) -> bool:
        """Whether it should have been taken out long ago."""
        return date.fromisoformat(self.until) + GRACE < today


def from_data(data: dict[str, Any]) -> WrittenConsent:
    """The consent of such data as `as_data` gives. Raises ValueError, KeyError, TypeError for anything else."""
    action: Literal["delete", "replace"] = "delete" if "delete" in data else "replace"
    number, only, until, why = (data[name] for name in (action, "only", "until", "why"))
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise ValueError("expected a number of objects")
    if not all(isinstance(text, str) and text.strip() for text in (only, until, why)):
        raise ValueError("expected only, until and why")
    date.fromisoformat(until)
    return WrittenConsent(action, number, only, until, why, str(data.get("source") or ""))


def proposal(action: str, number: int, only: str, day: date | None) -> str:
    """The line of `ddsync.yaml` that would consent, made ready to paste but for the reason."""
    until = "YYYY-MM-DD" if day is None else (day + SOON).isoformat()
    return f'consent: [{{{action}: {number}, only: "{only}", until: {until}, why: "…"}}]'


def valid(consents: Iterable[WrittenConsent], today: date) -> tuple[WrittenConsent, ...]:
    """Those that hold today."""
    return tuple(one for one in consents if not one.has_expired(today))


def common(ours: Iterable[WrittenConsent], theirs: Sequence[WrittenConsent]) -> tuple[WrittenConsent, ...]:
    """Those that stand on both sides: in the reviewed plan, and in the change that is applied."""
    return tuple(one for one in ours if any(one.agrees_with(other) for other in theirs))
