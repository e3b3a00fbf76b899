"""An edit of `ddsync absorb` put into Python: one argument, or a docstring, and nothing else of the file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from dd_sync.runs.absorb_code import Edit

_ARGUMENT = re.compile(r"([A-Za-z_]\w*)=")
_WIDTH = 120


def edit_python(text: str, edit: Edit) -> str | None:
    """The source with the edit in it; None where its place is not found, or what came out would be no Python."""
    try:
        tree = ast.parse(text)
        named = _ARGUMENT.match(edit.text)
        if edit.form == "docstring":
            changed = _docstring(text, tree, edit)
        elif edit.form == "python" and named is not None:
            changed = _argument(text, tree, edit, named[1])
        else:
            return None
        return changed if changed is not None and ast.parse(changed) else None
    except (SyntaxError, ValueError, RecursionError):
        return None


def _docstring(text: str, tree: ast.Module, edit: Edit) -> str | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.lineno == edit.line:
            indent = " " * node.col_offset
            return _between(text, node.lineno, node.end_lineno or node.lineno, _indented(edit.text, indent))
    return None


def _between(text: str, first: int, last: int, lines: list[str]) -> str:
    every = text.split("\n")
    return "\n".join([*every[: first - 1], *lines, *every[last:]])


def _indented(text: str, indent: str) -> list[str]:
    return [f"{indent}{line}" if line else "" for line in text.split("\n")]


def _argument(text: str, tree: ast.Module, edit: Edit, name: str) -> str | None:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    if edit.note.startswith("is new there"):
        found = [node for node in calls if node.lineno == edit.line and not _has(node, name)]
        return _added(text, found[0], edit.text) if found else None
    for call in calls:
        for keyword in call.keywords:
            if keyword.arg == name and keyword.value.lineno == edit.line:
                start, end = _span(text, keyword)
                if edit.note.startswith("take it out"):
                    return _without(text, start, end)
                column = " " * keyword.col_offset
                first, *rest = edit.text.rstrip().removesuffix(",").split("\n")
                return text[:start] + "\n".join([first, *(column + line if line else "" for line in rest)]) + text[end:]
    return None


def _has(call: ast.Call, name: str) -> bool:
    return any(keyword.arg == name for keyword in call.keywords)


def _span(text: str, node: ast.expr | ast.keyword) -> tuple[int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return _index(text, node.lineno, node.col_offset), _index(text, node.end_lineno, node.end_col_offset)


def _index(text: str, line: int, column: int) -> int:
    """The place of a node in the text; its column counts bytes."""
    lines = text.split("\n")
    before = sum(len(one) + 1 for one in lines[: line - 1])
    return before + len(lines[line - 1].encode()[:column].decode())


def _without(text: str, start: int, end: int) -> str:
    """The text less an argument, its comma, and its line where it had one of its own."""
    tail = re.match(r"\s*,", text[end:])
    end += tail.end() if tail else 0
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    if not text[first:start].strip() and last >= 0 and not text[end:last].strip():
        return text[:first] + text[last + 1 :]
    return text[:start] + text[end:].lstrip(" ") if tail else text[:start].rstrip(" ,") + text[end:]


def _added(text: str, call: ast.Call, written: str) -> str:
    """The text with one more argument at the end of a call, one on each line where they do not fit on one."""
    start, end = _span(text, call)
    line = text[text.rfind("\n", 0, start) + 1 : start]
    indent = line[: len(line) - len(line.lstrip())]
    arguments = [text[slice(*_span(text, one))] for one in _in_order(call)]
    new = written.rstrip().removesuffix(",")
    if "\n" in text[start:end] and arguments:
        last = _span(text, list(_in_order(call))[-1])[1]
        gap = text[last : end - 1].strip().removeprefix(",").strip()  # a comment, at most
        inner = text[text.rfind("\n", 0, last) + 1 : last]
        inner = inner[: len(inner) - len(inner.lstrip())]
        lines = "\n".join(_indented(f"{new},", inner))
        return f"{text[:last]},{f'  {gap}' if gap else ''}\n{lines}\n{indent}{text[end - 1 :]}"
    one_line = f"{text[start : end - 1].rstrip().rstrip(',')}{', ' if arguments else ''}{new})"
    if "\n" not in new and len(line) + len(one_line) <= _WIDTH:
        return text[:start] + one_line + text[end:]
    head = text[start : _span(text, call.func)[1]]
    body = "\n".join(line for one in [*arguments, new] for line in _indented(f"{one},", f"{indent}    "))
    return f"{text[:start]}{head}(\n{body}\n{indent}){text[end:]}"


def _in_order(call: ast.Call) -> Iterator[ast.expr | ast.keyword]:
    every: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    yield from sorted(every, key=lambda one: (one.lineno, one.col_offset))
