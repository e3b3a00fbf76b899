"""How long ago somebody edited an object in Datadog, as people say it."""

from __future__ import annotations

from datetime import UTC, datetime

from dd_sync.core.kind import Payload
from dd_sync.core.plan import Change

_FIELDS = ("modified", "modified_at")
"""Where objects say when they were changed: monitors and dashboards as text, SLOs in seconds since 1970."""

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def edited_ago(change: Change, now: float | None) -> str:
    """`2 h ago`: the last edit of the object a change is about; empty where neither side knows the time."""
    then = modified_at(change.live or {})
    return ago(now - then) if now is not None and then is not None else ""


def modified_at(live: Payload) -> float | None:
    """When a live object was changed last, in seconds since 1970; None where it does not say."""
    for value in (live.get(name) for name in _FIELDS):
        match value:
            case bool():
                continue
            case int() | float():
                return float(value)
            case str() if value:
                return _read(value)
    return None


def _read(text: str) -> float | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def ago(seconds: float) -> str:
    """A span of seconds in its largest unit; clocks that disagree by a little give `just now`."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"
