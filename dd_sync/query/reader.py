"""Reads a query from left to right: one position, patterns tried at it, errors that name what was expected there."""

from __future__ import annotations

import re
from typing import NoReturn

from dd_sync.query.errors import QueryError

MAX_DEPTH = 60
"""Parentheses and calls inside each other; beyond it the query is refused instead of exhausting the stack."""

MAX_OPERATORS = 200
"""Operators of one query, for the same reason: `a + b + c` is a tree as deep as it has operators."""

_SPACE = re.compile(r"\s*")
_FOUND = re.compile(r"\$\{[^}]*\}|\"[^\"]{0,30}\"?|'[^']{0,30}'?|[\w.$@-]+|&&|\|\||[<>=!]=|.", re.DOTALL)
_BEFORE = re.compile(
    r"(?:by\s*\{[^{}]*\}|[\w.-]+\([^()]*\):?|\w+:|\.\w+\([^()]*\)|\"[^\"]*\"|'[^']*'|[<>=!]=?|[\w.$@*/-]+(?::[\w.$@*/-]+)*|\S)\Z",
    re.DOTALL,
)


class Reader:
    """A position in a query. `end` limits it, so that the formula inside a string is read in place."""

    __slots__ = ("depth", "end", "operators", "position", "text")

    def __init__(self, text: str, position: int = 0, end: int | None = None) -> None:
        self.text = text
        self.position = position
        self.end = len(text) if end is None else end
        self.depth = 0
        self.operators = 0

    def peek(self) -> str:
        """The next character that is no space, or nothing at the end; the position moves up to it."""
        match = _SPACE.match(self.text, self.position, self.end)
        if match:
            self.position = match.end()
        return self.text[self.position] if self.position < self.end else ""

    def accept(self, text: str) -> bool:
        """Whether `text` comes next; if so it is passed."""
        self.peek()
        if not self.text.startswith(text, self.position, self.end):
            return False
        self.position += len(text)
        return True

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What `pattern` matches next, spaces aside; if anything it is passed."""
        self.peek()
        match = pattern.match(self.text, self.position, self.end)
        if match:
            self.position = match.end()
        return match

    def looking_at(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What `pattern` matches next, not passed."""
        self.peek()
        return pattern.match(self.text, self.position, self.end)

    def expect(self, text: str, expected: str = "") -> None:
        """`text` has to come next."""
        if not self.accept(text):
            self.fail(f"expected {expected or quote(text)}")

    def deeper(self) -> None:
        """One more level of nesting; `depth` goes down again where the level ends."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.fail(f"expected fewer than {MAX_DEPTH} levels of parentheses")

    def operator(self, pattern: re.Pattern[str]) -> str:
        """The operator that comes next, passed; nothing when none does."""
        match = self.match(pattern)
        if match is None:
            return ""
        self.operators += 1
        if self.operators > MAX_OPERATORS:
            self.fail(f"expected fewer than {MAX_OPERATORS} operators")
        return match[0]

    def fail(self, expected: str, *, at: int | None = None, hint: str = "") -> NoReturn:
        """Raise: what was expected, after what, and what was found instead."""
        if at is not None:
            self.position = at
        self.peek()
        before = _BEFORE.search(self.text[max(0, self.position - 80) : self.position].rstrip())
        after = f" after {quote(before[0])}" if before else ""
        raise QueryError(f"{expected}{after}, found {self._found()}", self.text, self.position, hint=hint)

    def reject(self, message: str, at: int, *, hint: str = "") -> NoReturn:
        """Raise `message` for what stands at `at`."""
        raise QueryError(message, self.text, at, hint=hint)

    def _found(self) -> str:
        match = _FOUND.match(self.text, self.position, self.end)
        return quote(match[0]) if match else "the end"


def quote(text: str) -> str:
    """A piece of a query inside a sentence, cut when it is long."""
    text = " ".join(text.split())
    text = text if len(text) <= 40 else f"{text[:37]}…"
    return f"'{text}'" if '"' in text else f'"{text}"'
