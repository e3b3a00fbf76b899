"""A page as steps: the files it names, the commands it shows, in the order a reader meets them.

Comments above a block say what is special about it; a reader of the site does not see them.

    <!-- run: COMMAND -->        run first, not shown: what the page takes for granted
    <!-- not run: REASON -->     the next block is not run; the reasons are listed in test_pages.py
    <!-- output varies -->       the next block is run, what it prints is not compared
    <!-- exit: N -->             the commands of the next block end with this status

A block in yaml, python, toml or json whose first line is `# path/of/file` is that file. One in python without it is
run, after those before it. One in console holds commands after `$ ` and what they print; a line `…` stands for any
lines. One in sh is run, or the file its second line names where the first is `#!`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"

_FENCE = re.compile(r"( *)```(\w*)[^`]*")
_COMMENT = re.compile(r" *<!-- (run|not run|output varies|exit)(?:: (.*))? -->")
_FILE = re.compile(r"(?:#|//) ([\w./-]+\.\w+|[\w./-]*(?:Makefile|CODEOWNERS))\n")


@dataclass(frozen=True)
class Block:
    """A fenced block, with what the comments above it say."""

    page: str
    line: int
    language: str
    text: str
    not_run: str = ""
    varies: bool = False
    status: int = 0
    hidden: bool = False
    """A command the reader does not see."""

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def file(self) -> str | None:
        """The file it holds."""
        named = _FILE.match(self.text)
        if self.language == "sh":
            return _script(self.text)
        return named[1] if named and self.language not in ("console", "text") else None

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Each command with what it prints; a command goes on after a backslash."""
        if self.language == "sh":
            return [(self.text, "")]
        parts = re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]
        split = [re.match(r"((?:[^\n]*\\\n)*[^\n]*)\n?(.*)", part, re.DOTALL) for part in parts]
        return [(found[1], found[2]) for found in split if found]


def _script(text: str) -> str | None:
    """The name of a script, without its arguments; None for commands."""
    named = re.match(r"#!.*\n# ([\w./-]+)", text)
    return named[1] if named else None


def pages() -> list[Path]:
    """Every page that is written by hand."""
    made = ("docs/reference/", "docs/catalogue/")
    found = sorted(DOCS.rglob("*.md"))
    return [page for page in found if not page.relative_to(ROOT).as_posix().startswith(made)]


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page from the top."""
    name = page.relative_to(ROOT).as_posix()
    lines = page.read_text(encoding="utf-8").split("\n")
    said: dict[str, Any] = {}
    number = 0
    while number < len(lines):
        line, number = lines[number], number + 1
        comment, fence = _COMMENT.fullmatch(line), _FENCE.fullmatch(line)
        if comment and comment[1] == "run":
            yield Block(name, number, "sh", comment[2], hidden=True)
        elif comment:
            said |= _said(comment[1], comment[2])
        elif fence:
            start, indent = number, len(fence[1])
            while lines[number].strip() != "```":
                number += 1
            text = "".join(one[indent:] + "\n" for one in lines[start:number])
            number += 1
            yield Block(name, start, fence[2], text, **said)
            said = {}


def _said(word: str, text: str) -> dict[str, Any]:
    match word:
        case "not run":
            return {"not_run": text}
        case "exit":
            return {"status": int(text)}
        case _:
            return {"varies": True}
