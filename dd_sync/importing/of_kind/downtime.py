"""A live downtime as `Downtime(…)`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.core.instants import as_seconds
from dd_sync.core.kind import Payload
from dd_sync.core.references import Ref
from dd_sync.importing.written import Written
from dd_sync.kinds.downtime import Downtime

_EVERYTHING = {"monitor_tags": ["*"]}

_AT_ONCE = 60
"""Seconds between the making of a downtime and a start that nobody named."""


def spellings(normal: Mapping[str, Any], live: Payload) -> Iterator[Written]:
    """The downtime without the start that Datadog fills in, and then with it."""
    arguments = {"message": "", **normal}
    if arguments.get("monitor_identifier") == _EVERYTHING:
        del arguments["monitor_identifier"]
    else:
        arguments["monitor_identifier"] = _monitors(arguments.get("monitor_identifier"))
    if _began_when_made(live):
        rest = {name: value for name, value in (normal.get("schedule") or {}).items() if name != "start"}
        without = {name: value for name, value in arguments.items() if name != "schedule"}
        yield Written(Downtime, {**without, **({"schedule": rest} if rest else {})})
    yield Written(Downtime, arguments)


def _began_when_made(live: Payload) -> bool:
    start, made = (as_seconds(value) for value in ((live.get("schedule") or {}).get("start"), live.get("created")))
    return start is not None and made is not None and abs(start - made) < _AT_ONCE


def _monitors(identifier: Any) -> Any:
    """`${monitor:key}` as a reference; an id stays one."""
    found = re.fullmatch(r"\$\{([a-z-]+):(.+)\}", str((identifier or {}).get("monitor_id")))
    return {"monitor_id": Ref[Any](found[1], found[2])} if found else identifier
