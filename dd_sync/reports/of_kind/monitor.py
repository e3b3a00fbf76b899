"""How a monitor is reported: thresholds over what is measured, its query in words, whom it tells."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync.core.errors import DdsyncError
from dd_sync.core.kind import STATES, Payload
from dd_sync.core.plan import Change
from dd_sync.query.explain import explain
from dd_sync.query.parse import parse
from dd_sync.reports.charts import Series, chart, draw_series
from dd_sync.reports.picture import Fact, Picture, card_text, texts


def draw(change: Change, before: Payload | None, after: Payload | None, series: Series | None) -> Picture:
    """Thresholds over what is measured; of a new or lost monitor all that it says."""
    shown = after or before or {}
    found = chart(before, after, series)
    whole = before is None or after is None
    return {
        "chart": draw_series(found) if found else None,
        "chart_note": found.note if found else "",
        "facts": tuple(_about(shown, change)),
        "texts": tuple(texts(shown, ("query", "message"))) if whole else (),
    }


def _about(monitor: Payload, change: Change) -> Iterator[Fact]:
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
