"""How many calls are under way at once: half as many after each sign of overload, one more after each calm stretch.

Tools that kept all their writers going against an overloaded Datadog saw time-outs at its edge until they used fewer.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 32
"""Calls under way at once, whatever asks for them."""

CALM = 20
"""Good answers in a row after which one more call may be under way."""


class Place:
    """One call under way."""

    def __init__(self, width: Width, trouble: int) -> None:
        self._width, self._trouble = width, trouble

    def ended(self, *, overloaded: bool) -> None:
        """Says how the call went."""
        self._width._learn(self._trouble, overloaded=overloaded)


class Width:
    """The places there are. Shared by all threads."""

    def __init__(self, most: int = MOST) -> None:
        self._free = threading.Condition()
        self._most = self.places = most
        self._under_way = 0
        self._troubles = 0
        self._calm = 0

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Waits for a place and keeps it for as long as the block lasts."""
        with self._free:
            while self._under_way >= self.places:
                self._free.wait()
            self._under_way += 1
            place = Place(self, self._troubles)
        try:
            yield place
        finally:
            with self._free:
                self._under_way -= 1
                self._free.notify()

    def _learn(self, trouble: int, *, overloaded: bool) -> None:
        with self._free:
            if not overloaded:
                self._calm += 1
                if self._calm >= CALM and self.places < self._most:
                    self._calm, self.places = 0, self.places + 1
                    self._free.notify()
            elif trouble == self._troubles:  # calls that were under way together fail together: that is one sign
                self._calm, self._troubles = 0, self._troubles + 1
                self.places = max(1, min(self.places, self._under_way) // 2)
