"""Spellings as code: models by name, texts with references in them, payloads as literals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.core.references import Name, Ref
from dd_sync.importing.code import Atom, Node, Slot, Text, call, list_code, mapping_code
from dd_sync.importing.written import Raw, Written

_REFERENCE = re.compile(r"\$\{([a-z][a-z0-9_-]*):([a-z0-9._/-]+)\}")

_TAKE_REFERENCES = frozenset({"alert_id", "slo_id"})
"""Fields that take a reference in place of a text."""


class Printer:
    """Prints for one file and remembers what it used: of ddsync, and of the definitions it can reach.

    `called` is what the file calls the definitions of objects.
    """

    def __init__(self, called: Mapping[Name, str]) -> None:
        self._names = called
        self.used: set[str] = set()
        self.reached: set[Name] = set()

    def node(self, value: Any, field: str = "") -> Node:
        """A value of a definition as code."""
        match value:
            case Written(model, arguments):
                self.used.add(model.__name__)
                return call(model.__name__, [(name, self.node(item, name)) for name, item in arguments.items()])
            case Raw(model, payload):
                self.used.add(model.__name__)
                return call(f"{model.__name__}.from_api", [("", _literal(payload))])
            case Ref(kind, key):
                return self._reference((kind, key))
            case str():
                return self._text(value, field)
            case dict():
                return mapping_code([(str(name), self.node(item)) for name, item in value.items()])
            case list():
                return list_code([self.node(item) for item in value])
            case _:
                return Atom(repr(value))

    def _called(self, name: Name) -> str | None:
        if name in self._names:
            self.reached.add(name)
        return self._names.get(name)

    def _reference(self, name: Name) -> Node:
        function = self._called(name)
        if function is not None:
            return Atom(f"{function}.ref()")
        self.used.add("Ref")
        return call("Ref", [("", _literal(name[0])), ("", _literal(name[1]))])

    def _text(self, text: str, field: str) -> Node:
        whole = _REFERENCE.fullmatch(text)
        if whole and field in _TAKE_REFERENCES:
            function = self._called((whole[1], whole[2]))
            return Atom(f"{function}.ref()") if function else _literal(text)
        return Text(tuple(self._parts(text)))

    def _parts(self, text: str) -> Iterator[str | Slot]:
        """A text with its references as slots, where this file reaches all of them; else the text, which means the
        same."""
        found = list(_REFERENCE.finditer(text))
        if not all((one[1], one[2]) in self._names for one in found):
            found = []
        start = 0
        for one in found:
            yield text[start : one.start()]
            yield Slot(f"{self._called((one[1], one[2]))}.ref()")
            start = one.end()
        yield text[start:]


def _literal(value: Any) -> Node:
    """A JSON value as it is."""
    match value:
        case str():
            return Text((value,))
        case dict():
            return mapping_code([(name, _literal(item)) for name, item in value.items()])
        case list():
            return list_code([_literal(item) for item in value])
        case _:
            return Atom(repr(value))
