"""How a dashboard is reported: both boards as grids, its size, its queries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.core.plan import Change
from dd_sync.core.wording import quantity
from dd_sync.reports.boards import boards
from dd_sync.reports.charts import Series
from dd_sync.reports.picture import Fact, Picture
from dd_sync.reports.widgets import items, widget_changes


def facts(payload: Payload) -> str:
    """How much the board holds: `12 widgets in 3 groups`."""
    every = items(payload)
    groups = sum(bool(one.definition.get("widgets")) for one in every)
    widgets = len(every) - groups
    return quantity(widgets, "widget") + (f" in {quantity(groups, 'group')}" * bool(groups))


def draw(change: Change, before: Payload | None, after: Payload | None, series: Series | None) -> Picture:
    """Both boards as grids."""
    changes = widget_changes(before, after) if before is not None and after is not None else []
    old, new = boards(before, after, changes)
    shown = after or before or {}
    every = (
        [item for item in items(shown) if item.definition.get("requests")] if before is None or after is None else []
    )
    return {
        "old_board": old,
        "new_board": new,
        "widgets": tuple(changes),
        "facts": (Fact("holds", facts(change.desired or {})),) if change.live is None else (),
        "texts": tuple(Fact(item.name, "\n".join(_queries(item.definition))) for item in every),
    }


def _queries(value: Any) -> Iterator[str]:
    """The queries somewhere inside a widget, in order."""
    match value:
        case dict():
            for name, item in value.items():
                if name in ("q", "query", "formula") and isinstance(item, str):
                    yield item
                else:
                    yield from _queries(item)
        case list():
            for item in value:
                yield from _queries(item)
