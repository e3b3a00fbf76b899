"""What Datadog's API description says of an object: required fields, types, values, lengths, numbers of items.

The description comes from `schema.json`, which `python -m reference.api_schema` makes of Datadog's own client. A field
that is null counts as one that is not there; a reference (`${kind:key}`) fits wherever an id does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from dd_sync.core.errors import did_you_mean

Sort = Literal["missing", "type", "value", "length", "count", "range", "unknown"]

Type = Any
"""As in the table: the name of a plain type, `@Model`, `[Type]` for a list, `{"": Type}` for a map."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing Datadog's description does not allow. `field` is `Model.field`; `says` what Datadog answers."""

    sort: Sort
    field: str
    path: str
    message: str
    fix: str = ""
    says: str = ""


def faults(kind: str, payload: Mapping[str, Any]) -> Iterator[Fault]:
    """What is wrong with an object of a kind, in the order of its fields; never raises."""
    root = _table()["roots"].get(kind)
    if root is not None:
        yield from _model(root, payload, "", "")


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads(files("dd_sync.rules").joinpath("schema.json").read_text("utf-8"))
    return table


def _value(type_: Type, value: Any, path: str, field: str) -> Iterator[Fault]:
    if isinstance(type_, list):
        yield from _items(type_[0], value, path, field)
    elif isinstance(type_, dict):
        if not isinstance(value, dict):
            yield _odd(value, "an object", "object", path, field)
    elif type_[0] == "@":
        yield from _model(type_[1:], value, path, field)
    elif not _FITS[type_](value):
        yield _odd(value, *_WORDS[type_], path, field)


def _items(type_: Type, value: Any, path: str, field: str) -> Iterator[Fault]:
    if not isinstance(value, list):
        yield _odd(value, "a list", "array", path, field)
        return
    plain = isinstance(type_, str) and type_[0] != "@"
    for index, item in enumerate(value):
        if not plain or not _FITS[type_](item):
            yield from _value(type_, item, f"{path}[{index}]", f"{field}[]")


def _model(name: str, value: Any, path: str, field: str) -> Iterator[Fault]:
    model = _table()["models"][name]
    if "one" in model:
        yield from _one(name, value, path, field)
    elif "fields" not in model:
        if "values" in model and value not in model["values"] and not _referring(value):
            yield _unlisted(value, model["values"], path, field)
    elif not isinstance(value, dict):
        yield _odd(value, "an object", "object", path, field)
    else:
        yield from _fields(name, model, value, path)


def _fields(name: str, model: Mapping[str, Any], value: Mapping[str, Any], path: str) -> Iterator[Fault]:
    for required in model.get("required", ()):
        if value.get(required) is None:
            says = f"'{required}' is a required property"
            yield Fault("missing", f"{name}.{required}", _at(path, required), f"{required} is missing", says=says)
    types, limits = model["fields"], model.get("limits", {})
    for key, item in value.items():
        if item is None:
            continue
        type_ = types.get(key)
        if type_ is None:
            if "closed" in model:
                text = f"there is no {key} here.{did_you_mean(str(key), types)}"
                yield Fault("unknown", f"{name}.{key}", _at(path, key), text, fix=", ".join(types))
            continue
        if type_ not in _ANY:
            yield from _value(type_, item, _at(path, key), f"{name}.{key}")
        if key in limits:
            yield from _limited(limits[key], item, _at(path, key), f"{name}.{key}", key)


def _limited(limits: Mapping[str, float], value: Any, path: str, field: str, key: str) -> Iterator[Fault]:
    sort: Sort
    if isinstance(value, str):
        sort, size, what, low, high = "length", len(value), "characters", limits.get("shortest"), limits.get("longest")
        if _referring(value):
            return
    elif isinstance(value, list):
        sort, size, what, low, high = "count", len(value), "items", limits.get("fewest"), limits.get("most")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        sort, what, low, high = "range", "", limits.get("lowest"), limits.get("highest")
        size = value  # type: ignore[assignment]
    else:
        return
    fix = _span(low, high, what)
    if low is not None and size < low:
        says = f"Minimum {_SIZES[sort]} parameter '{key}' should be {low}"
        yield Fault(sort, field, path, f"{key} has {size} {what}" if what else f"{key} is {size}", fix, says)
    if high is not None and size > high:
        says = f"Maximum {_SIZES[sort]} parameter '{key}' should be {high}"
        yield Fault(sort, field, path, f"{key} has {size} {what}" if what else f"{key} is {size}", fix, says)


_SIZES = {"length": "length of", "count": "number of elements in", "range": "value of"}
"""Datadog's words; those for a length and for a number of elements are recorded."""


def _span(low: float | None, high: float | None, what: str) -> str:
    if low is None or high is None:
        return f"at least {low} {what}".strip() if high is None else f"at most {high} {what}".strip()
    return f"exactly {low} {what}".strip() if low == high else f"{low} to {high} {what}".strip()


# --- one of several models


@cache
def _candidates(name: str) -> tuple[tuple[str, Mapping[str, frozenset[Any]]], ...]:
    """The models that may stand for this one, each with the values of its fields that say which it is."""
    models = _table()["models"]
    found: list[tuple[str, Mapping[str, frozenset[Any]]]] = []
    for type_ in models[name]["one"]:
        if not isinstance(type_, str) or type_[0] != "@":
            return ()
        inner = type_[1:]
        if "one" in models[inner]:
            found += _candidates(inner)
            continue
        found.append((inner, dict(_tellers(models, models[inner]))))
    return tuple(found)


def _tellers(models: Mapping[str, Any], model: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[Any]]]:
    """Required fields of few values, and any of a single one."""
    for name, type_ in model["fields"].items():
        values = models[type_[1:]].get("values", ()) if isinstance(type_, str) and type_[0] == "@" else ()
        if values and (len(values) == 1 or name in model.get("required", ())):
            yield name, frozenset(values)


def _one(name: str, value: Any, path: str, field: str) -> Iterator[Fault]:
    candidates = _candidates(name)
    if not candidates:
        return
    if not isinstance(value, dict):
        if all("fields" in _table()["models"][one] for one, _ in candidates):
            yield _odd(value, "an object", "object", path, field)
        return
    fitting = [one for one, tellers in candidates if all(_tells(value, *teller) for teller in tellers.items())]
    for teller, values in _shared(name)[: 1 if fitting else None]:
        given = value.get(teller)
        if given is None or not isinstance(given, str) or given not in values:
            yield _untold(given, teller, values, path, name)
            return
    # Where nothing tells, the one that shares most fields is meant.
    shared = {one: len(value.keys() & _table()["models"][one].get("fields", {}).keys()) for one, _ in candidates}
    most = max(shared.values())
    meant = [one for one in fitting if shared[one] == most] or [one for one in shared if shared[one] == most]
    found: list[list[Fault]] = []
    for one in meant:
        found.append(list(_model(one, value, path, field)))
        if not found[-1]:
            return
    yield from min(found, key=len)


def _tells(value: Mapping[str, Any], field: str, values: frozenset[Any]) -> bool:
    given = value.get(field)
    return given is None or (isinstance(given, str) and given in values)


@cache
def _shared(name: str) -> tuple[tuple[str, frozenset[Any]], ...]:
    """The fields by which all candidates say which they are, with all values; first the one that tells most."""
    candidates = [tellers for _, tellers in _candidates(name)]
    names = set.intersection(*(set(tellers) for tellers in candidates))
    values = {field: [tellers[field] for tellers in candidates] for field in names}
    every = {field: frozenset().union(*listed) for field, listed in values.items()}
    return tuple(
        (field, every[field]) for field in sorted(names, key=lambda f: (sum(map(len, values[f])) - len(every[f]), f))
    )


def _untold(given: Any, teller: str, values: frozenset[Any], path: str, name: str) -> Fault:
    at, field = _at(path, teller), f"{name}.{teller}"
    if given is None:
        return Fault("missing", field, at, f"{teller} is missing", says=f"'{teller}' is a required property")
    return _unlisted(given, sorted(values), at, field)


# --- faults in words


def _odd(value: Any, words: str, datadog: str, path: str, field: str) -> Fault:
    name = path.rpartition(".")[2]
    shown = _short(value)
    return Fault("type", field, path, f"{name} is {words}, found {shown}", words, f"'{name}' should be {datadog}")


def _unlisted(value: Any, values: list[Any], path: str, field: str) -> Fault:
    name, known = path.rpartition(".")[2], [str(one) for one in values]
    text = f"{name} cannot be {_short(value)}.{did_you_mean(str(value), known)}"
    says = f"Value of parameter '{name}' should be any of these {known}"
    return Fault("value", field, path, text, ", ".join(known), says)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _referring(value: Any) -> bool:
    return isinstance(value, str) and "${" in value


def _number(value: Any) -> bool:
    """Whether a value is a number. Datadog takes digits in quotes for one, as recorded monitors show."""
    return (isinstance(value, int | float) and not isinstance(value, bool)) or _digits(value)


def _digits(value: Any) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"-?\d+(\.\d+)?", value))


_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_ANY = ("any", "time")

_FITS: Mapping[str, Callable[[Any], bool]] = {
    "any": lambda value: True,
    "time": lambda value: True,
    "text": lambda value: isinstance(value, str),
    "flag": lambda value: isinstance(value, bool),
    "number": lambda value: _number(value) or _referring(value),
    "whole": lambda value: (_number(value) and float(value).is_integer()) or _referring(value),
    "uuid": lambda value: isinstance(value, str) and bool(_UUID.fullmatch(value)),
}

_WORDS = {
    "text": ("a text", "string"),
    "flag": ("true or false", "boolean"),
    "number": ("a number", "number"),
    "whole": ("a whole number", "integer"),
    "uuid": ("a UUID", "uuid"),
}
