"""Checks first that JSON has the shape an endpoint expects.

A shape is a type, a tuple of shapes of which one has to fit, `[shape]` for a list, or a dictionary of fields, in which
`...` stands for every other field. A field that is missing or null always fits; whether it may be is another check.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import EllipsisType
from typing import Any

from dd_sync.emulator.answers import Refusal

Shape = Any
Fields = Mapping[str | EllipsisType, Shape]

NUMBER = (int, float)


def expect(body: Mapping[str, Any], fields: Fields) -> None:
    """Raises a refusal that names the first field which has another shape."""
    for name, shape in fields.items():
        if isinstance(name, str) and body.get(name) is not None and not fits(body[name], shape):
            raise Refusal(400, f"The value provided for parameter '{name}' is invalid")


def fits(value: Any, shape: Shape) -> bool:
    """Whether a value has a shape. True is not a number here."""
    match shape:
        case tuple():
            return any(fits(value, one) for one in shape)
        case [inner]:
            return isinstance(value, list) and all(fits(item, inner) for item in value)
        case dict():
            return isinstance(value, dict) and all(
                item is None or fits(item, shape.get(name, shape.get(..., object))) for name, item in value.items()
            )
    return isinstance(value, shape) and (not isinstance(value, bool) or shape in (bool, object))
