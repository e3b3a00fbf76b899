"""What differs as a text of `-` and `+` lines, for places that colour those."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dd_sync.reports.lines import Line
from dd_sync.reports.values import value_text

LONGEST_LINE = 400


def unified_diff(lines: Sequence[Line]) -> str:
    """Each field once: its name, then what goes and what comes, values in full."""
    return "\n".join(_unified(lines))


def _unified(lines: Sequence[Line]) -> Iterator[str]:
    seen: list[int] = []
    for line in lines:
        if line.field is None:
            yield from _place(line)
        elif id(line.field) not in seen:
            seen.append(id(line.field))
            yield f"  {_head(line)}"
            sides = (line.field.after, line.field.before) if line.turned else (line.field.before, line.field.after)
            yield from _sides(*sides)


def _place(line: Line) -> Iterator[str]:
    """A widget that came, went or moved."""
    sign = line.sign if line.sign in "+-" else " "
    group = f"{line.group} ▸ " if line.group else ""
    yield f"{sign} {group}{line.label}{line.before}{line.after}" + (f", {line.note}" if line.note else "")


def _head(line: Line) -> str:
    name = "query" if line.label == "threshold" else line.label
    return f"{line.group} ▸ {name}" if line.group else name


def _sides(before: Any, after: Any) -> Iterator[str]:
    if isinstance(before, str) and isinstance(after, str) and "\n" in before + after:
        differing = difflib.unified_diff(before.split("\n"), after.split("\n"), n=1, lineterm="")
        yield from (_short(f"{one[0]} {one[1:]}".rstrip()) for one in list(differing)[2:] if one[0] != "@")
        return
    if before is not None:
        yield from (_short(f"- {one}") for one in _written(before))
    if after is not None:
        yield from (_short(f"+ {one}") for one in _written(after))


def _written(value: Any) -> Iterable[str]:
    match value:
        case str():
            return value.split("\n")
        case dict() | list() if isinstance(value, dict) or any(isinstance(one, dict | list) for one in value):
            return json.dumps(value, indent=1, ensure_ascii=False).split("\n")
        case _:
            return [value_text(value, LONGEST_LINE)]


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
