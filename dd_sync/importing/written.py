"""Code to write, as a value: models with their arguments, which can be evaluated before they are printed.

So nothing needs to be believed: a spelling is taken only when what it makes is what was wanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dd_sync.core.model import Model


@dataclass(frozen=True)
class Written:
    """`model(**arguments)`; arguments are plain values, `Written`, `Raw` and references."""

    model: type[Model]
    arguments: dict[str, Any]

    def with_(self, **arguments: Any) -> Written:
        """The same with some arguments changed."""
        return Written(self.model, {**self.arguments, **arguments})

    def without(self, *names: str) -> Written:
        """The same without some arguments."""
        return Written(self.model, {name: value for name, value in self.arguments.items() if name not in names})


@dataclass(frozen=True)
class Raw:
    """`model.from_api(payload)`, for what no type can express."""

    model: type[Any]
    payload: dict[str, Any]


Spelling = Written | Raw


def evaluate_code(value: Any) -> Any:
    """What a spelling makes. Raises ValidationError for one that makes nothing."""
    match value:
        case Written(model, arguments):
            return model(**{name: evaluate_code(argument) for name, argument in arguments.items()})
        case Raw(model, payload):
            return model.from_api(payload)
        case dict():
            return {name: evaluate_code(item) for name, item in value.items()}
        case list():
            return [evaluate_code(item) for item in value]
        case _:
            return value


def plain(value: Any) -> Any:
    """A model in its long spelling: every field that was set and that its type does not say anyway."""
    match value:
        case Model():
            return Written(type(value), {name: plain(getattr(value, name)) for name in _names(value)})
        case dict():
            return {name: plain(item) for name, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return value


_PLACES = {"title": -2, "name": -1, "layout": 1, "widgets": 2, "source_widget_definition": 2}
"""Where arguments stand that people look for: the title first, what is inside last."""


def _names(model: Model) -> list[str]:
    names = [name for name in type(model).model_fields if name in model.model_fields_set and not _implied(model, name)]
    return sorted(names, key=lambda name: _PLACES.get(name, 0))


def _implied(model: Model, name: str) -> bool:
    """Whether a field says what it says without being written: a widget's type, a column's usual width."""
    default = type(model).model_fields[name].default
    return default is not None and default != () and bool(getattr(model, name) == default)
