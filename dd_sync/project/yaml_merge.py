"""Putting values into a YAML file as a person would: at their places, comments and layout kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import yaml

_Step = str | tuple[str, str]
"""A name, or the item of a list that is called so: `("name", "prod-eu-1")`."""


def merge_yaml(text: str, wanted: Mapping[str, Any], line: int = 1) -> str | None:
    """The text with these values in it, in the document that holds a line (from 1). Items of lists go by their `name`.

    None where they cannot be put in without touching anything else: what comes out is read again and compared.
    """
    try:
        before = list(yaml.safe_load_all(text))
        document = _document(text, line)
        changed = text
        for steps, value in _leaves(wanted):
            found = _put(changed, document, steps, value)
            if found is None:
                return None
            changed = found
        after = list(yaml.safe_load_all(changed))
    except (yaml.YAMLError, RecursionError):
        return None
    expected = [*before] or [None]
    expected[document] = _merged(expected[document] or {}, wanted)
    return changed if after == expected else None


def _document(text: str, line: int) -> int:
    starts = [node.start_mark.line for node in yaml.compose_all(text, yaml.SafeLoader) if node is not None]
    return max((n for n, start in enumerate(starts) if start < line), default=0)


def _leaves(wanted: Mapping[str, Any], steps: tuple[_Step, ...] = ()) -> Iterator[tuple[tuple[_Step, ...], Any]]:
    for name, value in wanted.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*steps, name))
        elif isinstance(value, list) and value and all(isinstance(one, Mapping) and "name" in one for one in value):
            for one in value:
                rest = {key: inner for key, inner in one.items() if key != "name"}
                yield from _leaves(rest, (*steps, name, ("name", str(one["name"]))))
        else:
            yield (*steps, name), value


def _merged(one: Any, other: Any) -> Any:
    if isinstance(other, Mapping):
        there = one if isinstance(one, dict) else {}
        return {**there, **{_name(there, name): _merged(there.get(_name(there, name)), v) for name, v in other.items()}}
    if isinstance(one, list) and isinstance(other, list) and other and isinstance(other[0], Mapping):
        given = {str(item["name"]): item for item in other}
        return [_merged(item, given[str(item["name"])]) if str(item.get("name")) in given else item for item in one]
    return other


def _name(there: Mapping[str, Any], name: str) -> str:
    """A name as it is spelled there: dashes and underscores mean the same."""
    return next((one for one in there if str(one).replace("_", "-") == name.replace("_", "-")), name)


def _put(text: str, document: int, steps: tuple[_Step, ...], value: Any) -> str | None:
    """The text with one value at its place, which is made where it is not there."""
    nodes = list(yaml.compose_all(text, yaml.SafeLoader))
    node = nodes[document] if document < len(nodes) else None
    for n, step in enumerate(steps):
        nested: Any = value
        for outer in reversed(steps[n + 1 :]):
            nested = {outer: nested} if isinstance(outer, str) else None
        if isinstance(node, yaml.MappingNode) and isinstance(step, str):
            found = next((one for name, one in node.value if _alike(name.value, step)), None)
            if found is None:
                return None if nested is None else _added(text, node, step, nested)
            node = found
        elif isinstance(node, yaml.SequenceNode) and not isinstance(step, str):
            named = [one for one in node.value if (step[0], step[1]) in _scalars(one)]
            if len(named) != 1:
                return None
            node = named[0]
        elif isinstance(node, yaml.ScalarNode) and isinstance(step, str):  # nothing, or `off`, where there will be more
            return _replaced(text, node, {step: nested})
        else:
            return f"{text.rstrip()}\n{step}: {_flow(nested)}\n".lstrip() if node is None else None
    return _replaced(text, node, value)


def _alike(one: Any, other: str) -> bool:
    return str(one).replace("_", "-") == other.replace("_", "-")


def _scalars(node: Any) -> list[tuple[str, str]]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return [(name.value, one.value) for name, one in pairs if isinstance(one, yaml.ScalarNode)]


def _replaced(text: str, node: Any, value: Any) -> str | None:
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        return None
    start, end = node.start_mark.index, node.end_mark.index
    gap = " " if start == end and text[start - 1 : start] == ":" else ""
    return text[:start] + gap + _flow(value) + text[end:]


def _added(text: str, node: Any, name: str, value: Any) -> str:
    """The text with a new name in a mapping: within its braces, or on a line of its own."""
    written = f"{name}: {_flow(value)}"
    if node.flow_style:
        end = node.end_mark.index - 1
        head = text[:end].rstrip()
        return head + (written if head.endswith("{") else f", {written}") + text[end:]
    last = node
    while isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    end = text.find("\n", last.end_mark.index if text[last.end_mark.index - 1] != "\n" else last.end_mark.index - 1)
    end = len(text) if end < 0 else end
    return f"{text[:end]}\n{' ' * node.start_mark.column}{written}{text[end:]}"


def _flow(value: Any) -> str:
    """A value on one line, as people write it: off, not false."""
    text = yaml.safe_dump(value, sort_keys=False, default_flow_style=True, allow_unicode=True, width=10**6)
    text = text.removesuffix("...\n").strip()
    return "off" if text == "false" else text.replace(": false", ": off")
