"""What a sender sends: a series with its tags, gaps and lateness; the runs of a service check; an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dd_sync.evaluate.series import Series
from dd_sync.gameday.track import Reading, read

Tags = Mapping[str, str | Sequence[str]]

Sent = Any
"""A number, the durations of a minute, or None."""


@dataclass(slots=True, eq=False)
class Source:
    """One series of a metric, as its sender sends it.

    It is sent in minutes in which every one of `senders` is there. A distribution's value is a list: the durations of a
    minute's spans. `moving` are tags whose value changes: each value makes a series of its own, which ends where the
    next begins. `late` is how many minutes points take to arrive.
    """

    metric: str
    tags: Tags
    value: Reading
    senders: Sequence[Reading] = ()
    moving: Mapping[str, Reading] = field(default_factory=dict)
    late: int = 0

    @property
    def touched(self) -> bool:
        return (
            self.value.touched
            or any(one.touched for one in self.senders)
            or any(one.touched for one in self.moving.values())
        )

    def series(self, start: int, end: int) -> Iterator[Series]:
        """Its series from minute `start` up to, and without, `end`; those that are empty all along are left out."""
        values = self._values(start, end)
        if not self.moving:
            if any(value is not None for value in values):
                yield Series(self.metric, values, self.tags)
            return
        moving = [(name, read(one, start, end)) for name, one in self.moving.items()]
        found: dict[tuple[tuple[str, str], ...], list[Sent]] = {}
        for n, value in enumerate(values):
            if value is None:
                continue
            tags = tuple((name, str(states[n])) for name, states in moving)
            found.setdefault(tags, [None] * len(values))[n] = value
        for extra, moved in found.items():
            yield Series(self.metric, moved, {**self.tags, **dict(extra)})

    def _values(self, start: int, end: int) -> list[Sent]:
        """What it sends in each minute; None where a sender is not there."""
        there: Sequence[Any] = [True] * (end - start)
        for one in self.senders:
            if getattr(one, "steady", False):
                if not one.at(start):
                    return [None] * (end - start)
            else:
                there = [up and now for up, now in zip(there, read(one, start, end), strict=True)]
        return [value if up else None for up, value in zip(there, read(self.value, start, end), strict=True)]


@dataclass(slots=True, eq=False)
class Check:
    """A service check of one sender. `status` is ok, warning, critical or unknown; None where it does not run.

    It runs `runs` times a minute, `slow` times while it fails.
    """

    check: str
    tags: Tags
    status: Reading
    senders: Sequence[Reading] = ()
    runs: int = 4
    slow: int = 4

    @property
    def touched(self) -> bool:
        return self.status.touched or any(one.touched for one in self.senders)

    def at(self, minute: int) -> list[str]:
        if not all(one.at(minute) for one in self.senders):
            return []
        status = self.status.at(minute)
        return [] if status is None else [status] * (self.runs if status == "ok" else self.slow)


class Event(NamedTuple):
    """An event of Datadog's stream."""

    minute: int
    source: str
    title: str
    tags: Mapping[str, str]
