"""Keeps below Datadog's rate limits, using the counts in its answers.

Each answer names its limit, how many calls it allows in a period, how many are left and in how many seconds the count
starts anew (`X-RateLimit-Name`, `-Limit`, `-Period`, `-Remaining`, `-Reset`; Datadog's docs, "Rate limits"). Seconds
are relative, so that a clock that is wrong does no harm.

The seconds are whole ones, and nobody says which way they are rounded. So two counts are kept: Datadog's, which knows
of everybody else, and our own of the last period, which holds whenever the period may have begun. Our own says more: as
long as nobody else's calls are counted, a period began no later than the oldest call of ours that it counts, which is
told to the millisecond.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from dd_sync.core.port import Clock

JITTER_SECONDS = 0.05
"""How much later than another a call may arrive that was sent at the same time."""

JITTER_SHARE = 0.02
"""How much of a period at most is given away for that: what arrives late in spite of it is refused and tried again."""

_SHORTEST = 0.01
"""Seconds; a shorter wait could be too small to move a clock at all."""

Call = tuple[str, str]
"""What is limited, as far as can be known before an answer: a method and a collection."""


@dataclass
class _Limit:
    most: float
    """Calls in one period."""
    period: float
    remaining: float
    ends: float
    """When the count starts anew, at the latest."""
    sent: deque[float] = field(default_factory=deque)
    """When our own calls of the last period went."""
    since: float = 0.0
    """When it was first told of."""
    shared: bool = False
    """Whether somebody else was seen to use it up."""

    @property
    def apart(self) -> float:
        """Seconds from one call to the one that takes its place."""
        return self.period + min(JITTER_SECONDS, JITTER_SHARE * self.period)

    def note_answer(self, now: float, remaining: float, reset: float, *, refused: bool) -> None:
        """Records the remaining calls and the reset time of an answer."""
        if refused or now >= self.ends:
            self.remaining, self.ends = remaining, now + reset
        else:  # answers overtake each other, and each knows only of what came before it
            self.remaining, self.ends = min(self.remaining, remaining), min(self.ends, now + reset)
        self.shared = self.shared or (refused and now > self.since + self.period)
        used = self.most - remaining
        if not self.shared and 0 < used <= len(self.sent):
            end = self.sent[-math.ceil(used)] + self.apart
            self.ends = min(self.ends, end) if end > now else self.ends

    def wait(self, now: float, calls: int = 1) -> float:
        """Seconds until so many calls may go together."""
        if now >= self.ends:
            self.remaining, self.ends = self.most, now + self.period
        while self.sent and self.sent[0] + self.apart <= now:
            self.sent.popleft()
        calls = int(min(self.most, calls))
        if self.remaining < calls:
            return max(self.ends - now, _SHORTEST)
        too_many = len(self.sent) + calls - self.most
        if too_many > 0:
            return max(self.sent[int(too_many) - 1] + self.apart - now, _SHORTEST)
        return 0.0


class Pace:
    """How fast calls may go. Shared by all threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._limits: dict[str, _Limit] = {}
        self._names: dict[Call, str] = {}
        self._collections: dict[str, str] = {}

    def take(self, *calls: Call) -> float:
        """Takes places for calls that go together now, and returns 0; else the seconds after which to ask again."""
        with self._lock:
            now = self._clock.now()
            wanted = Counter(name for call in calls if (name := self._name(call)) in self._limits)
            wait = max((self._limits[name].wait(now, number) for name, number in wanted.items()), default=0.0)
            for name, number in wanted.items() if wait == 0 else ():
                limit = self._limits[name]
                limit.remaining -= number
                limit.sent.extend([now] * number)
            return wait

    def _name(self, call: Call) -> str:
        """The limit of a call; one that was never answered counts where the others of its collection do."""
        return self._names.get(call) or self._collections.get(call[1], "")

    def learn(self, call: Call, headers: Mapping[str, str], *, refused: bool = False) -> None:
        """Takes note of an answer's headers; `refused` for a 429, whose limit is used up whatever it says."""
        reset = _number(headers.get("x-ratelimit-reset"))
        if reset is None:
            return
        name = headers.get("x-ratelimit-name") or f"{call[0]} {call[1]}"
        remaining = 0.0 if refused else _number(headers.get("x-ratelimit-remaining")) or 0.0
        with self._lock:
            self._names[call] = self._collections[call[1]] = name
            now = self._clock.now()
            known = self._limits.get(name)
            if known is None:
                most = _number(headers.get("x-ratelimit-limit")) or math.inf
                period = _number(headers.get("x-ratelimit-period")) or max(reset, 1.0)
                self._limits[name] = _Limit(max(most, 1.0), period, remaining, now + reset, deque([now]), now)
            else:
                known.note_answer(now, remaining, reset, refused=refused)


def pause_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that an answer asks to wait; None when it does not say. A date in `Retry-After` says nothing: it would
    be read on a clock that may be wrong."""
    for name in ("x-ratelimit-reset", "retry-after"):
        seconds = _number(headers.get(name))
        if seconds is not None:
            return seconds
    return None


def _number(text: str | None) -> float | None:
    try:
        number = float(text) if text else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
