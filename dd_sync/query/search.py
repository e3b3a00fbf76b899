"""Datadog's search syntax, inside `logs("…")` and the like: the terms of a search, brackets and quotes that pair.

Only what can be told for certain is refused: a bracket or a quote that never closes. Everything else is the search's
own business. A search stands in a quoted text, so that its own quotes have a backslash before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dd_sync.query.reader import Reader

# `\\"` after a double backslash is a quote that the search itself escapes: no quote at all.
_PIECE = re.compile(r"\\\\(?:\\\"|.)?|(?P<quote>\\?\")|\\.|(?P<bracket>[()])|(?P<space>\s+)|[^\\\"()\s]+|.", re.DOTALL)


def check_search(reader: Reader, start: int, end: int) -> None:
    """Raise QueryError when a bracket or a quote between `start` and `end` never closes."""
    brackets: list[int] = []
    quote: int | None = None
    for piece in _PIECE.finditer(reader.text, start, end):
        if piece["quote"]:
            quote = piece.start() if quote is None else None
        elif quote is None and piece[0] == "(":
            brackets.append(piece.start())
        elif quote is None and piece[0] == ")":
            if not brackets:
                reader.reject('")" closes a bracket of the search that is not open', piece.start())
            brackets.pop()
    if quote is not None:
        reader.reject("the quote opened here is never closed", quote)
    if brackets:
        reader.reject('"(" in the search is never closed', brackets[-1])


def terms(search: str) -> tuple[str, ...]:
    """What a search is limited to, one by one: its terms, AND left out, OR and NOT kept with what they join."""
    joined: list[str] = []
    glue = ""
    for word in _words(search):
        if word == "AND":
            continue
        if word in ("OR", "NOT"):
            glue = f"{glue} {word}".strip()
        elif glue.startswith("OR") and joined:
            joined[-1], glue = f"{joined[-1]} {glue} {word}", ""
        else:
            joined.append(f"{glue} {word}".strip())
            glue = ""
    return tuple(joined)


def _words(search: str) -> Iterator[str]:
    """The search cut at spaces outside brackets and quotes."""
    word, depth, quoted = "", 0, False
    for piece in _PIECE.finditer(search):
        if piece["quote"]:
            quoted = not quoted
        elif not quoted and piece["bracket"]:
            depth += 1 if piece[0] == "(" else -1
        if piece["space"] and not quoted and depth <= 0:
            if word:
                yield word
            word = ""
        else:
            word += piece[0]
    if word:
        yield word
