"""A name that a mapping gives twice: most readers take the last one in silence, and what the first said is lost.

Nodes are those of any YAML reader, as in `aliases`.
"""

from __future__ import annotations

from typing import Any


def twice_fault(root: Any) -> tuple[int, str] | None:
    """The line (from 0) of the second of two equal names, and what to say of it; None where there are none."""
    seen: set[int] = set()
    todo: list[Any] = [root]
    while todo:
        node = todo.pop()
        if id(node) in seen or not isinstance(node.value, list):
            continue
        seen.add(id(node))
        pairs = [item for item in node.value if isinstance(item, tuple)]
        lines: dict[tuple[str, str], int] = {}
        for name, _ in pairs:
            if isinstance(name.value, str) and (name.tag, name.value) in lines:
                first = lines[name.tag, name.value] + 1
                return name.start_mark.line, f'"{name.value}" is given twice, here and on line {first}'
            if isinstance(name.value, str):
                lines[name.tag, name.value] = name.start_mark.line
        todo += [value for _, value in pairs] if pairs else node.value
    return None
