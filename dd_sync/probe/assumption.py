"""An assumption, the experiment that settles it, and what came out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from dd_sync.probe.bench import Bench

Result = Literal["holds", "differs", "unclear"]


class Seen(NamedTuple):
    """What an experiment saw: whether it is as assumed (None where that cannot be told), and in words."""

    holds: bool | None
    text: str


class Experiment(NamedTuple):
    """An assumption and how to settle it."""

    id: str
    says: str
    """What is taken to be so."""
    why: str
    """Why it is taken to be so."""
    bears: str
    """What depends on it."""
    run: Callable[[Bench], Seen]


class Verdict(NamedTuple):
    """What one experiment found in one account."""

    id: str
    says: str
    bears: str
    result: Result
    seen: str
    calls: int


def experiment(id: str, *, says: str, why: str, bears: str) -> Callable[[Callable[[Bench], Seen]], Experiment]:
    """Makes an experiment of a function from a bench to what it saw."""
    return lambda run: Experiment(id, says, why, bears, run)


def compare_seen(as_assumed: bool, text: str) -> Seen:
    """What was seen of something that is either as assumed or not."""
    return Seen(as_assumed, text)
