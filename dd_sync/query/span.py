"""Spans of time as text: `5m`, `30d`, and back in words."""

from __future__ import annotations

import re

from dd_sync.query.parts import SECONDS

_SPAN = re.compile(r"(?:last_|current_)?(\d{1,9})\s*(mo|[smhdwy])")
_UNITS = (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))


def span(text: str) -> int | None:
    """The seconds of `5m`, `last_15m`, `30d`; None when it is no span."""
    match = _SPAN.fullmatch(text.strip())
    return int(match[1]) * SECONDS[match[2]] if match else None


def span_text(seconds: int) -> str:
    """A span in words: 300 is `5 minutes`, 3600 `1 hour`, 5400 `90 minutes`."""
    for name, size in _UNITS:
        if seconds >= size and seconds % size == 0:
            amount = seconds // size
            return f"{amount} {name}{'s' if amount != 1 else ''}"
    return f"{seconds} seconds"
