"""How large a document is once every alias in it stands for what it names.

A few lines of YAML can stand for a billion values, and one can hold itself. Nodes are those of any YAML reader: `value`
is a text, a list of nodes, or a list of pairs of them.
"""

from __future__ import annotations

from typing import Any

MOST = 1_000_000
"""Values of one document, aliases counted as often as they stand; the largest inventories have some ten thousand."""


def alias_fault(root: Any) -> tuple[int, str] | None:
    """The line (from 0) of what cannot be taken, and what is wrong with it; None for a document that is fine."""
    sizes: dict[int, int] = {}
    above: set[int] = set()
    todo: list[tuple[Any, bool]] = [(root, False)]
    while todo:
        node, over = todo.pop()
        inside = _inside(node)
        if over:
            above.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(one)] for one in inside)
            if sizes[id(node)] > MOST:
                return node.start_mark.line, f"its aliases stand for more than {MOST:,} values"
        elif id(node) in above:
            return node.start_mark.line, "it holds itself, by an alias"
        elif id(node) not in sizes:
            if not inside:
                sizes[id(node)] = 1
                continue
            above.add(id(node))
            todo.append((node, True))
            todo += [(one, False) for one in inside]
    return None


def _inside(node: Any) -> list[Any]:
    if not isinstance(node.value, list):
        return []
    return [one for item in node.value for one in (item if isinstance(item, tuple) else (item,))]
