"""Going through a tree: every node under a node, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from dd_sync.query.tree import Node, Query


def walk(node: Node | Query | None) -> Iterator[Node]:
    """The node itself and everything below it, from left to right; nothing for None."""
    if node is None:
        return
    if isinstance(node, Query):
        yield from walk(node.body)
        return
    yield node
    for name in _children(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield from walk(value)
        elif isinstance(value, tuple):
            for item in value:
                if isinstance(item, Node):
                    yield from walk(item)


def _children(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes."""
    known = _CHILDREN.get(kind.__name__)
    if known is None:
        known = tuple(field.name for field in fields(kind) if field.type not in _PLAIN)
        _CHILDREN[kind.__name__] = known
    return known


_PLAIN = ("int", "str", "str | None", "bool", "tuple[str, ...]")
_CHILDREN: dict[str, tuple[str, ...]] = {}
