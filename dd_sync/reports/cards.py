"""One change as a card of the page: what it is, whom it tells, its picture, and every difference in full."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from dd_sync.core.errors import DdsyncError
from dd_sync.core.kind import STATES, Payload
from dd_sync.core.model import plain
from dd_sync.core.plan import Change
from dd_sync.core.references import ObjectId
from dd_sync.core.secrets import Redactor
from dd_sync.kinds import KINDS
from dd_sync.query.explain import explain
from dd_sync.query.parse import parse
from dd_sync.reports.ages import edited_ago
from dd_sync.reports.boards import Board, boards
from dd_sync.reports.charts import Series, chart, draw_series
from dd_sync.reports.hypertext import mark_differences, shield
from dd_sync.reports.lines import Ids, compare_lines, facts, label, what
from dd_sync.reports.paging import Pagers, paging_changes, recipients_text
from dd_sync.reports.text import SIGNS
from dd_sync.reports.widgets import WidgetChange, items, widget_changes

SHORT = 60
"""Characters of both sides that stand on one line."""

NO_TEAM = "no team"

WORDS = {
    "create": "new",
    "update": "changed",
    "replace": "replaced",
    "adopt": "taken over",
    "delete": "deleted",
    "held": "held",
}


FEW = 20
"""Short differences of a card that is slim."""


@dataclass(frozen=True)
class Difference:
    """One field, both sides as markup; a side that is not there is empty."""

    label: str
    before: Markup
    after: Markup
    short: bool
    """Whether both sides fit on one line."""


@dataclass(frozen=True)
class Fact:
    """Something about the object, in a line."""

    label: str
    value: str


@dataclass(frozen=True)
class Card:
    """Everything the page shows of one change."""

    anchor: str
    action: str
    word: str
    sign: str
    kind: str
    key: str
    title: str
    brief: str
    source: str = ""
    url: str = ""
    id: ObjectId | None = None
    age: str = ""
    reason: str = ""
    teams: Sequence[str] = ()
    told: Sequence[str] = ()
    pages: bool = False
    """Whether somebody starts or stops being woken."""
    facts: Sequence[Fact] = ()
    texts: Sequence[Fact] = ()
    """Long texts of a new object: its query, its message."""
    chart: Markup | None = None
    chart_note: str = ""
    old_board: Board | None = None
    new_board: Board | None = None
    widgets: Sequence[WidgetChange] = ()
    differences: Sequence[Difference] = ()
    slim: bool = False
    """Whether its pictures and long texts were left out, for a page that would have been too large."""

    @property
    def weight(self) -> int:
        """About how many characters its pictures and texts take in a page."""
        draw_series = [board for board in (self.old_board, self.new_board) if board is not None]
        return (
            sum(300 + len(one.before) + len(one.after) for one in self.differences)
            + sum(300 + len(one.value) for one in self.texts)
            + 500 * sum(1 + len(box.inside) for board in draw_series for box in board.boxes)
            + 200 * len(self.widgets)
            + len(self.chart or "")
        )

    def slimmed(self) -> Card:
        """The same without pictures and long texts: what it is, what it does, and its short differences."""
        short = tuple(one for one in self.differences if one.short)[:FEW]
        empty: dict[str, Any] = {"chart": None, "old_board": None, "new_board": None, "widgets": (), "texts": ()}
        return replace(self, **empty, differences=short, slim=True)


@dataclass(frozen=True)
class Maker:
    """What all cards of a page share."""

    ids: Ids
    pagers: Pagers
    now: float | None
    url: Callable[[str, ObjectId | None], str]
    series: Series | None
    mask: Redactor = field(default_factory=Redactor)

    def card(self, change: Change) -> Card:
        """The card of one change; secrets masked."""
        before, after = self._sides(change)
        shown = after or before or {}
        found = paging_changes([change], self.pagers)
        picture = _PICTURES.get(change.kind, _no_picture)(self, change, before, after)
        action = "held" if change.held else change.action
        return Card(
            anchor=f"{change.kind}:{change.key}",
            action=action,
            word=WORDS[action],
            sign="!" if change.held else SIGNS[change.action],
            kind=change.kind,
            key=change.key,
            title=self.mask.text(change.title),
            brief=what(change, self.ids, self.mask) or "; ".join(recipients_text(change, self.pagers)),
            source=change.source,
            url=self.url(change.kind, change.id),
            id=change.id,
            age=edited_ago(change, self.now),
            reason=change.reason,
            teams=teams(shown),
            told=recipients_text(change, self.pagers),
            pages=bool(found.starts or found.stops),
            differences=tuple(self._differences(change, picture.get("widgets", ()))),
            **picture,
        )

    def _sides(self, change: Change) -> tuple[Payload | None, Payload | None]:
        """The object before and after, in normal form, secrets masked; for an edit that is held, code and Datadog."""
        both = compare_lines(change, self.ids)
        before: Payload | None
        after: Payload | None
        if both is not None:
            before, after = reversed(both) if change.held else both
        else:
            kind = KINDS[change.kind]
            before = kind.normalise(change.live) if change.live else None
            after = kind.normalise(change.desired) if change.desired else None
        return self.mask.json(before), self.mask.json(after)

    def _differences(self, change: Change, widgets: Sequence[WidgetChange]) -> Iterator[Difference]:
        """Every field that differs, short ones first; those of widgets by the widget."""
        found = [
            self._difference(label(one.path), *((one.after, one.before) if change.held else (one.before, one.after)))
            for one in change.fields
            if not (widgets and one.path.startswith("widgets["))
        ]
        yield from sorted(found, key=lambda one: not one.short)
        for widget in widgets:
            place = f"{widget.item.group} ▸ {widget.item.name}" if widget.item.group else widget.item.name
            for one in widget.fields:
                yield self._difference(f"{place}: {one.path}", one.before, one.after)

    def _difference(self, name: str, before: Any, after: Any) -> Difference:
        one, other = card_text(self.mask.json(before)), card_text(self.mask.json(after))
        short = len(one) + len(other) <= SHORT and "\n" not in one + other
        if before is None or after is None:
            return Difference(self.mask.text(name), shield(one), shield(other), short)
        return Difference(self.mask.text(name), *mark_differences(one, other), short)


def card_text(value: Any) -> str:
    """A value in full, as text; structures as JSON over several lines."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool() | int() | float():
            return json.dumps(value)
        case list() if all(isinstance(one, str) for one in value):
            return "\n".join(value)
        case _:
            return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True)


def teams(payload: Payload) -> tuple[str, ...]:
    """The teams an object's tags name."""
    found = [tag.removeprefix("team:") for tag in payload.get("tags") or () if str(tag).startswith("team:")]
    return tuple(dict.fromkeys(found)) or (NO_TEAM,)


Picture = dict[str, Any]


def _no_picture(maker: Maker, change: Change, before: Payload | None, after: Payload | None) -> Picture:
    return {}


def _monitor(maker: Maker, change: Change, before: Payload | None, after: Payload | None) -> Picture:
    """Thresholds over what is measured; of a new or lost monitor all that it says."""
    shown = after or before or {}
    found = chart(before, after, maker.series)
    whole = before is None or after is None
    return {
        "chart": draw_series(found) if found else None,
        "chart_note": found.note if found else "",
        "facts": tuple(_about_monitor(shown, change)),
        "texts": tuple(_texts(shown, ("query", "message"))) if whole else (),
    }


def _about_monitor(monitor: Payload, change: Change) -> Iterator[Fact]:
    query, type = str(monitor.get("query") or ""), str(monitor.get("type") or "query alert")
    try:
        yield Fact("in words", explain(parse(query, type)))
    except DdsyncError:
        yield Fact("type", type)
    if monitor.get("priority"):
        yield Fact("priority", f"P{monitor['priority']}")
    recipients = change.told_after if change.desired is not None else change.told_before
    for state in STATES:
        if handles := recipients.get(state):
            yield Fact(f"on {state.replace('_', ' ')}", " ".join(handles))
    options = monitor.get("options") or {}
    said = {name: value for name, value in options.items() if name != "thresholds"}
    if said:
        yield Fact("options", ", ".join(f"{name} {card_text(value)}" for name, value in sorted(said.items())))


def _texts(payload: Payload, names: Sequence[str]) -> Iterator[Fact]:
    yield from (Fact(name, str(payload[name])) for name in names if payload.get(name))


def _slo(maker: Maker, change: Change, before: Payload | None, after: Payload | None) -> Picture:
    """The promise, and what it allows to go wrong."""
    whole = before is None or after is None
    shown = after or before or {}
    rows = [Fact(name, _budget(one)) for name, side in (("was", before), ("promise", after)) for one in _promises(side)]
    query = [Fact(name, str(text)) for name, text in (shown.get("query") or {}).items()]
    texts = [*query, *_texts(shown, ("description",))]
    return {"facts": tuple(rows if not _same_promise(before, after) else rows[-1:]), "texts": tuple(texts) * whole}


def _same_promise(before: Payload | None, after: Payload | None) -> bool:
    return before is not None and after is not None and _promises(before) == _promises(after)


def _promises(slo: Payload | None) -> list[Mapping[str, Any]]:
    return [one for one in (slo or {}).get("thresholds") or () if isinstance(one.get("target"), int | float)]


_DAY = 86_400


def _budget(promise: Mapping[str, Any]) -> str:
    """`99.95 % over 30 d: 21 min 36 s may go wrong`."""
    timeframe = str(promise.get("timeframe") or "")
    target = f"{plain(promise['target'])} % over {timeframe.replace('d', ' d')}"
    days = timeframe.removesuffix("d")
    if not days.isdecimal():
        return target
    seconds = round((100 - promise["target"]) / 100 * int(days) * _DAY)
    return f"{target}: {_length(seconds)} may go wrong"


def _length(seconds: int) -> str:
    sizes = ((_DAY, "d"), (3600, "h"), (60, "min"), (1, "s"))
    parts = []
    for size, unit in sizes:
        if seconds >= size:
            parts.append(f"{seconds // size} {unit}")
            seconds %= size
    return " ".join(parts[:2]) or "nothing"


def _dashboard(maker: Maker, change: Change, before: Payload | None, after: Payload | None) -> Picture:
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
        "facts": (Fact("holds", facts(change)),) if change.live is None else (),
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


_PICTURES: Mapping[str, Callable[[Maker, Change, Payload | None, Payload | None], Picture]] = {
    "monitor": _monitor,
    "slo": _slo,
    "dashboard": _dashboard,
}
