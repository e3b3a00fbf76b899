"""The stage of a game day: some minutes of the world, what a situation touches in them, and what an alert is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dd_sync.core.kind import Recipients
from dd_sync.evaluate import Series, State
from dd_sync.gameday.source import Check, Source
from dd_sync.gameday.world import TUESDAY_MORNING, World


class NotPlayed(Exception):
    """An alert that cannot be played, with the reason."""


@dataclass(frozen=True)
class Moment:
    """A new state of one group, `minute` after the situation began."""

    minute: int
    state: State
    group: Mapping[str, str]


@dataclass(frozen=True)
class Alert:
    """One alert. `metrics` are those it reads, and the names of checks and sources of events."""

    key: str
    payload: Mapping[str, Any]
    recipients: Recipients
    metrics: frozenset[str]
    sees: int
    """How many series of the quiet world are within its scope."""
    states: Callable[[Play], Iterator[Moment]] = field(repr=False)


@dataclass
class Play:
    """From minute `start` to minute `end` of a situation, with what it touches; series are made once for all alerts."""

    world: World
    start: int
    end: int
    touched: Sequence[Source | Check] | None = None
    """None: everything is looked at."""
    quiet: dict[tuple[int, int, int], list[Series]] = field(default_factory=dict)
    """Series of what nothing touches, kept from one situation to the next."""
    _made: dict[tuple[int, int], list[Series]] = field(default_factory=dict)

    @property
    def metrics(self) -> frozenset[str]:
        """The metrics and checks that change."""
        named = {one.metric if isinstance(one, Source) else one.check for one in self.touched or ()}
        return frozenset(named | {f"event:{one.source}" for one in self.world.events})

    @property
    def everything(self) -> bool:
        """Whether all is looked at, touched or not."""
        return self.touched is None

    @property
    def length(self) -> int:
        """Minutes from start to end."""
        return self.end - self.start

    def series(self, sources: Sequence[Source], lead: int, delay: int, window: int) -> list[Series]:
        """The series of some sources from `lead` minutes before the start.

        Points that take longer to arrive than the alert waits for (`delay`) are moved to when they are there; where
        its window is over by then it never sees any.
        """
        found: list[Series] = []
        for one in sources:
            made = self._of(one, self.start - lead)
            missing = one.late - delay
            if missing >= window:
                continue
            found += made if missing <= 0 else [_later(series, missing) for series in made]
        return found

    def __contains__(self, source: Source | Check) -> bool:
        return self._touched is None or id(source) in self._touched

    def __post_init__(self) -> None:
        self._touched = None if self.touched is None else {id(one) for one in self.touched}

    def _of(self, source: Source, start: int) -> list[Series]:
        if source in self or self.world.begins != TUESDAY_MORNING:
            mine = (id(source), start)
            if mine not in self._made:
                self._made[mine] = list(source.series(start, self.end))
            return self._made[mine]
        kept = (id(source), start, self.end)
        if kept not in self.quiet:
            self.quiet[kept] = list(source.series(start, self.end))
        return self.quiet[kept]


def changes(group: Mapping[str, str], states: Sequence[State], start: int) -> Iterator[Moment]:
    """The state it begins in, where that is not ok, and every change after it."""
    before: State = "ok"
    for n, state in enumerate(states):
        if state != before:
            yield Moment(start + n, state, group)
        before = state


def _later(series: Series, minutes: int) -> Series:
    values = [None] * minutes + list(series.values)[: len(series.values) - minutes]
    return Series(series.metric, values, series.tags)
