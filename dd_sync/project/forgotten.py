"""What stands in a project's files and would make nothing, in silence: each is found in the text of the file.

A second function of one name takes the place of the first when Python runs the file; a function that returns a Monitor
and is no definition makes none; a file with another ending is not read.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dd_sync.core.errors import DefinitionError

_Function = ast.FunctionDef | ast.AsyncFunctionDef

MADE_ANEW = frozenset({"overload", "setter", "getter", "deleter", "register"})
"""Decorators under which a second function of one name is meant."""


@dataclass(frozen=True)
class Source:
    """One file of definitions: its path as errors show it, and what it holds."""

    shown: str
    tree: ast.Module

    @property
    def functions(self) -> Iterator[_Function]:
        yield from (node for node in self.tree.body if isinstance(node, _Function))


def read_sources(root: Path, folders: Iterable[str]) -> list[Source]:
    """A project's own files of definitions; one that is no Python is told elsewhere."""
    found = []
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            try:
                tree = ast.parse(path.read_text(encoding="utf-8"))
            except (SyntaxError, ValueError, OSError, RecursionError):
                continue
            found.append(Source(path.relative_to(root).as_posix(), tree))
    return found


def forgotten(sources: Iterable[Source], resources: Iterable[str]) -> Iterator[DefinitionError]:
    """The mistakes of these files. `resources` are the names of the models that definitions return."""
    sources = list(sources)
    used = {name for source in sources for name in _used(source.tree)}
    for source in sources:
        yield from _doubles(source)
        yield from _undecorated(source, frozenset(resources), used)


def _doubles(source: Source) -> Iterator[DefinitionError]:
    """Two functions of one name, of which at least one is a definition."""
    first: dict[str, _Function] = {}
    for function in source.functions:
        before = first.setdefault(function.name, function)
        if before is function or MADE_ANEW & {*_decorators(function), *_decorators(before)}:
            continue
        if "define" in {*_decorators(function), *_decorators(before)}:
            text = f"{function.name} is defined on line {before.lineno} too, and only the last one counts"
            at = f"{source.shown}:{function.lineno}"
            yield DefinitionError(text, at=at, hint="rename one of the two functions")


def _undecorated(source: Source, resources: frozenset[str], used: set[str]) -> Iterator[DefinitionError]:
    """Functions that return what a definition returns, are none, and are called by nobody."""
    for function in source.functions:
        returned = _names_of(function.returns) & resources
        if not returned or function.decorator_list or function.name.startswith("_") or function.name in used:
            continue
        text = f"{function.name} returns {min(returned)} and is no definition"
        hint = f"put @define above it; a helper is called by one, or is named _{function.name}"
        yield DefinitionError(text, at=f"{source.shown}:{function.lineno}", hint=hint)


def _names_of(annotation: ast.expr | None) -> set[str]:
    """The names in an annotation, those in quotes too."""
    found: set[str] = set()
    for node in ast.walk(annotation) if annotation is not None else ():
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(name)
            case ast.Constant(value=str() as text):
                with contextlib.suppress(SyntaxError):
                    found |= _names_of(ast.parse(text, mode="eval").body)
    return found


def _decorators(function: _Function) -> Iterator[str]:
    """The last names of its decorators: `define` of `@ddsync.define(…)`."""
    for decorator in function.decorator_list:
        named = decorator.func if isinstance(decorator, ast.Call) else decorator
        if isinstance(named, ast.Name | ast.Attribute):
            yield named.id if isinstance(named, ast.Name) else named.attr


def _used(tree: ast.Module) -> Iterator[str]:
    """Names that something in a file reads or takes from another file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and not hasattr(builtins, node.id):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)


def other_endings(root: Path, read: Mapping[Path, str]) -> Iterator[DefinitionError]:
    """Services in files beside those that are read, under the other of the two endings of YAML. `read` are the files
    that are read, each with the pattern that names it."""
    patterns = {path.parent: pattern for path, pattern in read.items()}
    for folder, pattern in patterns.items():
        for path in sorted(folder.glob("*.y*ml")):
            if path not in read and path.suffix in (".yaml", ".yml") and _is_service(path):
                shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
                other = path.with_suffix(".yaml" if path.suffix == ".yml" else ".yml").name
                text = f"a service that nothing reads: services: in ddsync.yaml has {pattern}"
                yield DefinitionError(text, at=f"{shown}:1", hint=f"rename it to {other}, or add a pattern for it")


def _is_service(path: Path) -> bool:
    """Whether a file looks like an entity of ours; it is not read further."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    lines = {line.rstrip() for line in text.splitlines()}
    return "  ddsync:" in lines or any(line.startswith(("dd-service:", "extensions: {ddsync")) for line in lines)
