"""How a run speaks on standard error: as text for people, or a JSON object a line for machines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

FORMATS = ("text", "json")

_chosen = ["text"]
"""One for the process, which is one run: writes are reported from threads of their own."""


def as_json() -> bool:
    """Whether this run speaks JSON."""
    return _chosen == ["json"]


def choose(format: str) -> str:
    """Sets it for this run. Raises UsageError for a format that is none."""
    if format not in FORMATS:
        from dd_sync.core.errors import UsageError

        raise UsageError(f'no log format "{format}"', hint=f"there are {', '.join(FORMATS)}")
    _chosen[:] = [format]
    return format


def line(level: str, message: str, **fields: Any) -> str:
    """One line of a log: time, level and message as collectors look for them, then what else is known."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"timestamp": now, "level": level, "message": message, **fields}, ensure_ascii=False)


LogFormat = Annotated[
    str, typer.Option("--log-format", help="On standard error: text, or json for log collectors.", callback=choose)
]
