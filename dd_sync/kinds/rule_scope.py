"""Whether the scope of a notification rule holds for the tags of a monitor.

The language is Datadog's (docs, "Notification Rules"): `key:value`, `key:*`, `key:(a OR b)`, AND, OR, NOT and brackets;
words side by side are joined by AND. Only what monitors carry is known here: a rule may match single groups by tags
that come with the data, which nobody can tell beforehand.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Collection
from typing import Any

_TOKEN = re.compile(
    r'\s*(?:(?P<bracket>[()])|(?P<term>-?[^\s():]+:(?:\([^()]*\)|"[^"]*"|[^\s()]+))|(?P<word>[^\s()]+))'
)
_JOINS = ("AND", "OR", "NOT")


class Unreadable(Exception):
    """The scope is none that this language has."""


Test = Callable[[Collection[str]], bool]
"""Whether lower-case tags are within a part of a scope."""


def holds(scope: str, tags: Collection[str]) -> bool | None:
    """Whether tags are within a scope; None where the scope cannot be read."""
    test = _compiled(scope)
    return None if test is None else test(lower(tags))


def within(filter_: Any, tags: Collection[str]) -> bool | None:
    """Whether tags pass a rule's filter, in either of its forms."""
    wanted = filter_ if isinstance(filter_, dict) else {}
    if wanted.get("scope"):
        return holds(str(wanted["scope"]), tags)
    return bool(wanted.get("tags")) and lower(wanted["tags"]) <= lower(tags)


def lower(tags: Collection[str]) -> frozenset[str]:
    """Tags as they are compared."""
    return tags if isinstance(tags, frozenset) else frozenset(tag.lower() for tag in tags)


@functools.lru_cache(maxsize=4096)
def _compiled(scope: str) -> Test | None:
    """The scope, read once: a project has thousands of alerts and each is asked of every rule."""
    try:
        reader = _Reader(scope)
        test = reader.either()
        return test if reader.at_end() else None
    except Unreadable:
        return None


def _tokens(scope: str) -> tuple[tuple[str, str], ...]:
    found = tuple((str(match.lastgroup), match[match.lastgroup or 0]) for match in _TOKEN.finditer(scope))
    if not found or _TOKEN.sub("", scope).strip():
        raise Unreadable
    return found


class _Reader:
    """Reads a scope: `either` of OR, `all` of AND, `one` term."""

    def __init__(self, scope: str) -> None:
        self._tokens = _tokens(scope)
        self._place = 0

    def at_end(self) -> bool:
        return self._place == len(self._tokens)

    def either(self) -> Test:
        found = [self.all()]
        while self._takes("OR"):
            found.append(self.all())
        return lambda tags: any(test(tags) for test in found)

    def all(self) -> Test:
        found = [self.one()]
        while not self.at_end() and self._tokens[self._place][1] not in ("OR", ")"):
            self._takes("AND")
            found.append(self.one())
        return lambda tags: all(test(tags) for test in found)

    def one(self) -> Test:
        if self._takes("NOT"):
            return _negated(self.one())
        if self._takes("("):
            found = self.either()
            if not self._takes(")"):
                raise Unreadable
            return found
        if self.at_end() or self._tokens[self._place][0] != "term":
            raise Unreadable
        term = self._tokens[self._place][1]
        self._place += 1
        return _negated(_term(term[1:])) if term.startswith("-") else _term(term)

    def _takes(self, text: str) -> bool:
        taken = not self.at_end() and self._tokens[self._place][1] == text
        self._place += taken
        return taken


def _negated(test: Test) -> Test:
    return lambda tags: not test(tags)


def _term(term: str) -> Test:
    key, _, value = term.lower().partition(":")
    if value.startswith("(") and re.search(r"\b(?:AND|NOT)\b", term):
        raise Unreadable
    values = [one for one in value.strip('()"').split() if one.upper() not in _JOINS]
    wanted = frozenset(f"{key}:{one}" for one in values)
    if "*" in values:
        return lambda tags: any(tag.partition(":")[0] == key for tag in tags)
    return lambda tags: not wanted.isdisjoint(tags)
