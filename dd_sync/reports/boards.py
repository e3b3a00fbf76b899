"""A dashboard's grid, drawn small: each widget in its place, and what happened to it.

Datadog lays widgets out on twelve columns; where a definition leaves the places to Datadog they flow three to a row
here, which is near what it does and not a promise. Boards of the free layout are scaled to 48 columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.kinds.dashboard import widget_name
from dd_sync.reports.widgets import Item, WidgetChange, items

COLUMNS = 12
FREE_COLUMNS = 48
_FLOW = (4, 2)  # columns and rows of a widget without a place
_LONGEST = 400  # rows of a board: whatever a payload says, the page stays a page

_PICTURES = {
    "timeseries": "line",
    "distribution": "bars",
    "bar_chart": "bars",
    "toplist": "rows",
    "change": "rows",
    "query_table": "rows",
    "query_value": "number",
    "check_status": "number",
    "alert_value": "number",
    "heatmap": "grid",
    "hostmap": "grid",
    "treemap": "grid",
    "note": "text",
    "free_text": "text",
    "list_stream": "rows",
    "log_stream": "rows",
    "event_stream": "rows",
    "slo": "gauge",
    "slo_list": "rows",
    "alert_graph": "line",
    "manage_status": "rows",
}


@dataclass(frozen=True)
class Box:
    """One widget in its place: columns and rows count from 1. `inside` are the widgets of a group."""

    column: int
    row: int
    width: int
    height: int
    title: str
    type: str
    mark: str = ""
    where: str = ""
    inside: tuple[Box, ...] = ()

    @property
    def picture(self) -> str:
        """Which small drawing stands for its type."""
        return _PICTURES.get(self.type, "other")


@dataclass(frozen=True)
class Board:
    """A whole dashboard, before or after."""

    columns: int
    boxes: tuple[Box, ...]


Marks = Mapping[tuple[str, str], WidgetChange]


def boards(before: Payload | None, after: Payload | None, changes: Sequence[WidgetChange]) -> tuple[Board | None, ...]:
    """Both boards; on the old one what goes is marked, on the new one what is new, changed or moved."""
    gone = {(one.old.group, one.old.name): one for one in changes if one.new is None and one.old is not None}
    here = {(one.new.group, one.new.name): one for one in changes if one.new is not None}
    old, new = board(before, gone) if before else None, board(after, here) if after else None
    return old, new


def board(payload: Payload, marks: Marks) -> Board:
    """One dashboard with its marks by group and name."""
    placed = {id(item.widget): item for item in items(payload)}
    widgets = list(payload.get("widgets") or ())
    if payload.get("layout_type") == "free":
        return Board(FREE_COLUMNS, tuple(_free(widgets, placed, marks)))
    return Board(COLUMNS, tuple(_laid(widgets, COLUMNS, placed, marks)))


def _laid(widgets: Sequence[Payload], columns: int, placed: Mapping[int, Item], marks: Marks) -> list[Box]:
    """Widgets on a grid: where their layout says, else one behind the other."""
    boxes: list[Box] = []
    column, row, tallest = 1, 1, 1
    for widget in widgets:
        inner = (widget.get("definition") or {}).get("widgets") or ()
        layout = widget.get("layout") or {}
        width = _between(layout.get("width"), columns if inner else min(_FLOW[0], columns), columns)
        inside = tuple(_laid(inner, width if layout else COLUMNS, placed, marks))
        height = _rows(inside) + 1 if inside else _between(layout.get("height"), _FLOW[1], _LONGEST)
        if layout:
            at = (_between(layout.get("x"), 0, columns - width) + 1, _between(layout.get("y"), 0, _LONGEST) + 1)
        else:
            if column + width > columns + 1:
                column, row, tallest = 1, row + tallest, 1
            at = (column, row)
            column, tallest = column + width, max(tallest, height)
        boxes.append(_box(widget, (*at, width, height), placed, marks, inside))
    return boxes


def _free(widgets: Sequence[Payload], placed: Mapping[int, Item], marks: Marks) -> list[Box]:
    """Widgets of a free board, its units scaled to columns."""
    layouts = [widget.get("layout") or {} for widget in widgets]
    wide = max((_number(one.get("x")) + _number(one.get("width")) for one in layouts), default=1) or 1
    unit = wide / FREE_COLUMNS
    boxes = []
    for widget, layout in zip(widgets, layouts, strict=True):
        x, y, width, height = (_scaled(layout.get(name), unit) for name in ("x", "y", "width", "height"))
        x, width = min(max(x, 0), FREE_COLUMNS - 1), max(width, 1)
        place = (x + 1, min(max(y, 0), _LONGEST) + 1, min(width, FREE_COLUMNS - x), min(max(height, 1), _LONGEST))
        boxes.append(_box(widget, place, placed, marks, ()))
    return boxes


def _scaled(length: object, unit: float) -> int:
    """A length in columns, whatever nonsense a payload holds."""
    return round(max(-_LONGEST, min(_number(length) / unit, _LONGEST)))


def _box(
    widget: Payload, place: tuple[int, int, int, int], placed: Mapping[int, Item], marks: Marks, inside: tuple[Box, ...]
) -> Box:
    item = placed[id(widget)]
    change = marks.get((item.group, item.name))
    mark = "" if change is None else change.mark
    return Box(*place, widget_name(widget), item.type, mark, change.where if change else "", inside)


def _rows(boxes: Sequence[Box]) -> int:
    return max((box.row + box.height - 1 for box in boxes), default=1)


def _between(value: Any, usual: int, most: int) -> int:
    """A whole number of a layout, within reason."""
    found = int(value) if isinstance(value, int | float) and not isinstance(value, bool) else usual
    return min(max(found, 0), most)


def _number(value: Any) -> float:
    """A number of a layout, within reason: what is divided later stays finite."""
    found = value if isinstance(value, int | float) and not isinstance(value, bool) else 0
    return float(found) if abs(found) > 1e-3 and abs(found) < 1e9 else 0.0


def styles(boards: Sequence[Board]) -> str:
    """The rules for every place that is used: a page without inline styles can forbid them."""
    used: set[str] = set()
    for one in boards:
        used.update(rule for box in one.boxes for rule in _rules(box))
    return "".join(sorted(used))


def _rules(box: Box) -> list[str]:
    own = [
        f".c{box.column}{{grid-column-start:{box.column}}}",
        f".w{box.width}{{grid-column-end:span {max(box.width, 1)}}}",
        f".r{box.row}{{grid-row-start:{box.row}}}",
        f".h{box.height}{{grid-row-end:span {max(box.height, 1)}}}",
    ]
    if box.inside:
        own.append(f".g{box.width}{{grid-template-columns:repeat({max(box.width, 1)},minmax(0,1fr))}}")
    return own + [rule for inner in box.inside for rule in _rules(inner)]
