"""How long ago somebody edited an object in Datadog, as people say it."""

from __future__ import annotations

from dd_sync.core.plan import Change
from dd_sync.kinds import KINDS

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"))


def edited_ago(change: Change, now: float | None) -> str:
    """`2 h ago`: the last edit of the object a change is about; empty where neither side knows the time."""
    then = modified_at(change)
    return ago(now - then) if now is not None and then is not None else ""


def modified_at(change: Change) -> float | None:
    """When the object a change is about was changed last, in seconds since 1970; None where it does not say."""
    kind = KINDS.get(change.kind)
    return kind.modified_at(change.live) if kind is not None and change.live else None


def ago(seconds: float) -> str:
    """A span of seconds in its largest unit; clocks that disagree by a little give `just now`."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"
