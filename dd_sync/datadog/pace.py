"""Keeping below Datadog's rate limits, by what its answers say, before it has to refuse.

Each answer names its limit, how many calls are left and in how many seconds the count starts anew
(`X-RateLimit-Name`, `-Remaining`, `-Reset`; Datadog's docs, "Rate limits"). Seconds are relative, so that a clock
that is wrong does no harm.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from dd_sync.core.port import Clock


@dataclass
class _Limit:
    remaining: int
    resets_at: float


class Pace:
    """How fast calls may go. Shared by all threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._limits: dict[str, _Limit] = {}
        self._names: dict[str, str] = {}

    def wait(self, bucket: str) -> None:
        """Waits until a call of this bucket may go; `bucket` is method and collection."""
        while (pause := self._take(bucket)) > 0:
            self._clock.sleep(pause)

    def _take(self, bucket: str) -> float:
        with self._lock:
            limit = self._limits.get(self._names.get(bucket, ""))
            now = self._clock.now()
            if limit is None or now >= limit.resets_at:
                return 0.0
            if limit.remaining > 0:
                limit.remaining -= 1
                return 0.0
            return limit.resets_at - now

    def learn(self, bucket: str, headers: Mapping[str, str], *, refused: bool = False) -> None:
        """Takes note of an answer's headers; `refused` for a 429, whose limit is used up whatever it says."""
        reset = _number(headers.get("x-ratelimit-reset"))
        if reset is None:
            return
        name = headers.get("x-ratelimit-name") or bucket
        remaining = 0 if refused else int(_number(headers.get("x-ratelimit-remaining")) or 0)
        with self._lock:
            self._names[bucket] = name
            resets_at = self._clock.now() + reset
            before = self._limits.get(name)
            if before is not None and self._clock.now() < before.resets_at:
                remaining = min(remaining, before.remaining)  # answers overtake each other
                resets_at = max(resets_at, before.resets_at)
            self._limits[name] = _Limit(remaining, resets_at)


def pause_after(headers: Mapping[str, str]) -> float | None:
    """Seconds a 429 asks to wait; None when it does not say."""
    for name in ("x-ratelimit-reset", "retry-after"):
        seconds = _number(headers.get(name))
        if seconds is not None:
            return max(seconds, 0.0)
    return None


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None
