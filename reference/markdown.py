"""Markdown: tables, and texts of the code as they may stand in one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are markdown already."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(_cell(one) for one in line)} |" for line in lines)


def code(text: object) -> str:
    """As code; nothing for nothing."""
    shown = str(text)
    return f"`{shown}`" if shown else ""


def prose(text: str) -> str:
    """A docstring in markdown: reST's double backquotes are none of ours, angle brackets are text."""
    parts = re.split(r"(`[^`]*`)", text)
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in parts)


def one_line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return one_line(text).replace("|", "\\|")
