"""Series of two weeks for tests of history: a level with incidents in it, the same every time."""

from __future__ import annotations

from datetime import UTC, datetime

UNTIL = datetime(2026, 6, 15, tzinfo=UTC)
MINUTE = 60


def at(day: int, hour: int, minute: int = 0) -> float:
    """Seconds since 1970 of a time in June 2026."""
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC).timestamp()


def level(
    first: float, last: float, value: float, incidents: dict[tuple[float, float], float]
) -> list[tuple[float, float]]:
    """A point a minute: `value`, and another one within each incident."""
    points = []
    when = first
    while when < last:
        high = next((other for (start, stop), other in incidents.items() if start <= when < stop), value)
        points.append((when, high))
        when += MINUTE
    return points
