"""YAML as a project's files are read: plain data, each name once, nothing that another program would read otherwise.

Refused, each with its line: a key that is given twice, aliases that stand for a million values or for themselves,
numbers and dates that are none, tags of a language's own types, nesting that no file needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import yaml
from yaml.composer import Composer

from dd_sync.core.aliases import alias_fault

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

LARGEST = 20_000_000
"""Characters of a file."""


class Fault(Exception):
    """What is wrong with a text, and its line, from 0."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line, self.problem = line, problem


def documents(text: str) -> list[tuple[Any, Any]]:
    """Every document of a text: its node, which knows lines, and its value. Raises Fault."""
    return list(_documents(text))


def _documents(text: str) -> Iterator[tuple[Any, Any]]:
    if len(text) > LARGEST:
        raise Fault(0, f"longer than {LARGEST:,} characters")
    try:
        loader = _Loader(text)
        while loader.check_node():
            node = loader.get_node()
            if fault := alias_fault(node):
                raise Fault(*fault)
            yield node, loader.construct_document(node)
    except yaml.YAMLError as error:
        raise Fault(_line(error, text), str(getattr(error, "problem", None) or "it cannot be read")) from None
    except RecursionError:
        raise Fault(0, "nested too deeply") from None


def _line(error: yaml.YAMLError, text: str) -> int:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        return int(mark.line)
    position = getattr(error, "position", 0)  # of a character that no YAML holds
    return text[:position].count("\n") if isinstance(position, int) else 0


class _Loader(Composer, _Parser):  # type: ignore[misc]
    """libyaml finds the tokens, Python builds the tree: libyaml's own composer overruns the C stack, and ends the
    process, on a few thousand open brackets."""

    def __init__(self, text: str) -> None:
        _Parser.__init__(self, text)
        Composer.__init__(self)
        self.checked: set[int] = set()

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        _check_names(self, node)
        super().flatten_mapping(node)
        # PyYAML repeats merged keys: nine levels of `<<: [*a, *a, …]` would fill the memory.
        kept: dict[Hashable, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else id(key)
            kept.pop(name, None)
            kept[name] = (key, value)
        node.value = list(kept.values())


def _check_names(loader: Any, node: yaml.MappingNode) -> None:
    """Raises for a name that stands in a mapping twice. Of a mapping that was merged somewhere already, those that were
    merged into it stand first and once."""
    if id(node) in loader.checked:
        return
    loader.checked.add(id(node))
    lines: dict[Hashable, int] = {}
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            continue
        name = loader.construct_object(key) if key.tag != f"{_TAG}merge" else "<<"
        if name in lines:
            problem = f'"{key.value}" is given twice, here and on line {lines[name] + 1}'
            raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        lines[name] = key.start_mark.line


def _checked(what: str, construct: Callable[[Any, Any], Any]) -> Callable[[Any, yaml.Node], Any]:
    """A value of a kind; Python's own refusals, which are no YAML errors, with the place and what was expected."""

    def read(loader: Any, node: yaml.Node) -> Any:
        try:
            value = construct(loader, node)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
            value = math.nan
        if (isinstance(value, float) and not math.isfinite(value)) or (isinstance(value, int) and abs(value) >= 2**63):
            raise yaml.constructor.ConstructorError(None, None, f"expected {what}{_found(node)}", node.start_mark)
        return value

    return read


def _refused(loader: Any, node: yaml.Node) -> Any:
    problem = f"{node.tag.removeprefix(_TAG)} is no type of JSON: use a list or a mapping"
    raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def _found(node: yaml.Node) -> str:
    """`, found "2024-02-30"`; nothing for many digits, which may be a key that somebody put here."""
    text = node.value if isinstance(node.value, str) else ""
    return f', found "{text}"' if 0 < len(text) <= _SHOWN else ""


_SHOWN = 15
"""Characters of a value that are repeated."""

_TAG = "tag:yaml.org,2002:"

for _name, _what in (
    ("int", "a whole number of at most 64 bits"),
    ("float", "a number"),
    ("bool", "true or false"),
    ("timestamp", "a date as 2026-12-31"),
    ("binary", "base64"),
):
    _Loader.add_constructor(
        f"{_TAG}{_name}", _checked(_what, getattr(yaml.constructor.SafeConstructor, f"construct_yaml_{_name}"))
    )
for _name in ("set", "omap", "pairs"):
    _Loader.add_constructor(f"{_TAG}{_name}", _refused)
