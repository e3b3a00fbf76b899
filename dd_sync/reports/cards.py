"""One change as a card of the page: what it is, whom it tells, its picture, and every difference in full."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from dd_sync.core.kind import Payload
from dd_sync.core.plan import Change
from dd_sync.core.references import ObjectId
from dd_sync.core.secrets import Redactor
from dd_sync.kinds import KINDS
from dd_sync.reports.ages import edited_ago
from dd_sync.reports.boards import Board
from dd_sync.reports.charts import Series
from dd_sync.reports.conflict import Row, conflict_rows
from dd_sync.reports.hypertext import mark_differences, shield
from dd_sync.reports.lines import Ids, compare_lines, label, what
from dd_sync.reports.of_kind import draw_of
from dd_sync.reports.paging import Pagers, paging_changes, recipients_text
from dd_sync.reports.picture import Fact, card_text
from dd_sync.reports.text import SIGNS
from dd_sync.reports.widgets import WidgetChange

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
    conflict: Sequence[Row] = ()
    """Of what code and Datadog both changed: each place, with what was applied last."""
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

    def without_pictures(self) -> Card:
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
        picture = draw_of(change.kind)(change, before, after, self.series)
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
            teams=teams(KINDS[change.kind].tags(shown)),
            told=recipients_text(change, self.pagers),
            pages=bool(found.starts or found.stops),
            differences=() if change.conflict else tuple(self._differences(change, picture.get("widgets", ()))),
            conflict=conflict_rows(change, self.mask),
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
        one, other = card_text(self.mask.json(before, name)), card_text(self.mask.json(after, name))
        short = len(one) + len(other) <= SHORT and "\n" not in one + other
        if before is None or after is None:
            return Difference(self.mask.text(name), shield(one), shield(other), short)
        return Difference(self.mask.text(name), *mark_differences(one, other), short)


def teams(tags: Sequence[str]) -> tuple[str, ...]:
    """The teams that tags name."""
    found = [tag.removeprefix("team:") for tag in tags if str(tag).startswith("team:")]
    return tuple(dict.fromkeys(found)) or (NO_TEAM,)
