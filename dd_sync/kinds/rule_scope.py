"""Whether the scope of a notification rule holds for the tags of a monitor.

The language is Datadog's (docs, "Notification Rules"): `key:value`, `key:*`, `key:(a OR b)`, AND, OR, NOT and brackets;
words side by side are joined by AND. Only what monitors carry is known here: a rule may match single groups by tags
that come with the data, which nobody can tell beforehand.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from typing import Any

_TOKEN = re.compile(
    r'\s*(?:(?P<bracket>[()])|(?P<term>-?[^\s():]+:(?:\([^()]*\)|"[^"]*"|[^\s()]+))|(?P<word>[^\s()]+))'
)
_JOINS = ("AND", "OR", "NOT")


class Unreadable(Exception):
    """The scope is none that this language has."""


def holds(scope: str, tags: Collection[str]) -> bool | None:
    """Whether tags are within a scope; None where the scope cannot be read."""
    try:
        reader = _Reader(scope, frozenset(tag.lower() for tag in tags))
        found = reader.either()
        return found if reader.at_end() else None
    except Unreadable:
        return None


@functools.cache
def _tokens(scope: str) -> tuple[tuple[str, str], ...]:
    found = tuple((str(match.lastgroup), match[match.lastgroup or 0]) for match in _TOKEN.finditer(scope))
    if not found or _TOKEN.sub("", scope).strip():
        raise Unreadable
    return found


class _Reader:
    """Reads and decides in one go: `either` of OR, `all` of AND, `one` term."""

    def __init__(self, scope: str, tags: frozenset[str]) -> None:
        self._tokens = _tokens(scope)
        self._tags = tags
        self._place = 0

    def at_end(self) -> bool:
        return self._place == len(self._tokens)

    def either(self) -> bool:
        found = self.all()
        while self._takes("OR"):
            found = self.all() or found
        return found

    def all(self) -> bool:
        found = self.one()
        while not self.at_end() and self._tokens[self._place][1] not in ("OR", ")"):
            self._takes("AND")
            found = self.one() and found
        return found

    def one(self) -> bool:
        if self._takes("NOT"):
            return not self.one()
        if self._takes("("):
            found = self.either()
            if not self._takes(")"):
                raise Unreadable
            return found
        if self.at_end() or self._tokens[self._place][0] != "term":
            raise Unreadable
        term = self._tokens[self._place][1]
        self._place += 1
        return not self._term(term[1:]) if term.startswith("-") else self._term(term)

    def _takes(self, text: str) -> bool:
        taken = not self.at_end() and self._tokens[self._place][1] == text
        self._place += taken
        return taken

    def _term(self, term: str) -> bool:
        key, _, value = term.lower().partition(":")
        values = [one for one in value.strip('()"').split() if one.upper() not in _JOINS]
        if value.startswith("(") and re.search(r"\b(?:AND|NOT)\b", term):
            raise Unreadable
        return any(f"{key}:{one}" in self._tags or (one == "*" and self._has(key)) for one in values)

    def _has(self, key: str) -> bool:
        return any(tag.partition(":")[0] == key for tag in self._tags)


def within(filter_: Any, tags: Collection[str]) -> bool | None:
    """Whether tags pass a rule's filter, in either of its forms."""
    wanted = filter_ if isinstance(filter_, dict) else {}
    if wanted.get("scope"):
        return holds(str(wanted["scope"]), tags)
    return bool(wanted.get("tags")) and {tag.lower() for tag in wanted["tags"]} <= {tag.lower() for tag in tags}
