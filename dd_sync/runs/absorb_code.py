"""The Python that would keep an edit made in Datadog: arguments, docstrings, widgets, payloads."""

from __future__ import annotations

import ast
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dd_sync.core.diff import FieldChange
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.normal import same
from dd_sync.core.plan import Change
from dd_sync.core.references import Name, ObjectId
from dd_sync.importing.code import laid_out
from dd_sync.importing.docstring import as_docstring
from dd_sync.importing.printing import Printer
from dd_sync.importing.widgets import widget
from dd_sync.kinds.dashboard import widget_name
from dd_sync.kinds.pointing import point_references
from dd_sync.project.build import Origin


@dataclass(frozen=True)
class Edit:
    """Lines to write at a place. `form` is yaml, python, docstring or json."""

    file: str
    line: int
    form: str
    text: str
    note: str = ""


_PROSE = ("message", "description")
_RENAMED = {"monitor_ids": "monitors"}
"""Fields that a model calls otherwise."""


def edits(
    change: Change,
    live: Payload,
    fields: Sequence[FieldChange],
    origin: Origin,
    kind: Kind,
    ids: Mapping[Name, ObjectId],
    base: Payload | None = None,
) -> Iterator[Edit]:
    """What to write for these differences of a change, whose `before` is Datadog; `live` has no marks.

    `base` is what Datadog's side was changed from, where that is not the definition.
    """
    names = {(name[0], object_id): name for name, object_id in ids.items()}
    live = kind.normalise(point_references(live, names))
    source = _Source(change, origin)
    told: set[str] = set()
    for field in fields:
        top = field.path.replace("[", ".").split(".")[0]
        if top == "widgets":
            if top not in told:
                yield from _widgets(
                    kind, source, change.desired if base is None else point_references(base, names), live
                )
        elif origin.resource.verbatim is not None:
            if top not in told:
                yield source.payload(top, live)
        elif top in _PROSE:
            yield from source.prose(top, str(live.get(top) or ""), change)
        else:
            name, value = _argument(field.path, live)
            if name not in told:
                yield source.argument(_RENAMED.get(name, name), _own_tags(name, value, change, origin))
            told.add(name)
        told.add(top)


def _argument(path: str, live: Payload) -> tuple[str, Any]:
    """The argument that says what is at a path, and its whole value."""
    steps = [step for step in path.replace("]", "").replace("[", ".").split(".") if step]
    match steps:
        case ["options", "thresholds", name, *_]:
            return name, ((live.get("options") or {}).get("thresholds") or {}).get(name)
        case ["options", name, *_]:
            return name, (live.get("options") or {}).get(name)
        case ["query", name, *_]:
            return name, (live.get("query") or {}).get(name)
        case ["thresholds", _, name, *_]:
            first = (live.get("thresholds") or [{}])[0]
            return name, first.get(name)
        case [name, *_]:
            return name, live.get(name)
    raise AssertionError(f"a difference without a path: {path!r}")


def _own_tags(name: str, value: Any, change: Change, origin: Origin) -> Any:
    """Tags less those that the inventory adds."""
    if name != "tags":
        return value
    own = getattr(origin.resource, "tags", None) or ()
    added = [tag for tag in (change.desired or {}).get("tags") or () if tag not in own]
    return [tag for tag in value or () if tag not in added] or None


class _Source:
    """The function a change comes from, and the lines of what it says."""

    def __init__(self, change: Change, origin: Origin) -> None:
        self.file, _, line = change.source.rpartition(":")
        self.line = int(line)
        self._origin = origin
        try:
            text = Path(origin.definition.file).read_text(encoding="utf-8")
        except OSError:
            text = ""
        name = origin.definition.function.__name__
        functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef))
        self._function = next((node for node in functions if node.name == name), None)

    def argument(self, name: str, value: Any) -> Edit:
        """`name=value` at the line where it stands, or where its call begins."""
        line = self._line(name)
        if value is None:
            return Edit(self.file, line or self.line, "python", f"{name}=…", "take it out")
        return Edit(self.file, line or self._call(), "python", _printed(value, name), "" if line else "is new there")

    def prose(self, name: str, text: str, change: Change) -> Iterator[Edit]:
        """A message or description: the docstring where it stands for it, less the lines that ddsync adds."""
        own = getattr(self._origin.resource, name, None)
        body = _without_added(text, str((change.desired or {}).get(name) or ""), own)
        if own is not None:
            yield self.argument(name, body)
            return
        lines = as_docstring(body)
        line = self._function.body[0].lineno if self._function is not None else self.line
        if lines is not None:
            yield Edit(self.file, line, "docstring", "\n".join(lines))
        else:
            yield Edit(
                self.file, self._call(), "python", "\n".join(laid_out(Printer({}).node(body), 0, f"{name}=", ","))
            )

    def payload(self, name: str, live: Payload) -> Edit:
        """A field of a payload that passes through `from_api`."""
        text = json.dumps({name: live.get(name)}, indent=2, ensure_ascii=False)
        return Edit(self.file, self.line, "json", text, "in the payload that from_api is given")

    def titled(self, title: str) -> int:
        """The line of a widget with this title."""
        for node in self._walk(ast.Call):
            for keyword in node.keywords:
                if keyword.arg == "title" and isinstance(keyword.value, ast.Constant) and keyword.value.value == title:
                    return int(node.lineno)
        return self._call()

    def _line(self, name: str) -> int | None:
        found = (keyword for node in self._walk(ast.Call) for keyword in node.keywords if keyword.arg == name)
        return next((int(keyword.value.lineno) for keyword in found), None)

    def _call(self) -> int:
        """The line of the call that makes the resource."""
        model = type(self._origin.resource).__name__
        for node in self._walk(ast.Call):
            if ast.unparse(node.func).split(".")[0] == model:
                return int(node.lineno)
        return self.line

    def _walk(self, kind: type[Any]) -> Iterator[Any]:
        if self._function is not None:
            yield from (node for node in ast.walk(self._function) if isinstance(node, kind))


def _printed(value: Any, name: str) -> str:
    return "\n".join(laid_out(Printer({}).node(value, name), 0, f"{name}=", ","))


def _without_added(text: str, desired: str, own: str | None) -> str:
    """A live text without the end that ddsync added to the definition's own."""
    handles = [line for line in desired.split("\n") if line.startswith(("@", "{{#is_")) and line not in (own or "")]
    kept = [line for line in text.split("\n") if line not in handles]
    return "\n".join(kept).strip()


def _widgets(kind: Kind, source: _Source, base: Payload | None, live: Payload) -> Iterator[Edit]:
    """Each widget that differs, whole, as code."""
    before = kind.normalise(base or {}).get("widgets") or []
    for trail, one in _changed(before, live.get("widgets") or [], ()):
        title, where = trail[-1], " ▸ ".join(trail)
        if one is None:
            yield Edit(source.file, source.titled(title), "python", f"# {where}", "take it out")
        else:
            printed = "\n".join(laid_out(Printer({}).node(widget(one)), 0, "", ","))
            yield Edit(source.file, source.titled(title), "python", printed, where)


def _changed(
    before: Sequence[Payload], after: Sequence[Payload], trail: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], dict[str, Any] | None]]:
    """The innermost widgets that differ, with the names of the groups around them; None for one that is gone."""
    ours, theirs = _by_name(before), _by_name(after)
    for name, one in theirs.items():
        other = ours.get(name)
        if other is not None and same(one, other):
            continue
        inner = [(side or {}).get("definition") or {} for side in (other, one)]
        if all("widgets" in side for side in inner) and same(*({**side, "widgets": None} for side in inner)):
            yield from _changed(inner[0]["widgets"], inner[1]["widgets"], (*trail, name))
        else:
            yield (*trail, name), dict(one)
    yield from (((*trail, name), None) for name in ours if name not in theirs)


def _by_name(widgets: Sequence[Payload]) -> dict[str, Payload]:
    seen: Counter[str] = Counter()
    found = {}
    for one in widgets:
        name = widget_name(one)
        seen[name] += 1
        found[name if seen[name] == 1 else f"{name} #{seen[name]}"] = one
    return found
