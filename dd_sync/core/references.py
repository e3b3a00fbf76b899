"""References between objects: a key until the other object exists, its id from then on.

In a payload a reference is the text `${kind:key}`, alone (`"alert_id": "${monitor:a/b}"`) or inside a query
(`burn_rate("${slo:a/b}")…`). Keys never hold a brace, so the text is unambiguous; Datadog's own `$env` template
variables and `{{tag.name}}` do not match.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

ObjectId = int | str
"""What Datadog names an object by: a number for monitors, text for SLOs and dashboards."""

Name = tuple[str, str]
"""(kind, key): what ddsync names an object by."""

K_out = TypeVar("K_out", covariant=True)

_REFERENCE = re.compile(r"\$\{([a-z][a-z0-9_-]*):([a-z0-9._/-]+)\}")


@dataclass(frozen=True)
class Ref(Generic[K_out]):
    """Names another object by kind and key; `str()` is the text that stands for it in a payload."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"${{{self.kind}:{self.key}}}"


def references(payload: Any) -> set[Name]:
    """Every (kind, key) that a payload refers to."""
    found: set[Name] = set()
    values = [payload]
    for value in values:  # the list grows under way: the quickest walk there is, and every plan takes it
        if type(value) is str:
            if "${" in value:
                found.update((match[1], match[2]) for match in _REFERENCE.finditer(value))
        elif isinstance(value, dict):
            values += value.values()
        elif isinstance(value, list):
            values += value
    return found


def resolve(payload: Any, ids: Mapping[Name, ObjectId], as_text: Collection[str] = ()) -> Any:
    """The payload with each known reference replaced by its id; unknown ones stay as they are.

    A string that is nothing but a reference becomes the bare id, a number for a monitor; inside other text, and in
    fields named in `as_text`, the id is written out.
    """
    match payload:
        case str():
            return _resolve_text(payload, ids) if "${" in payload else payload
        case dict():
            return {
                name: _written(resolve(value, ids, as_text)) if name in as_text else resolve(value, ids, as_text)
                for name, value in payload.items()
            }
        case list():
            return [resolve(value, ids, as_text) for value in payload]
        case _:
            return payload


def _resolve_text(text: str, ids: Mapping[Name, ObjectId]) -> Any:
    whole = _REFERENCE.fullmatch(text)
    if whole:
        return ids.get((whole[1], whole[2]), text)
    return _REFERENCE.sub(lambda found: str(ids.get((found[1], found[2]), found[0])), text)


def _written(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
