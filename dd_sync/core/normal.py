"""Steps of normalising that every kind takes: what is empty, what is a number, what a definition may carry."""

from __future__ import annotations

import math
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


def cut(number: Any, places: int) -> Any:
    """A number without what stands behind so many decimal places; anything else as it is."""
    if not isinstance(number, float):
        return number
    scale = 10**places
    whole = math.floor(round(number * scale, 6))
    return number if whole == number * scale else whole / scale


def own(payload: Mapping[str, Any], fields: Collection[str], like: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Only the fields a definition can carry: those listed, and those the other side names."""
    named = like or {}
    return {name: value for name, value in payload.items() if name in fields or named.get(name) is not None}


def own_below(value: Any, fields: Collection[str], like: Any) -> Any:
    """As `own`, at every depth: in objects and lists only the fields listed, and those the other side names there."""
    match value:
        case dict():
            named = like if isinstance(like, dict) else {}
            return {
                name: own_below(item, fields, named.get(name))
                for name, item in value.items()
                if name in fields or named.get(name) is not None
            }
        case list():
            beside = like if isinstance(like, list) else []
            return [own_below(item, fields, beside[n] if n < len(beside) else None) for n, item in enumerate(value)]
    return value


def names_below(value: Any, fields: Collection[str], place: str = "") -> list[str]:
    """The places of fields at any depth that hold something and are not listed: `time_slice.query.queries.scope`."""
    if isinstance(value, list):
        return list(dict.fromkeys(name for item in value for name in names_below(item, fields, place)))
    if not isinstance(value, dict):
        return []
    found: list[str] = []
    for name, item in value.items():
        if name not in fields:
            found += [place + name] if item not in (None, "", [], {}) else []
        else:
            found += names_below(item, fields, f"{place}{name}.")
    return found


def without_defaults(value: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The value less the fields that say what the server assumes anyway."""
    return {name: item for name, item in value.items() if name not in defaults or not same(item, defaults[name])}


def same(one: Any, other: Any) -> bool:
    """Whether two normalised values are equal; `true` is not 1, as Python would have it."""
    if one != other:
        return False
    if not isinstance(one, (dict, list)):
        return isinstance(one, bool) is isinstance(other, bool)
    return not _could_be_flags(one) or _same_flags(one, other)


def agree(
    one: Mapping[str, Any],
    other: Mapping[str, Any],
    fields: Collection[str],
    defaults: Mapping[str, Any],
    but: Collection[str] = (),
) -> bool:
    """Whether two payloads are the same in these fields, and all that `one` names, as they stand: missing and a default
    are one. What lies in `but` is not looked at. Never true where their normal forms differ, and often false where
    they are equal: a glance, which is all that most of many objects need.
    """
    for name, value in one.items():
        if name not in but and not same(value, other.get(name, defaults.get(name))):
            return False
    return all(
        value is None or same(value, defaults.get(name))
        for name, value in other.items()
        if name in fields and name not in one and name not in but
    )


def _could_be_flags(value: Any) -> bool:
    """Whether there is anything in a value that equals `true` or `false`. Most values hold nothing of the sort, which
    is quick to know, and then nothing that equals them does."""
    values = [value]
    for item in values:  # the list grows under way
        if type(item) is str:
            continue
        if isinstance(item, dict):
            values += item.values()
        elif isinstance(item, list):
            values += item
        elif item in _FLAGS:
            return True
    return False


_FLAGS = (True, False)
"""And so 1, 0, 1.0 and 0.0, which Python calls equal."""


def _same_flags(one: Any, other: Any) -> bool:
    """Whether two values that Python calls equal have `true` and `false` in the same places."""
    if isinstance(one, dict):
        return all(_same_flags(item, other[name]) for name, item in one.items())
    if isinstance(one, list):
        return all(_same_flags(item, its) for item, its in zip(one, other, strict=True))
    return isinstance(one, bool) is isinstance(other, bool)
