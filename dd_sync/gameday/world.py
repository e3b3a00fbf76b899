"""The simulated world: clusters, databases and services of an inventory, and everything that is sent of them.

It knows what senders send, with their tags, gaps and resets, and nothing of the alerts that are played in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

from dd_sync.definitions.inventory import Entry
from dd_sync.gameday.source import Check, Event, Source
from dd_sync.gameday.track import Track, Value

TUESDAY_MORNING = 34 * 60
"""Minutes of a week that begins on Monday at 00:00: Tuesday, 10:00."""

WEEK = 7 * 24 * 60


class Subject(Protocol):
    """What a situation may be about."""

    @property
    def facts(self) -> Entry:
        """What the inventory says of it."""

    @property
    def about(self) -> str:
        """In words: `cluster prod-eu-1`."""

    @property
    def team(self) -> str:
        """Who owns it."""

    @property
    def env(self) -> str:
        """Its environment."""

    @property
    def paged_for(self) -> int:
        """The lowest priority that wakes somebody; 0 for none."""


class World:
    """Everything that is sent, and how to bring it back to normal."""

    def __init__(self) -> None:
        self.undo: list[Callable[[], None]] = []
        """What a situation did, to be taken back by `calm()`."""
        self.sources: dict[str, list[Source]] = {}
        self.checks: dict[str, list[Check]] = {}
        self.events: list[Event] = []
        self.subjects: list[Subject] = []
        self.neighbours: list[Subject] = []
        """What the same organisation has beside the inventory: others' clusters and databases."""
        self.begins = TUESDAY_MORNING
        """The minute of the week at minute 0."""
        self._settled = False
        self._tracks: list[Track] = []
        self._new: dict[int, Source | Check] = {}

    def track(self, usual: Value) -> Track:
        """A value that situations may change; a number, a name, or a function of the minute."""
        made = Track(usual, self.undo)
        if not self._settled:
            self._tracks.append(made)
        return made

    def add(self, *sent: Source | Check) -> None:
        """More of what is sent. After `settle()` it is gone with the situation."""
        for one in sent:
            if isinstance(one, Source):
                self._keep(self.sources.setdefault(one.metric, []), one)
            else:
                self._keep(self.checks.setdefault(one.check, []), one)

    def happen(self, event: Event) -> None:
        """An event of a situation."""
        self._keep(self.events, event)

    def append(self, many: list[Value], one: Value) -> None:
        """Adds to a list of the world, until the situation ends."""
        self._keep(many, one)

    def settle(self) -> None:
        """From here on everything is a situation's."""
        for track in self._tracks:
            track.settle()
        self.undo.clear()
        self._settled = True

    def calm(self) -> None:
        """As it was when it settled."""
        for one in reversed(self.undo):
            one()
        self.undo.clear()
        self._new.clear()
        self.begins = TUESDAY_MORNING

    def clock(self, minute: int) -> int:
        """The minute of the week."""
        return (self.begins + minute) % WEEK

    def touched(self) -> Iterator[Source | Check]:
        """What a situation changes of what is sent."""
        everything: Iterator[Sequence[Source | Check]] = chain(self.sources.values(), self.checks.values())
        for many in everything:
            yield from (one for one in many if one.touched or id(one) in self._new)

    def fresh(self, metric: str) -> list[Source]:
        """What a situation added of a metric."""
        return [one for one in self._new.values() if isinstance(one, Source) and one.metric == metric]

    def knows(self, metric: str) -> bool:
        """Whether anything in it sends this metric."""
        return metric in self.sources

    def _keep(self, many: list[Value], one: Value) -> None:
        many.append(one)
        if self._settled:
            self._new[id(one)] = one
            self.undo.append(lambda: many.remove(one))


def tags_given(tags: Mapping[str, str | None]) -> dict[str, str]:
    """Tags that have a value."""
    return {name: value for name, value in tags.items() if value}
