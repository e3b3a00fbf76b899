"""What happened to a dashboard's widgets, told as somebody would who looks at both boards.

Widgets are matched by group, title and type, so that one inserted at the front is one change. A widget that others
pushed further down has not moved: only its own order, width, height or column counts.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from dd_sync.core.diff import FieldChange, differences
from dd_sync.core.kind import Payload
from dd_sync.kinds.dashboard import KIND, widget_name

Mark = Literal["new", "gone", "moved", "changed"]


@dataclass(frozen=True)
class Item:
    """One widget of a board: its group (none at the top), its name there, and its place among its neighbours."""

    group: str
    name: str
    place: int
    neighbours: int
    widget: Payload
    before: str = ""
    """The name of the widget in front of it."""

    @property
    def definition(self) -> Mapping[str, Any]:
        return self.widget.get("definition") or {}

    @property
    def type(self) -> str:
        return str(self.definition.get("type") or "widget")

    @property
    def title(self) -> str:
        """The name without what tells it from its namesakes."""
        return widget_name(self.widget)


@dataclass(frozen=True)
class WidgetChange:
    """What happened to one widget. `old` is None for a new one, `new` for one that is gone."""

    mark: Mark
    old: Item | None
    new: Item | None
    fields: tuple[FieldChange, ...] = ()
    where: str = ""
    """Where it stands now, or how it moved: `first in its group`, `moved here from Nodes`."""

    @property
    def item(self) -> Item:
        found = self.new or self.old
        assert found is not None
        return found


def items(board: Payload) -> list[Item]:
    """Every widget of a board, groups before what they hold."""
    return list(_items(board.get("widgets") or (), ""))


def _items(widgets: Sequence[Payload], group: str) -> Iterator[Item]:
    seen: Counter[str] = Counter()
    last = ""
    for place, widget in enumerate(widgets):
        name = widget_name(widget)
        seen[name] += 1
        named = name if seen[name] == 1 else f"{name} #{seen[name]}"
        yield Item(group, named, place, len(widgets), widget, last)
        last = named
        inner = (widget.get("definition") or {}).get("widgets") or ()
        yield from _items(inner, named)


def widget_changes(before: Payload, after: Payload) -> list[WidgetChange]:
    """What makes the board `after` out of `before`; both normalised. In the order of the new board, losses last."""
    return list(_changes(items(before), items(after)))


def _changes(before: Sequence[Item], after: Sequence[Item]) -> Iterator[WidgetChange]:
    renamed = _renamed(before, after)
    before = [replace(one, group=renamed.get(one.group, one.group)) if one.group in renamed else one for one in before]
    pairs = _pairs(before, after, renamed)
    shuffled = _shuffled(pairs)
    for new in after:
        old = pairs.get((new.group, new.name))
        if old is None:
            yield WidgetChange("new", None, new, where=_place(new))
        elif change := _compared(old, new, (new.group, new.name) in shuffled):
            yield change
    kept = {(old.group, old.name) for old in pairs.values()}
    for old in before:
        if (old.group, old.name) not in kept:
            yield WidgetChange("gone", old, None)


def _renamed(before: Sequence[Item], after: Sequence[Item]) -> dict[str, str]:
    """Groups under another title, old to new: most of what one held is in the other."""
    then, now = _members(before), _members(after)
    found: dict[str, str] = {}
    for new in [name for name in now if name not in then]:
        shares = {old: len(then[old] & now[new]) for old in then if old not in now and old not in found}
        best = max(shares, key=lambda old: shares[old], default="")
        if best and 2 * shares[best] > max(len(then[best]), len(now[new])):
            found[best] = new
    return found


def _members(items: Sequence[Item]) -> dict[str, set[tuple[str, str]]]:
    groups: dict[str, set[tuple[str, str]]] = {}
    for one in items:
        if one.group:
            groups.setdefault(one.group, set()).add((one.name, one.type))
    return groups


def _pairs(before: Sequence[Item], after: Sequence[Item], renamed: Mapping[str, str]) -> dict[tuple[str, str], Item]:
    """The old widget of each new one: the one of the same group and name, else one such in another group."""
    there = {(one.group, one.name): one for one in before}
    there |= {("", renamed[one.name]): one for one in before if not one.group and one.name in renamed}
    found = {(one.group, one.name): there[one.group, one.name] for one in after if (one.group, one.name) in there}
    taken = {(one.group, one.name) for one in found.values()}
    spare: dict[tuple[str, str], list[Item]] = {}
    for old in before:
        if (old.group, old.name) not in taken:
            spare.setdefault((old.title, old.type), []).append(old)
    for new in after:
        waiting = spare.get((new.title, new.type))
        if (new.group, new.name) not in found and waiting:
            found[new.group, new.name] = waiting.pop(0)
    return found


def _shuffled(pairs: Mapping[tuple[str, str], Item]) -> set[tuple[str, str]]:
    """The fewest widgets whose order within their group changed."""
    groups: dict[str, list[tuple[tuple[str, str], Item]]] = {}
    for name, old in pairs.items():
        if old.group == name[0]:
            groups.setdefault(name[0], []).append((name, old))
    return {name for pairs in groups.values() for name in _out_of_order(pairs)}


def _out_of_order(pairs: Sequence[tuple[tuple[str, str], Item]]) -> set[tuple[str, str]]:
    now = [name for name, _ in pairs]
    then = [name for name, old in sorted(pairs, key=lambda pair: pair[1].place)]
    kept = difflib.SequenceMatcher(None, then, now, autojunk=False).get_matching_blocks()
    return set(now) - {name for block in kept for name in then[block.a : block.a + block.size]}


def _compared(old: Item, new: Item, shuffled: bool) -> WidgetChange | None:
    fields = differences(_own(old), _own(new), KIND.item_name)
    where = _movement(old, new, shuffled)
    if fields:
        return WidgetChange("changed", old, new, fields, where)
    return WidgetChange("moved", old, new, where=where) if where else None


def _own(item: Item) -> dict[str, Any]:
    """The widget's definition without the widgets in it, which are told of themselves."""
    return {name: value for name, value in item.definition.items() if name != "widgets"}


def _movement(old: Item, new: Item, shuffled: bool) -> str:
    if old.group != new.group:
        return f"moved here from {old.group or 'the top'}"
    if shuffled:
        return f"moved: now {_place(new)}"
    before, after = old.widget.get("layout") or {}, new.widget.get("layout") or {}
    if not before or not after:
        return ""
    sizes = [f"{one.get('width')} × {one.get('height')}" for one in (before, after)]
    if sizes[0] != sizes[1]:
        return f"resized: {sizes[0]} → {sizes[1]}"
    columns = [one.get("x") for one in (before, after)]
    return f"moved: column {columns[0]} → {columns[1]}" if columns[0] != columns[1] else ""


def _place(item: Item) -> str:
    inside = " in its group" if item.group else ""
    if item.neighbours == 1:
        return f"alone{inside}" if item.group else "alone"
    if item.place == 0:
        return f"first{inside}"
    if item.place == item.neighbours - 1:
        return f"last{inside}"
    return f"after “{item.before}”"
