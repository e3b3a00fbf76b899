"""Steps of normalising that every kind takes: what is empty, what is a number, what a definition may carry."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any


def clean(value: Any) -> Any:
    """The value without nulls in objects, whole floats as integers, at every depth.

    Datadog answers with null where nothing is set and turns some integers into floats (`2` into `2.0`); neither is
    an edit. Nulls in lists stay, since a list's places count.
    """
    match value:
        case dict():
            return {name: clean(item) for name, item in value.items() if item is not None}
        case list():
            return [clean(item) for item in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def own(payload: Mapping[str, Any], fields: Collection[str], like: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Only the fields a definition can carry: those listed, and those the other side names."""
    named = like or {}
    return {name: value for name, value in payload.items() if name in fields or named.get(name) is not None}


def without_defaults(value: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The value less the fields that say what the server assumes anyway."""
    return {name: item for name, item in value.items() if name not in defaults or not same(item, defaults[name])}


def same(one: Any, other: Any) -> bool:
    """Whether two normalised values are equal; `true` is not 1, as Python would have it."""
    if one is other:
        return True
    if isinstance(one, dict | list):
        return bool(one == other) and _text(one) == _text(other)
    return bool(one == other) and isinstance(one, bool) is isinstance(other, bool)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
