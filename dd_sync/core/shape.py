"""What a JSON value has to look like for the code that reads it: the types of its fields, and nothing about the rest.

A shape is a type (`str`, `dict`), a tuple of types, a list with the shape of its items, or a dictionary with the shapes
of the fields that matter. Null fits everywhere: it is how Datadog says that there is nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Shape = Any

DEEPEST = 100
"""Levels of lists and mappings; Datadog's own objects have some twenty."""


def misfits(value: Any, shape: Shape, path: str = "") -> Iterator[tuple[str, str]]:
    """Where a value is not of its shape: the path, and what was expected there. A reference `${kind:key}` stands for
    the id that will be there."""
    match shape:
        case [inner]:
            if not isinstance(value, list):
                yield from [] if value is None else [(path, "a list")]
                return
            for n, one in enumerate(value):
                yield from (
                    misfits(one, inner, f"{path}[{n}]") if one is not None else [(f"{path}[{n}]", _called(inner))]
                )
        case dict():
            if not isinstance(value, dict):
                yield from [] if value is None else [(path, _called(shape))]
                return
            for name, inner in shape.items():
                if name in value:
                    yield from misfits(value[name], inner, f"{path}.{name}" if path else name)
        case _:
            types = shape if isinstance(shape, tuple) else (shape,)
            fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
            referred = isinstance(value, str) and value.startswith("${") and not {*types} <= {dict, list}
            fits = fits or referred
            if value is not None and not fits:
                yield path, _called(shape)


def sound(value: Any, shape: Shape) -> Any:
    """The value less what is not of its shape: such a field is null, such an item of a list is left out. What fits
    comes back as it is, the same object."""
    if _fits(value, shape):
        return value
    match shape:
        case [inner]:
            items = value if isinstance(value, list) else []
            return [sound(one, inner) for one in items if one is not None and _holds(one, inner)]
        case dict() if isinstance(value, dict):
            return {name: sound(item, shape[name]) if name in shape else item for name, item in value.items()}
        case _:
            return None


def too_deep(value: Any) -> bool:
    """Whether a value is nested deeper than any of Datadog's, and than functions that follow it may go."""
    level = [value]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _fits(value: Any, shape: Shape) -> bool:
    """As `misfits`, quicker: thousands of objects are looked at, and all of them fit."""
    if value is None:
        return True
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(_fits(value[name], shape[name]) for name in shape if name in value)
    if isinstance(shape, list):
        return isinstance(value, list) and all(one is not None and _fits(one, shape[0]) for one in value)
    return isinstance(value, shape) and ((value is not True and value is not False) or shape is bool)


def _holds(one: Any, inner: Shape) -> bool:
    """Whether anything of an item is left once it is sound."""
    return sound(one, inner) is not None


def _called(shape: Shape) -> str:
    if isinstance(shape, tuple):
        return " or ".join(dict.fromkeys(_called(one) for one in shape))
    if isinstance(shape, list):
        return "a list"
    return _NAMES.get(shape, "a mapping") if isinstance(shape, type) else "a mapping"


_NAMES: dict[Any, str] = {str: "a text", int: "a number", float: "a number", bool: "true or false", list: "a list"}
