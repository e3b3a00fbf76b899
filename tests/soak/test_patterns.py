"""Every pattern of ddsync on a megabyte of what it likes least: the time grows with the text, not with its square.

Patterns are found in the source and in the modules. One is tried as it is used: searched for anywhere in a text, or at
its beginning alone.
"""

from __future__ import annotations

import ast
import functools
import importlib
import itertools
import re
import time
from collections.abc import Iterator
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

import dd_sync

ROOT = Path(dd_sync.__file__).parent
ANYWHERE = frozenset({"search", "finditer", "findall", "sub", "subn", "split"})
SHORT_TEXTS = {"_BEFORE": "80 characters before a mistake in a query"}
"""Patterns that never see a long text, and which."""

COMMON = (
    "a",
    " ",
    "\n",
    "/",
    '"',
    "'",
    "\\",
    "{",
    "{{",
    "(",
    "[",
    "@",
    ":",
    ".",
    "-",
    "1",
    "A",
    "a.",
    "a b",
    "A_",
    "}",
    "`",
)
ENDED = "\0"


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(("dd_sync", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
        if not {"packs", "template", "__main__"} & {*name.split(".")}:
            yield name, path


@functools.cache
def patterns() -> dict[str, tuple[re.Pattern[str], str]]:
    """Each pattern by where it stands, with how it is used: anywhere or match."""
    trees = {name: ast.parse(path.read_text()) for name, path in modules()}
    methods: dict[tuple[str, str], set[str]] = {}
    found: dict[str, tuple[re.Pattern[str], str]] = {}
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            of, method = node.func.value, node.func.attr
            if isinstance(of, ast.Name) and of.id == "re":
                text = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
                if isinstance(text, str) and method != "compile":
                    found[f"{name}:{node.lineno}"] = (re.compile(text), "anywhere" if method in ANYWHERE else "match")
            elif isinstance(of, ast.Name):
                methods.setdefault((name, of.id), set()).add(method)
    for name in trees:
        for called, value in vars(importlib.import_module(name)).items():
            many = value if isinstance(value, list | tuple | frozenset) else (value,)
            for n, one in enumerate(many):
                if isinstance(one, re.Pattern) and isinstance(one.pattern, str) and called not in SHORT_TEXTS:
                    used = "anywhere" if len(many) > 1 or methods.get((name, called), set()) & ANYWHERE else "match"
                    found[f"{name}.{called}[{n}]"] = (one, used)
    return found


def literals(pattern: re.Pattern[str]) -> set[str]:
    """Characters and words that a pattern knows."""
    found: set[str] = set()

    def walk(tree: Any) -> None:
        word = ""
        for operation, argument in [*tree, ("END", None)]:
            named = str(operation)
            if named == "LITERAL":
                word += chr(argument)
                continue
            found.add(word)
            word = ""
            match named:
                case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                    walk(argument[2])
                case "SUBPATTERN":
                    walk(argument[3])
                case "BRANCH":
                    for branch in argument[1]:
                        walk(branch)
                case "ASSERT" | "ASSERT_NOT":
                    walk(argument[1])
                case "IN":
                    found.update(chr(value) for kind, value in argument if str(kind) == "LITERAL")

    walk(_parser.parse(pattern.pattern, pattern.flags))
    return found - {""}


def texts(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Texts of one piece repeated, behind the beginnings that the pattern knows."""
    known = literals(pattern)
    for head in ("", *sorted(word for word in known if len(word) > 1)[:4]):
        for piece in sorted({*known, *COMMON}):
            yield head + piece * (length // len(piece)) + ENDED


def seconds(pattern: re.Pattern[str], used: str, text: str) -> float:
    started = time.perf_counter()
    if used == "anywhere":
        pattern.sub("", text)
    else:
        pattern.match(text)
    return time.perf_counter() - started


@pytest.mark.parametrize("where", sorted(patterns()))
def test_four_times_the_text_takes_about_four_times_as_long_and_a_megabyte_ends(where: str) -> None:
    pattern, used = patterns()[where]
    for short, long in zip(texts(pattern, 3_000), texts(pattern, 12_000), strict=True):
        if seconds(pattern, used, long) > 0.005:  # else it is no square of anything
            once = min(seconds(pattern, used, short) for _ in range(3))
            four = min(seconds(pattern, used, long) for _ in range(3))
            assert four < 9 * once, f"{pattern.pattern!r} takes {four / once:.0f} times as long on {long[:30]!r}"
    for text in itertools.islice(texts(pattern, 1_000_000), 0, None, 17):
        assert seconds(pattern, used, text) < 5, f"{pattern.pattern!r} on a megabyte of {text[:30]!r}"
