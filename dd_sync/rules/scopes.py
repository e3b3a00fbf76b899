"""Scopes of downtimes and notification rules: `env:prod AND service:(a OR b)`. Datadog's limits on them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(r'\s*(?:(\()|(\))|(AND|OR|NOT)\b|(,)|((?:"[^"]*"|[^\s(),"]|"(?!.*"))+))')


@dataclass(slots=True)
class Part:
    """A tag, or several in parentheses: `key` is what stands before `:(`, `operators` what joins `items`."""

    text: str = ""
    key: str = ""
    negated: bool = False
    operators: list[str] = field(default_factory=list)
    items: list[Part] = field(default_factory=list)

    @property
    def grouped(self) -> bool:
        """Whether it is in parentheses."""
        return bool(self.items)


def read_scope(text: str) -> Part:
    """The scope as a tree; never raises, reads as much as it understands."""
    tokens = list(_TOKEN.finditer(text))
    root, _ = _group(tokens, 0)
    return root


def problems(text: str) -> Iterator[str]:
    """What Datadog's limits on scopes of downtimes do not allow, in words (docs, "Downtimes", scope limitations)."""
    root = read_scope(text)
    if any(not keyed for keyed in _keyed(root, "")):
        yield KEYLESS
    if "?" in text:
        yield "a scope holds no ?"
    if len(_keys(root)) > 1 and "OR" in root.operators:
        yield "OR joins values of one key, service:(a OR b), not different keys"
    if any(part.negated and part.grouped and "AND" in part.operators for part in _all(root)):
        yield "a negation covers a tag or an OR, never an AND"
    if _depth(root) > 2:
        yield "a scope is nested two levels at most"


KEYLESS = "every tag of a scope has a key, as env:prod"


def is_keyless(text: str) -> bool:
    """Whether some tag of the scope has no key."""
    return any(not keyed for keyed in _keyed(read_scope(text), ""))


def _group(tokens: list[re.Match[str]], at: int) -> tuple[Part, int]:
    group, negated = Part(), False
    while at < len(tokens):
        opened, closed, word, comma, text = tokens[at].groups()
        at += 1
        if closed:
            break
        if word == "NOT":
            negated = True
        elif word:
            group.operators.append(word)
        elif comma:
            group.operators.append("AND")
        else:
            part = Part(text or "")
            if opened:
                part, at = _group(tokens, at)
            elif text and text.endswith(":") and at < len(tokens) and tokens[at][1]:
                part, at = _group(tokens, at + 1)
                part.key = text[:-1].lstrip("-!")
                negated = negated or text[0] in "-!"
            elif text and text in "-!" and at < len(tokens) and tokens[at][1]:
                part, at = _group(tokens, at + 1)
                negated = True
            part.negated = negated or part.text[:1] in ("-", "!")
            negated = False
            group.items.append(part)
    return group, at


def _keyed(part: Part, key: str) -> Iterator[bool]:
    """Whether each tag has a key, its own or that of its parentheses."""
    if not part.grouped:
        if part.text:
            yield bool(key) or part.text == "*" or ":" in part.text.lstrip("-!")[1:] or "$" in part.text
        return
    for item in part.items:
        yield from _keyed(item, part.key or key)


def _keys(part: Part) -> set[str]:
    """The keys of what is joined at the top."""
    return {
        item.key or item.text.lstrip("-!").partition(":")[0] if not item.grouped or item.key else str(id(item))
        for item in part.items
    }


def _all(part: Part) -> Iterator[Part]:
    yield part
    for item in part.items:
        yield from _all(item)


def _depth(part: Part) -> int:
    """How deep parentheses stand in each other."""
    return max((_depth(item) + 1 for item in part.items if item.grouped), default=0)
