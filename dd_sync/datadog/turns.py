"""Admits calls: each takes one place among the calls under way, and one below each rate limit.

A write looks at its object right before it goes. Nothing may lie between the two, least of all a wait: so the places of
both are taken together, and the look passes on what was taken for it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from dd_sync.core.port import Clock
from dd_sync.datadog.pace import Call, Pace
from dd_sync.datadog.width import Place, Width


class _Mine(threading.local):
    """What the thread at hand holds."""

    place: Place | None = None
    kept: tuple[Call, ...] = ()


class Turns:
    """Shared by all threads."""

    def __init__(self, clock: Clock) -> None:
        self._pace, self.width = Pace(clock), Width()
        self._mine = _Mine()

    @contextmanager
    def turn(self, call: Call, looks: tuple[Call, ...], wait: Callable[[float], object]) -> Iterator[Place]:
        """A place for a call, and for what it will ask within the block. `wait` is told the seconds to let pass."""
        mine = self._mine
        if mine.place is not None:
            if call in mine.kept:
                mine.kept = ()
            else:
                self._below_limits((call,), wait)
            yield mine.place
            return
        with self.width.place() as place:
            self._below_limits((call, *looks), wait)
            mine.place, mine.kept = place, looks
            try:
                yield place
            finally:
                mine.place, mine.kept = None, ()

    def _below_limits(self, calls: tuple[Call, ...], wait: Callable[[float], object]) -> None:
        while (seconds := self._pace.take(*calls)) > 0:
            wait(seconds)

    def learn(self, call: Call, headers: Mapping[str, str], *, refused: bool) -> None:
        """Takes note of an answer's headers; `refused` for a 429."""
        self._pace.learn(call, headers, refused=refused)
