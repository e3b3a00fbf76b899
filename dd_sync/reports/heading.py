"""What a report says of the run as a whole; all it says where there is nothing to do."""

from __future__ import annotations

from typing import NamedTuple

from dd_sync.core.plan import Plan
from dd_sync.core.wording import quantity


class Heading(NamedTuple):
    """What a report says of the run as a whole."""

    project: str
    target: str
    place: str
    seconds: float
    now: float | None = None
    """When the plan was made, in seconds since 1970, so that edits have an age; None leaves ages out."""

    def __str__(self) -> str:
        return f"{self.project} → {self.target} ({self.place})" if self.place else f"{self.project} → {self.target}"


def definitions(number: int) -> str:
    """`1 definition`, `214 definitions`."""
    return quantity(number, "definition")


def nothing_text(plan: Plan, heading: Heading) -> str:
    """The one line of a plan that changes nothing."""
    return f"{heading}: nothing to change ({definitions(plan.definitions)}, {heading.seconds:.1f} s)"
