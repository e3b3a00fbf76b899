"""What changes over the minutes of a game day: usual values, what a situation makes of them, what follows from both.

Minute 0 is where a situation begins; what was before it has negative numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

Value = Any
"""A number, a state's name, whether something is there; None for nothing at all."""


class Reading(Protocol):
    """Something that has a value at each minute."""

    @property
    def touched(self) -> bool:
        """Whether a situation has changed it, or what it follows from."""

    def at(self, minute: int) -> Value:
        """Its value at a minute."""


def read(reading: Reading, start: int, end: int) -> Sequence[Value]:
    """The values of all minutes from `start` up to, and without, `end`; what is the same all the time is asked once."""
    if getattr(reading, "steady", False):
        return [reading.at(start)] * (end - start)
    values = getattr(reading, "values", None)
    found: Sequence[Value] = (
        values(start, end) if values is not None else [reading.at(one) for one in range(start, end)]
    )
    return found


class Track:
    """A value of the world that situations change. `usual` is a value, or a function of the minute."""

    __slots__ = ("_bends", "_settled", "_undo", "_usual")

    def __init__(self, usual: Value, undo: list[Callable[[], None]]) -> None:
        self._usual = usual
        self._bends: list[tuple[int, int | None, Callable[[Value, int], Value]]] = []
        self._undo = undo
        self._settled = 0

    @property
    def touched(self) -> bool:
        return len(self._bends) > self._settled

    @property
    def steady(self) -> bool:
        """Whether it never changes."""
        return not self._bends and not callable(self._usual)

    def values(self, start: int, end: int) -> list[Value]:
        """Its value at each minute of a time."""
        usual = self._usual
        found = [usual(one) for one in range(start, end)] if callable(usual) else [usual] * (end - start)
        for first, last, change in self._bends:
            stop = end if last is None else min(last, end)
            for one in range(max(first, start), stop):
                found[one - start] = change(found[one - start], one)
        return found

    def settle(self) -> None:
        """What has been set so far is how it usually is."""
        self._settled = len(self._bends)

    def at(self, minute: int) -> Value:
        value = self._usual(minute) if callable(self._usual) else self._usual
        for start, end, change in self._bends:
            if start <= minute and (end is None or minute < end):
                value = change(value, minute)
        return value

    def set(self, value: Value, start: int = 0, end: int | None = None) -> None:
        """Another value, or function of the minute, from minute `start` up to, and without, `end`."""
        self.bend(
            (lambda usual, minute: value(minute)) if callable(value) else (lambda usual, minute: value), start, end
        )

    def times(self, factor: float, start: int = 0, end: int | None = None) -> None:
        """So many times what it would be."""
        self.bend(lambda usual, minute: usual * factor, start, end)

    def plus(self, more: Value, start: int = 0, end: int | None = None) -> None:
        """So much more than it would be; a number or a function of the minute."""
        self.bend(lambda usual, minute: usual + (more(minute) if callable(more) else more), start, end)

    def bend(self, change: Callable[[Value, int], Value], start: int = 0, end: int | None = None) -> None:
        """A function of what it would be and of the minute, for a while. Later bends act on what earlier ones made."""
        if not self.touched:
            self._undo.append(self._calm)
        self._bends.append((start, end, change))

    def _calm(self) -> None:
        del self._bends[self._settled :]


class Following:
    """What follows from others at each minute."""

    __slots__ = ("_function", "_readings")

    def __init__(self, function: Callable[..., Value], *readings: Reading) -> None:
        self._function = function
        self._readings = readings

    @property
    def touched(self) -> bool:
        return any(one.touched for one in self._readings)

    @property
    def steady(self) -> bool:
        return all(getattr(one, "steady", False) for one in self._readings)

    def at(self, minute: int) -> Value:
        return self._function(*(one.at(minute) for one in self._readings))

    def values(self, start: int, end: int) -> list[Value]:
        """Its value at each minute of a time."""
        return list(map(self._function, *(read(one, start, end) for one in self._readings)))


class Total:
    """What a counter that never sleeps has come to: `rate` a second since it began, from nothing after each restart.

    `since` is how many minutes before minute 0 it began. `starts` is true in the minutes in which it starts anew.
    """

    __slots__ = ("_known", "_rate", "_since", "_starts", "_undo")

    def __init__(
        self, rate: Reading, since: int, undo: list[Callable[[], None]], starts: Reading | None = None
    ) -> None:
        self._rate = rate
        self._since = since
        self._starts = starts
        self._undo = undo
        self._known: list[float] = []

    @property
    def touched(self) -> bool:
        return self._rate.touched or (self._starts is not None and self._starts.touched)

    def at(self, minute: int) -> float:
        if minute <= 0:
            return max(0.0, float(self._rate.at(-1) or 0) * 60 * (self._since + minute))
        if not self._known:
            self._known.append(self.at(0))
            self._undo.append(self._known.clear)
        while len(self._known) <= minute:
            one = len(self._known)
            before = 0.0 if self._starts is not None and self._starts.at(one) else self._known[-1]
            self._known.append(before + float(self._rate.at(one - 1) or 0) * 60)
        return self._known[minute]


class Constant:
    """What never changes."""

    __slots__ = ("_value",)

    touched = False
    steady = True

    def __init__(self, value: Value) -> None:
        self._value = value

    def at(self, minute: int) -> Value:
        return self._value


def line(start: int, first: float, end: int, last: float) -> Callable[[int], float]:
    """A straight line from `first` at minute `start` to `last` at minute `end`, flat before and after."""

    def value(minute: int) -> float:
        share = min(1.0, max(0.0, (minute - start) / (end - start)))
        return first + (last - first) * share

    return value


def steps(*values: tuple[int, Value]) -> Callable[[int], Value]:
    """Each value from its minute on: `steps((0, 6), (2, 4), (5, 6))`."""

    def value(minute: int) -> Value:
        found = values[0][1]
        for since, one in values:
            if minute >= since:
                found = one
        return found

    return value


def every(minutes: int, value: Value, otherwise: Value, offset: int = 0) -> Callable[[int], Value]:
    """One value each so many minutes, another one else."""
    return lambda minute: value if (minute - offset) % minutes == 0 else otherwise


def ripple(mean: float, share: float = 0.06) -> Callable[[int], float]:
    """A value that moves a little around its mean, always alike."""
    waves: Sequence[float] = (0.3, -0.7, 1.0, -0.2, 0.6, -1.0, 0.1, 0.8, -0.5, -0.4)
    return lambda minute: mean * (1 + share * waves[minute * 7 % 10])
