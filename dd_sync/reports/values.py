"""Values as people read them: short, on one line, the part that changed in sight."""

from __future__ import annotations

import json
from typing import Any

from dd_sync.core.diff import FieldChange

LONGEST = 60


def value_text(value: Any, longest: int = LONGEST) -> str:
    """A value on one line; nothing is "—"."""
    match value:
        case None:
            return "—"
        case bool():
            return "true" if value else "false"
        case str():
            text = json.dumps(value, ensure_ascii=False)[1:-1] if "\n" in value or not value else value
        case list() if all(isinstance(item, str | int | float) for item in value):
            text = ", ".join(str(item) for item in value) or "none"
        case dict() if "definition" in value:
            text = _widget(value)
        case _:
            text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _widget(widget: dict[str, Any]) -> str:
    definition = widget.get("definition") or {}
    inside = definition.get("widgets") or ()
    return str(definition.get("type", "widget")) + (f" of {len(inside)} widgets" if inside else "")


def pair(change: FieldChange, longest: int = LONGEST) -> tuple[str, str]:
    """Both sides of a change; of two long texts the parts they share are cut to `…`."""
    before, after = change.before, change.after
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > longest // 2:
        return _cut(before, after, longest)
    if isinstance(before, list) and isinstance(after, list) and _plain(before) and _plain(after):
        gone, come = [x for x in before if x not in after], [x for x in after if x not in before]
        if gone or come:
            return value_text(gone, longest) if gone else "…", value_text(come, longest) if come else "…"
    return value_text(before, longest), value_text(after, longest)


def _plain(items: list[Any]) -> bool:
    return all(isinstance(item, str | int | float) for item in items)


def _cut(before: str, after: str, longest: int) -> tuple[str, str]:
    """Both texts less their common beginning and end, cut at words."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    while start and not before[start - 1].isspace() and before[start - 1] not in ",{(:":
        start -= 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    while end and not before[len(before) - end].isspace() and before[len(before) - end] not in ",})":
        end -= 1
    return tuple(_between(text, start, end, longest) for text in (before, after))  # type: ignore[return-value]


def _between(text: str, start: int, end: int, longest: int) -> str:
    middle = " ".join(text[start : len(text) - end].split("\n"))
    if len(middle) > longest:
        middle = middle[: longest - 1] + "…"
    head = "… " if start else ""
    return f"{head}{middle}{' …' if end else ''}".strip() or "—"
