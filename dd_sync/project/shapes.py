"""Which objects differ in nothing but the names of their entries: what is right about one of them is about all.

A hundred services bring a hundred objects of each definition. Checking a query is most of what checking costs, and one
tag value is as good as another of the same form.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.definitions.inventory import Entry

LONGEST_TAG = 200

_NAME = re.compile(r"[a-z][a-z0-9_]{2,}(?:[.-][a-z0-9_]+)*")
"""Names that mean the same to Datadog wherever they stand; all others are left as they are."""

_WORDS = frozenset({"and", "not", "avg", "min", "max", "sum", "count", "last", "default"})
"""Names that a query could mean otherwise."""


def describe_shape(payload: Mapping[str, Any], entry: Entry | None) -> str | None:
    """A text that is equal for payloads which differ only in names of their entries; None where there is no entry.

    Two names are told apart by what they may do in a query: a dash is a minus in the name of a metric, and a dot none.
    """
    names = _names(entry) if entry is not None else {}
    if not names:
        return None
    text = json.dumps(payload)
    for name in sorted(names, key=len, reverse=True):
        dotted, dashed = "." in name, "-" in name
        text = text.replace(name, f"\0{names[name]}{dotted:d}{dashed:d}\0")
    return f"{_has_long_tag(payload)} {text}"


def _names(entry: Entry) -> dict[str, str]:
    """The names of an entry, each with the first field that holds it."""
    found: dict[str, str] = {}
    for field, value in _texts(entry):
        if _NAME.fullmatch(value) and value not in _WORDS:
            found.setdefault(value, field)
    return found


def _texts(entry: Entry) -> Iterator[tuple[str, str]]:
    yield from ((field, value) for field, value in entry.__dict__.items() if isinstance(value, str))


def _has_long_tag(payload: Mapping[str, Any]) -> bool:
    """Names may be of different lengths, and a tag has a longest one."""
    return any(isinstance(tag, str) and len(tag) > LONGEST_TAG for tag in payload.get("tags") or ())
