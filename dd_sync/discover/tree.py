"""Reads nested YAML of unknown shape: values of the wrong type count as absent.

Rendered manifests hold null where a template left a list out, numbers where text belongs, and text where a list
belongs. A fact that cannot be read is unknown; nothing here raises.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Tree = Mapping[str, Any]


def branch(value: Any, *path: str) -> Tree:
    """The mapping at `path`, or an empty one."""
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def branches(value: Any) -> list[Tree]:
    """The mappings of a list; anything else is left out."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def text(value: Any) -> str | None:
    """A scalar as text: numbers as YAML read them, booleans in lower case; None when empty or not a scalar."""
    match value:
        case str():
            return value.strip() or None
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return None


def texts(value: Any) -> dict[str, str]:
    """A mapping of labels, annotations or the like: only what has text as value."""
    return {str(key): found for key, item in branch(value).items() if (found := text(item)) is not None}


def strings(value: Any) -> list[str]:
    """The scalars of a list as text."""
    return [found for item in value if (found := text(item)) is not None] if isinstance(value, list) else []


def number(value: Any) -> int | None:
    """A whole number that is not negative, also written as text; None otherwise."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None
    return value if isinstance(value, int) and 0 <= value < 10**9 else None
