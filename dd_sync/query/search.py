"""Datadog's search syntax, inside `logs("…")` and the like: the terms of a search, and brackets and quotes that pair.

Only what can be told for certain is refused: a bracket or a quote that never closes. Everything else is the search's
own business. A search stands in a quoted text, so that its quotes are written with a backslash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dd_sync.query.reader import Reader

_PART = re.compile(
    r"\s+|\\+\"(?:[^\"\\]|\\(?!\")|\\\\+\")*?\\+\"|'[^']*'(?=[\s)]|\Z)|\\?[()]|(?:[^\s()\\]|\\[^\"])+|.", re.DOTALL
)
_BRACKETS = {"(": 1, ")": -1}


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a search at its top level: `status:error`, `-@http.method:GET`, `(a OR b)`."""

    text: str
    start: int
    end: int


def check_search(reader: Reader, start: int, end: int) -> None:
    """Raise QueryError when a bracket or a quote between `start` and `end` never closes."""
    opened: list[int] = []
    for match in _PART.finditer(reader.text, start, end):
        text = match[0]
        if text == "(":
            opened.append(match.start())
        elif text == ")":
            if not opened:
                reader.reject('")" closes a bracket of the search that is not open', match.start())
            opened.pop()
        elif text.startswith('\\"') and (len(text) < 4 or not text.endswith('\\"')):
            reader.reject("the quote opened here is never closed", match.start())
    if opened:
        reader.reject('"(" in the search is never closed', opened[-1])


def terms(search: str) -> tuple[str, ...]:
    """The terms of a search, AND left out, OR kept inside one term: what a search is limited to, one by one."""
    found: list[str] = []
    current: list[str] = []
    depth = 0
    for match in _PART.finditer(search):
        text = match[0]
        if text.isspace() and depth == 0:
            _finish(found, current)
            continue
        depth += _BRACKETS.get(text, 0)
        current.append(text)
    _finish(found, current)
    return tuple(_joined(found))


def _finish(found: list[str], current: list[str]) -> None:
    if current:
        found.append("".join(current))
        current.clear()


def _joined(parts: list[str]) -> list[str]:
    """Parts around OR made one term, NOT joined to what it negates, AND dropped."""
    joined: list[str] = []
    glue = ""
    for part in parts:
        if part == "AND":
            continue
        if part in ("OR", "NOT"):
            glue = f"{glue} {part}".strip()
            continue
        if glue.startswith("OR") and joined:
            joined[-1] = f"{joined[-1]} {glue} {part}"
        else:
            joined.append(f"{glue} {part}".strip())
        glue = ""
    return joined
