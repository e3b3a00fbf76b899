"""Going through a tree: every node under a node, in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any

from dd_sync.query.tree import Node, Query


def walk(node: Node | Query) -> Iterator[Node]:
    """The node itself and everything below it, from left to right."""
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


@cache
def _children(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes."""
    return tuple(field.name for field in fields(kind) if field.type not in ("int", "str", "str | None", "bool"))
