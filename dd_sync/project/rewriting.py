"""Changing one definition where it stands, by the text of its query or the default of a number, and nothing else.

A change is kept only where building the project again shows that it changed what was meant, and that alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DdsyncError
from dd_sync.core.references import Name
from dd_sync.project.build import Built

_FILES = ("*.py", "*.json", "*.yaml", "*.yml")
_NOT_OURS = {".git", ".venv", ".ddsync", "node_modules", "tests", "rendered"}


@dataclass(frozen=True)
class Rewrite:
    """One file with one piece of text changed; `line` counts from 1."""

    file: Path
    line: int
    before: str
    after: str
    old: str
    new: str


def rewrite(
    root: Path, built: Built, name: Name, wanted: Mapping[str, Any], build: Callable[[], Built], *, keep: bool
) -> Rewrite | None:
    """The change to a file of the project that makes one object as wanted and leaves all others; it is written where
    `keep` says so. None where no such change is found."""
    current = {one.name: one.payload for one in built.desired}
    for change in _candidates(root, built, name, current[name], wanted):
        change.file.write_text(change.after, encoding="utf-8")
        good = False
        try:
            good = _only(name, wanted, current, build)
        finally:
            if not (good and keep):
                change.file.write_text(change.before, encoding="utf-8")
        if good:
            return change
    return None


def _only(name: Name, wanted: Mapping[str, Any], before: Mapping[Name, Any], build: Callable[[], Built]) -> bool:
    """Whether this object is as wanted now, in its query and thresholds, and all others are as they were."""
    try:
        after = {one.name: one.payload for one in build().desired}
    except DdsyncError:
        return False
    if after.keys() != before.keys() or any(after[one] != before[one] for one in before if one != name):
        return False
    made = after[name]
    return bool(made.get("query") == wanted.get("query") and _thresholds(made) == _thresholds(wanted))


def _thresholds(payload: Mapping[str, Any]) -> Any:
    return (payload.get("options") or {}).get("thresholds")


def _candidates(
    root: Path, built: Built, name: Name, current: Mapping[str, Any], wanted: Mapping[str, Any]
) -> Iterator[Rewrite]:
    yield from _by_text(root, str(current.get("query")), str(wanted.get("query")))
    yield from _in_json(root, current, wanted)
    origin = built.origins.get(name)
    if origin is None:
        return
    file = Path(origin.definition.file)
    if not file.is_relative_to(root):
        return
    text = file.read_text(encoding="utf-8")
    numbers = set(re.findall(r"\d+(?:\.\d+)?", str(wanted.get("query")))) - set(
        re.findall(r"\d+(?:\.\d+)?", str(current.get("query")))
    )
    for tunable in origin.chosen.values:
        for found in re.finditer(rf"(\b{tunable}\s*:\s*\w+\s*=\s*)(-?[\d.]+)", text):
            for number in sorted(numbers):
                after = text[: found.start(2)] + number + text[found.end(2) :]
                line = text.count("\n", 0, found.start()) + 1
                yield Rewrite(file, line, text, after, found[0], found[1] + number)


def _by_text(root: Path, before: str, after: str) -> Iterator[Rewrite]:
    """The places that hold the query as it is, as text or in JSON."""
    for file in _files(root):
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        for old, new in {before: after, json.dumps(before)[1:-1]: json.dumps(after)[1:-1]}.items():
            for found in re.finditer(re.escape(old), text):
                changed = text[: found.start()] + new + text[found.end() :]
                yield Rewrite(file, text.count("\n", 0, found.start()) + 1, text, changed, old, new)


def _in_json(root: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Rewrite]:
    """The payloads in files of JSON that have this query, with the query and the thresholds as wanted. Only files that
    are laid out as they would be written, so that nothing else of them changes."""
    for file in _files(root, "*.json"):
        try:
            text = file.read_text(encoding="utf-8")
            held = json.loads(text)
        except (OSError, ValueError):
            continue
        layout = _layout(text, held)
        for one in _objects(held) if layout is not None else ():
            if one.get("query") != before.get("query") or layout is None:
                continue
            old, said = dict(one), _thresholds(one)
            one["query"] = after["query"]
            if said is not None:
                one["options"] = {**one["options"], "thresholds": dict(_thresholds(after))}
            changed = layout(held)
            one.update(old)
            line = text.count("\n", 0, max(text.find(json.dumps(before["query"])[1:-1]), 0)) + 1
            yield Rewrite(file, line, text, changed, str(before["query"]), str(after["query"]))


def _layout(text: str, held: Any) -> Callable[[Any], str] | None:
    """How a file of JSON is written: what gives it back as it is."""
    end = text[len(text.rstrip()) :]
    for indent in (None, 1, 2, 4):
        for ascii in (True, False):
            for separators in (None, (",", ":")):

                def layout(value: Any, indent: Any = indent, ascii: bool = ascii, separators: Any = separators) -> str:
                    return json.dumps(value, indent=indent, ensure_ascii=ascii, separators=separators) + end

                if layout(held) == text:
                    return layout
    return None


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of a document, the innermost too."""
    if isinstance(value, dict):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(one)


def _files(root: Path, *patterns: str) -> Iterator[Path]:
    for pattern in patterns or _FILES:
        for file in sorted(root.rglob(pattern)):
            if not _NOT_OURS & set(file.relative_to(root).parts):
                yield file
