"""A query Datadog would refuse: what is wrong, where, and the place shown."""

from __future__ import annotations

from dd_sync.core.errors import DdsyncError

_WIDTH = 100


class QueryError(DdsyncError):
    """`message` says what was expected and found, `position` is the offset in `query` (from 0) where it went wrong."""

    def __init__(self, message: str, query: str, position: int, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.query = query
        self.position = position

    def caret(self) -> str:
        """The line of the query that is wrong, and under it a caret at the place."""
        return caret(self.query, self.position)


def caret(text: str, position: int) -> str:
    """Two lines: the one of `text` that holds `position`, cut to a readable width, and a caret under the place."""
    position = min(max(position, 0), len(text))
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line = text[start : len(text) if end < 0 else end].replace("\t", " ")
    column = position - start
    if len(line) > _WIDTH and column > _WIDTH * 2 // 3:
        cut = column - _WIDTH // 2
        line, column = "…" + line[cut + 1 :], column - cut
    if len(line) > _WIDTH:
        line = line[: _WIDTH - 1] + "…"
    return f"{line}\n{' ' * column}^"
