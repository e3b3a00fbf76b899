"""Text to documents, each with the line it starts on: YAML of several documents, or JSON.

The reading is lenient where Kubernetes tools are: dates stay text, unknown tags are plain values, and a number that
Python cannot hold stays as written. What is not YAML at all is an error with its line.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.composer import Composer

from dd_sync.core.errors import DefinitionError

_HINT = "Give rendered Kubernetes manifests, as YAML or JSON."
_ONE_OF_TWO = "Leave one of the two; of a Helm chart's output, in the template or the values it came from."


@dataclass(frozen=True)
class Document:
    """One document, or one item of a Kubernetes List, and the line it starts on (from 1)."""

    value: Any
    line: int


class Malformed(DefinitionError):
    """The text is not YAML; `line` is where reading stopped."""

    def __init__(self, name: str, line: int, problem: str, *, hint: str) -> None:
        super().__init__(f"{name}:{line}: {problem}", hint=hint)
        self.line = line


def documents(content: str, name: str) -> list[Document]:
    """Every document of the text, with Lists unpacked; `name` stands in errors.

    Raises Malformed when the text is neither YAML nor JSON.
    """
    found = _json(content)
    if found is not None:
        return [Document(value, 1) for value in _unpacked(found)]
    return [document for node, value in _yaml(content, name) for document in _with_lines(node, value)]


def _json(content: str) -> Any:
    """JSON is read as JSON: YAML's reader refuses tabs and escaped characters beyond the basic plane."""
    if not content.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return None
    try:
        return json.loads(content.lstrip("\ufeff"), object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        return None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object. Raises ValueError for a name that is given twice: the YAML reader then says on which lines."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _yaml(content: str, name: str) -> Iterator[tuple[yaml.Node, Any]]:
    try:
        loader = _Loader(content)
        while loader.check_node():
            node = loader.get_node()
            if node is not None:
                yield node, loader.construct_document(node)
    except yaml.YAMLError as error:
        raise _malformed(error, content, name) from None
    except (RecursionError, UnicodeEncodeError) as error:
        problem = "nested too deeply" if isinstance(error, RecursionError) else "this is not text"
        raise Malformed(name, 1, problem, hint=_HINT) from None


def _malformed(error: yaml.YAMLError, content: str, name: str) -> Malformed:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or "this is not text"
    if mark is not None:
        line = mark.line + 1
    else:
        position = getattr(error, "position", 0)
        line = content.encode("utf-8", "replace")[:position].count(b"\n") + 1
    at_fault = "".join(content.splitlines()[line - 1 : line])
    indentation = at_fault[: len(at_fault) - len(at_fault.lstrip())]
    if isinstance(error, _Twice):
        return Malformed(name, line, problem, hint=_ONE_OF_TWO)
    hint = "YAML is indented with spaces; replace the tab." if "\t" in indentation else _HINT
    return Malformed(name, line, f"malformed YAML: {problem}", hint=hint)


def _with_lines(node: yaml.Node, value: Any) -> list[Document]:
    parts = _unpacked(value)
    if len(parts) == 1 and parts[0] is value:
        return [Document(value, node.start_mark.line + 1)]
    lines = _item_lines(node)
    return [Document(part, lines[at] if at < len(lines) else node.start_mark.line + 1) for at, part in enumerate(parts)]


def _unpacked(value: Any) -> list[Any]:
    """The objects of a `kind: …List`, or of a plain list of objects."""
    items = value
    if isinstance(value, dict) and isinstance(value.get("items"), list) and str(value.get("kind")).endswith("List"):
        items = value["items"]
    if isinstance(items, list) and items and all(isinstance(item, dict) and "kind" in item for item in items):
        return items
    return [] if isinstance(items, list) and items is not value and not items else [value]


def _item_lines(node: yaml.Node) -> list[int]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == "items" and isinstance(value, yaml.SequenceNode):
                node = value
                break
    return [item.start_mark.line + 1 for item in node.value] if isinstance(node, yaml.SequenceNode) else []


class _Twice(yaml.constructor.ConstructorError):
    """A name that stands in a mapping twice."""


class _Loader(Composer, yaml.CSafeLoader):
    """YAML 1.1 without dates, and with bounded merges.

    libyaml finds the tokens; Python builds the tree, as fast here. libyaml's own composer overruns the C stack, and
    ends the process, on a few thousand open brackets.
    """

    def __init__(self, content: str) -> None:
        yaml.CSafeLoader.__init__(self, content)
        Composer.__init__(self)
        self.checked: set[int] = set()

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        self._check_names(node)
        super().flatten_mapping(node)
        # PyYAML repeats merged keys: nine levels of `<<: [*a, *a, …]` would fill the memory.
        kept: dict[Hashable, tuple[yaml.Node, yaml.Node]] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else id(key)
            kept.pop(name, None)
            kept[name] = (key, value)
        node.value = list(kept.values())

    def _check_names(self, node: yaml.MappingNode) -> None:
        """Raises _Twice. A mapping is looked at before anything was merged into it, and then no more."""
        if id(node) in self.checked:
            return
        self.checked.add(id(node))
        lines: dict[Hashable, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            name = (key.tag, key.value)
            if name in lines:
                problem = f'"{key.value[:80]}" is given twice, here and on line {lines[name] + 1}'
                raise _Twice(None, None, problem, key.start_mark)
            lines[name] = key.start_mark.line


def _or_as_written(construct: Callable[[Any, Any], Any]) -> Callable[[Any, yaml.Node], Any]:
    """`0x_`, a number of 5,000 digits, `!!bool x`: Python's own refusals, which are no YAML errors."""

    def read(loader: Any, node: yaml.Node) -> Any:
        try:
            return construct(loader, node)
        except (ValueError, KeyError):
            return node.value

    return read


def _plain(loader: Any, node: yaml.Node) -> Any:
    match node:
        case yaml.MappingNode():
            return loader.construct_mapping(node, deep=True)
        case yaml.SequenceNode():
            return loader.construct_sequence(node, deep=True)
        case _:
            return node.value


_TAG = "tag:yaml.org,2002:"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known if tag not in (f"{_TAG}timestamp", f"{_TAG}value")]
    for first, known in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_constructor(f"{_TAG}int", _or_as_written(yaml.CSafeLoader.construct_yaml_int))
_Loader.add_constructor(f"{_TAG}float", _or_as_written(yaml.CSafeLoader.construct_yaml_float))
_Loader.add_constructor(f"{_TAG}bool", _or_as_written(yaml.CSafeLoader.construct_yaml_bool))
_Loader.add_constructor(f"{_TAG}timestamp", _plain)
_Loader.add_constructor(None, _plain)  # None is PyYAML's way to say "any other tag"
