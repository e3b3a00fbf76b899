"""Points in time as Datadog's answers spell them: text in ISO 8601, or seconds since 1970."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def as_seconds(value: Any) -> float | None:
    """A point in time in seconds since 1970; None for what is none. A text without a time zone is taken as UTC."""
    match value:
        case bool():
            return None
        case int() | float():
            return float(value)
        case str() if value:
            return _read(value)
        case _:
            return None


def _read(text: str) -> float | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
