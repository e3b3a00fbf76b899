"""What definitions take and return: the inventory, the models of Datadog's objects, widgets, and what tests use."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

import dd_sync
import dd_sync.testing
from dd_sync.core.resource import Resource
from dd_sync.definitions.entry import Entry, Facts
from dd_sync.kinds import widgets
from reference.fields import fields_table, opening
from reference.markdown import prose, table

_INVENTORY = """\
# What definitions are made for

A definition's one positional parameter says what it is repeated over. These are its fields and what it can be asked.
"""

_MODELS = """\
# Models

What a definition returns. Fields have Datadog's own names; `from_api(payload)` takes whatever Datadog's API takes and
gives it back unchanged, also what has no field here.
"""

_WIDGETS = """\
# Widgets

The parts of a dashboard, all of them in `dd_sync`. A dashboard also takes `Widget.from_api({...})`, for what has no
type here.
"""

_TESTING = """\
# Testing: names

Everything in `dd_sync.testing`; [Test what you define](../testing.md) shows it at work.
"""


def inventory_page() -> str:
    """Clusters, databases, services, and the functions that write scopes."""
    entries = [one for one in _public() if _is(one, Entry) or _is(one, Facts)]
    functions = [getattr(dd_sync, name) for name in ("define", "scope", "among", "by", "by_check", "over")]
    sections = [*(_model(one) for one in entries), *(_function(one) for one in functions)]
    return _page(_INVENTORY, sections)


def models_page() -> str:
    """One section for each kind of object."""
    return _page(_MODELS, [_model(one) for one in _public() if _is(one, Resource)])


def widgets_page() -> str:
    """Widgets and what they are made of."""
    names = [name for name in dd_sync.__all__ if getattr(dd_sync, name).__module__.startswith(widgets.__name__)]
    return _page(_WIDGETS, [_model(getattr(dd_sync, name)) for name in names if _is(getattr(dd_sync, name), BaseModel)])


def testing_page() -> str:
    """The names users' tests import."""
    return _page(_TESTING, [_named(getattr(dd_sync.testing, name)) for name in dd_sync.testing.__all__])


def _public() -> list[Any]:
    return [getattr(dd_sync, name) for name in dd_sync.__all__]


def _is(thing: Any, model: type) -> bool:
    return isinstance(thing, type) and issubclass(thing, model)


def _page(head: str, sections: list[str]) -> str:
    return "\n\n".join([head.rstrip(), *sections]) + "\n"


def _named(thing: Any) -> str:
    return _class(thing) if isinstance(thing, type) else _function(thing)


def _model(model: type[BaseModel]) -> str:
    parts = [f"## {model.__name__}", opening(model)]
    if model.model_fields:
        parts.append(fields_table(model))
    if issubclass(model, Entry) and list(_methods(model)):
        parts.append(table(("", ""), _methods(model)))
    return "\n\n".join(part for part in parts if part)


def _class(one: type) -> str:
    methods = list(_methods(one))
    return "\n\n".join([f"## {one.__name__}", opening(one), *([table(("", ""), methods)] if methods else [])])


def _function(function: Any) -> str:
    name = function.__name__
    return f"## {name}\n\n```python\n{name}{_signature(function)}\n```\n\n{opening(function)}"


def _methods(model: type) -> Iterator[tuple[str, str]]:
    """Methods and properties that say what they are for, its own and those of our classes it inherits from."""
    seen = set()
    for one in model.__mro__:
        if not one.__module__.startswith("dd_sync"):
            continue
        for name, member in list(vars(one).items()):
            inner = getattr(member, "__func__", getattr(member, "fget", getattr(member, "func", member)))
            if name.startswith(("_", "model_")) or name in seen or not inspect.isfunction(inner) or not inner.__doc__:
                continue
            seen.add(name)
            called = "" if isinstance(member, property) or hasattr(member, "func") else _signature(inner)
            yield f"`.{name}{called}`", prose(inspect.cleandoc(inner.__doc__))


def _signature(function: Any) -> str:
    """Parameters as they are called: without types, which the editor shows."""
    signature = inspect.signature(function)
    kept = [
        one.replace(annotation=inspect.Parameter.empty)
        for one in signature.parameters.values()
        if one.name not in ("self", "cls")
    ]
    return str(signature.replace(parameters=kept, return_annotation=inspect.Signature.empty))
