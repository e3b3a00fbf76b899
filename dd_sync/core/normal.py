"""Steps of normalising that every kind takes: what is empty, what is a number, what a definition may carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any


def clean(value: Any) -> Any:
    """The value without nulls in objects, whole floats as integers, at every depth.

    Datadog answers with null where nothing is set and turns some integers into floats (`2` into `2.0`); neither is
    an edit. Nulls in lists stay, since a list's places count.
    """
    match value:
        case dict():
            return {
                name: item if type(item) in _CLEAN else clean(item) for name, item in value.items() if item is not None
            }
        case list():
            return [item if type(item) in _CLEAN else clean(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


_CLEAN = frozenset({str, int, bool})
"""What is clean as it is, and most of what there is; asked before a call, which halves the time a plan spends here."""


def own(payload: Mapping[str, Any], fields: Collection[str], like: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Only the fields a definition can carry: those listed, and those the other side names."""
    named = like or {}
    return {name: value for name, value in payload.items() if name in fields or named.get(name) is not None}


def without_defaults(value: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The value less the fields that say what the server assumes anyway."""
    return {name: item for name, item in value.items() if name not in defaults or not same(item, defaults[name])}


def same(one: Any, other: Any) -> bool:
    """Whether two normalised values are equal; `true` is not 1, as Python would have it."""
    return bool(one == other) and (not (_flagged(one) or _flagged(other)) or _same_flags(one, other))


def _flagged(value: Any) -> bool:
    """Whether there is a `true` or `false` in a value: most have none, and knowing that is quick."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        kind = type(item)
        if kind is bool:
            return True
        if kind is dict:
            waiting.extend(item.values())
        elif kind is list:
            waiting.extend(item)
    return False


def _same_flags(one: Any, other: Any) -> bool:
    """Whether two values that Python calls equal have `true` and `false` in the same places."""
    if isinstance(one, dict):
        return all(_same_flags(item, other[name]) for name, item in one.items())
    if isinstance(one, list):
        return all(_same_flags(item, its) for item, its in zip(one, other, strict=True))
    return isinstance(one, bool) is isinstance(other, bool)
