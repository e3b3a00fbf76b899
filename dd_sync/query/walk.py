"""Going through a tree: every node under a node, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from dd_sync.query.tree import Node, Query

Under = Node | Query | tuple[Node, ...] | None
"""What is gone through: a node or a query with all below it, nodes that were gone through before, or nothing."""


def walk(node: Under) -> Iterable[Node]:
    """The node itself and everything below it, from left to right. A tuple of nodes is taken as it is."""
    if node is None:
        return ()
    return node if isinstance(node, tuple) else _below(node)


def _below(node: Node | Query) -> Iterator[Node]:
    pending: list[Node] = [node.body if isinstance(node, Query) else node]
    while pending:
        current = pending.pop()
        yield current
        for name in _children(type(current)):
            value = getattr(current, name)
            if value.__class__ is tuple:
                pending.extend(reversed(value))
            elif value is not None:
                pending.append(value)


def _children(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a kind of node that hold nodes, the last first."""
    known = _CHILDREN.get(kind)
    if known is None:
        known = tuple(field.name for field in reversed(fields(kind)) if field.type not in _PLAIN)
        _CHILDREN[kind] = known
    return known


_PLAIN = ("int", "str", "str | None", "bool", "tuple[str, ...]")
_CHILDREN: dict[type[Node], tuple[str, ...]] = {}
