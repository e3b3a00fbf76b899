"""The fields of a model, each with its type, its default and what its source says about it."""

from __future__ import annotations

import ast
import functools
import inspect
import re
import textwrap
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from reference.markdown import code, prose, table


def fields_table(model: type[BaseModel], *, without: Sequence[str] = ()) -> str:
    """A table of a model's fields, in the order they are declared."""
    hints, about = typing.get_type_hints(model, include_extras=True), attribute_docs(model)
    rows = [
        (code(name), code(type_text(hints[name])), _default(field), prose(about.get(name, field.description or "")))
        for name, field in model.model_fields.items()
        if name not in without
    ]
    return table(("field", "type", "default", ""), rows)


def opening(thing: object) -> str:
    """A docstring, less what is only for people who read the code."""
    return prose(inspect.cleandoc(inspect.getdoc(thing) or ""))


@functools.cache
def attribute_docs(model: type) -> Mapping[str, str]:
    """The texts below the attributes of a class and of what it inherits from, by attribute."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if one.__module__.startswith(("dd_sync", "monitors", "slos", "dashboards")):
            found |= _own_docs(one)
    return found


def _own_docs(one: type) -> dict[str, str]:
    body = ast.parse(textwrap.dedent(inspect.getsource(one))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for node, after in zip(body.body, body.body[1:], strict=False):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(after, ast.Expr):
            match after.value:
                case ast.Constant(value=str(text)):
                    found[node.target.id] = inspect.cleandoc(text)
    return found


def type_text(hint: Any) -> str:
    """A type as somebody would write it: `Sequence[str]`, `"http" | "grpc"`, `number`."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return type_text(arguments[0])
    if origin is typing.Literal:
        return " or ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in arguments)
    if origin in (types.UnionType, typing.Union):
        return _union(arguments)
    if origin is not None:
        inner = ", ".join(type_text(one) for one in arguments)
        return f"{_NAMES.get(origin.__name__, origin.__name__)}[{inner}]"
    if hint is None or hint is type(None):
        return "none"
    name = getattr(hint, "__name__", None) or re.sub(r"\w+\.", "", str(hint))
    return _NAMES.get(name, name)


_NAMES = {
    "Any": "anything",
    "str": "text",
    "int": "integer",
    "Sequence": "list",
    "tuple": "list",
    "Mapping": "map",
    "bool": "yes/no",
}


def _union(arguments: Sequence[Any]) -> str:
    if set(arguments) - {type(None)} == {int, float}:
        return "number"
    return " or ".join(dict.fromkeys(type_text(one) for one in arguments if one is not type(None)))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    if field.default_factory is not None or field.default is PydanticUndefined:
        return ""
    return default_text(field.default)


def default_text(value: object) -> str:
    """A default as one would write it in YAML; nothing for what stands for nothing."""
    match value:
        case None | () | "":
            return ""
        case bool():
            return code("true" if value else "false")
        case BaseModel():
            return ""
        case tuple() | list():
            return code(f"[{', '.join(map(str, value))}]")
        case _:
            return code(value)
