"""Where objects of a kind carry their marks: among tags, in the last line of a text, in brackets behind a name.

A kind names its place (`Tags("metadata.tags")`, `LastLine("description")`); how marks are read there, written and taken
off is the same for every kind with such a place. Payloads are never changed in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from dd_sync.core.identity import Identity, Marks


class Place(Protocol):
    """Where in a payload the marks stand. `field` names it, with dots where it lies deeper: `metadata.tags`."""

    @property
    def field(self) -> str: ...

    def read(self, payload: Mapping[str, Any], marks: Marks) -> Identity | None:
        """The identity that stands there; None without one."""
        ...

    def write(self, payload: Mapping[str, Any], identity: Identity, marks: Marks) -> dict[str, Any]:
        """The payload with this identity there and no other."""
        ...

    def remove(self, payload: Mapping[str, Any], marks: Marks) -> dict[str, Any]:
        """The payload without marks of ours."""
        ...

    def words(self, payload: Mapping[str, Any]) -> Iterable[str]:
        """Everything there that could be a mark, whole identities and what is left of one."""
        ...


class _Field:
    """A place that is one field, at the top or deeper."""

    def __init__(self, field: str) -> None:
        self.field = field
        *self._around, self._name = field.split(".")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.field!r})"

    def _value(self, payload: Mapping[str, Any]) -> Any:
        if not self._around:  # as with most, and asked of every object of a plan
            return payload.get(self._name)
        for name in self._around:
            payload = payload.get(name) or {}
        return payload.get(self._name)

    def _with(self, payload: Mapping[str, Any], value: Any) -> dict[str, Any]:
        if not self._around:
            return {**payload, self._name: value}
        return _put(payload, [*self._around, self._name], value)


class Tags(_Field):
    """Marks among tags: a list of texts."""

    def read(self, payload: Mapping[str, Any], marks: Marks) -> Identity | None:
        return marks.read(self._value(payload) or ())

    def write(self, payload: Mapping[str, Any], identity: Identity, marks: Marks) -> dict[str, Any]:
        return self._with(payload, [*marks.without(self._value(payload) or ()), *marks.written(identity)])

    def remove(self, payload: Mapping[str, Any], marks: Marks) -> dict[str, Any]:
        tags = self._value(payload)
        return self._with(payload, marks.without(tags)) if tags else dict(payload)

    def words(self, payload: Mapping[str, Any]) -> Iterable[str]:
        return [tag for tag in self._value(payload) or () if isinstance(tag, str)]


class LastLine(_Field):
    """Marks as the last line of a text, for objects without tags and those whose tags Datadog restricts."""

    def read(self, payload: Mapping[str, Any], marks: Marks) -> Identity | None:
        return marks.split_line(self._value(payload) or "")[1]

    def write(self, payload: Mapping[str, Any], identity: Identity, marks: Marks) -> dict[str, Any]:
        text, _ = marks.split_line(self._value(payload) or "")
        line = marks.as_line(identity)
        return self._with(payload, f"{text}\n{line}" if text else line)

    def remove(self, payload: Mapping[str, Any], marks: Marks) -> dict[str, Any]:
        text, identity = marks.split_line(self._value(payload) or "")
        return self._with(payload, text) if identity else dict(payload)

    def words(self, payload: Mapping[str, Any]) -> Iterable[str]:
        return str(self._value(payload) or "").split()


class Brackets(_Field):
    """Marks in brackets at the end of a name, for objects that have no other text: `Payments [ddsync_id:… …]`."""

    def read(self, payload: Mapping[str, Any], marks: Marks) -> Identity | None:
        return self._split(payload, marks)[1]

    def write(self, payload: Mapping[str, Any], identity: Identity, marks: Marks) -> dict[str, Any]:
        name, _ = self._split(payload, marks)
        words = [word for word in marks.written(identity) if word != marks.managed]
        return self._with(payload, f"{name} [{' '.join(words)}]")

    def remove(self, payload: Mapping[str, Any], marks: Marks) -> dict[str, Any]:
        name, identity = self._split(payload, marks)
        return self._with(payload, name) if identity else dict(payload)

    def words(self, payload: Mapping[str, Any]) -> Iterable[str]:
        return str(self._value(payload) or "").replace("[", " ").replace("]", " ").split()

    def _split(self, payload: Mapping[str, Any], marks: Marks) -> tuple[str, Identity | None]:
        """A name without the brackets at its end, and what those said; brackets that hold more belong to the name."""
        name = str(self._value(payload) or "")
        found = _BRACKETS.search(name)
        words = found[1].split() if found else []
        if found is None or not words or marks.without(words):
            return name, None
        return name[: found.start()], marks.read(words)


_BRACKETS = re.compile(r"(?<!\s)\s*+\[([^\[\]]*+)\]\s*+\Z")


def _put(payload: Mapping[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    name, *rest = path
    return {**payload, name: _put(payload.get(name) or {}, rest, value) if rest else value}
