"""A monitor's thresholds drawn: over what it measures where that was read, alone on their axis where it was not.

Nothing is made up: without a series the chart says that it shows thresholds alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from dd_sync.core.errors import DdsyncError
from dd_sync.core.model import plain
from dd_sync.query.comparison import comparison
from dd_sync.query.parse import METRIC_TYPES, parse
from dd_sync.query.tree import Alert

Point = tuple[float, float]
"""A time in seconds since 1970, and a value."""

Series = Callable[[str], Sequence[Sequence[Point]] | None]
"""What a metric query measured lately, a list for each group; None where it could not be read."""

HEIGHT = 130
_TOP, _BOTTOM = 18, 4  # pixels kept free
_APART = 13  # pixels between two labels
_MOST_LINES = 20
_LEVELS = ("critical", "warning", "critical_recovery", "warning_recovery")


@dataclass(frozen=True)
class Chart:
    """What to draw. `levels` and `before` are thresholds by name."""

    operator: str
    levels: Mapping[str, float]
    before: Mapping[str, float]
    lines: Sequence[Sequence[Point]] | None = None

    @property
    def note(self) -> str:
        """What a reader must know of the lines: that there are none, or over which time they go."""
        if self.lines is None:
            return "thresholds alone: no series was read"
        times = [time for line in self.lines for time, _ in line]
        if not times:
            return "no data was measured in this time"
        minutes = (max(times) - min(times)) / 60
        groups = f", {_MOST_LINES} of {len(self.lines)} groups" if len(self.lines) > _MOST_LINES else ""
        return (
            f"measured over {minutes / 60:.0f} h{groups}"
            if minutes >= 60
            else f"measured over {minutes:.0f} min{groups}"
        )


def chart(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, series: Series | None) -> Chart | None:
    """The chart of a monitor that was `before` and becomes `after`; None for one without thresholds."""
    shown = after or before or {}
    query, type = str(shown.get("query") or ""), str(shown.get("type") or "query alert")
    found = comparison(query)
    levels = _levels(shown)
    if found is not None:
        levels = {"critical": float(found.threshold), **levels}
    if not levels:
        return None
    old = _levels(before) if before and after else {}
    measured = measure(query, type)
    lines = series(measured) if series is not None and measured is not None else None
    return Chart(found.operator if found else ">", levels, old, lines)


def measure(query: str, type: str) -> str | None:
    """What a metric monitor measures, without window and comparison; None for what is no metric query."""
    if type not in METRIC_TYPES:
        return None
    try:
        body = parse(query, type).body
    except DdsyncError:
        return None
    if not isinstance(body, Alert) or body.evaluation is None:
        return None
    return query[body.value.start : body.value.end].strip()


def _levels(monitor: Mapping[str, Any]) -> dict[str, float]:
    thresholds = (monitor.get("options") or {}).get("thresholds") or {}
    return {name: thresholds[name] for name in _LEVELS if isinstance(thresholds.get(name), int | float)}


def draw_series(chart: Chart) -> Markup:
    """The chart as SVG. Levels are laid out in pixels and labels do not scale, so that it reads at any width."""
    scale = _scale(chart)
    parts = [*_zones(chart, scale), _zero(scale), *_measured(chart, scale), *_old(chart, scale), *_now(chart, scale)]
    label = Markup("Thresholds: {}").format(", ".join(f"{name} {plain(value)}" for name, value in chart.levels.items()))
    return Markup('<svg class="chart" width="100%" height="{}" role="img" aria-label="{}">{}</svg>').format(
        HEIGHT, label, Markup("").join(parts)
    )


def _scale(chart: Chart) -> Callable[[float], float]:
    """From a value to its pixel, 0 at the top; room is left beyond the outermost threshold."""
    values = [
        *chart.levels.values(),
        *chart.before.values(),
        *(value for line in chart.lines or () for _, value in line),
    ]
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low or 1.0) * 0.2
    low, high = low - (room if low < 0 else 0), high + (room if high > 0 else 0)
    span = high - low or 1.0
    return lambda value: round(_TOP + (high - value) / span * (HEIGHT - _TOP - _BOTTOM), 1)


def _zones(chart: Chart, scale: Callable[[float], float]) -> Iterator[Markup]:
    """Where it alerts and where it warns."""
    if chart.operator[0] not in "<>":
        return
    rises = chart.operator[0] == ">"
    edge = 0.0 if rises else float(HEIGHT)
    for name in ("critical", "warning"):
        if name in chart.levels:
            level = scale(chart.levels[name])
            top, bottom = sorted((edge, level))
            yield Markup('<rect class="zone {}" x="0" width="100%" y="{}" height="{}"/>').format(
                name, top, round(bottom - top, 1)
            )
            edge = level


def _measured(chart: Chart, scale: Callable[[float], float]) -> Iterator[Markup]:
    """The series, stretched to the width."""
    times = [time for line in chart.lines or () for time, _ in line]
    if not times or chart.lines is None:
        return
    start, span = min(times), (max(times) - min(times)) or 1.0
    lines = Markup("").join(
        Markup('<polyline points="{}"/>').format(
            " ".join(f"{(time - start) / span * 1000:.0f},{scale(value)}" for time, value in line)
        )
        for line in chart.lines[:_MOST_LINES]
    )
    yield Markup(
        '<svg class="series" x="0" y="0" width="100%" height="{0}" viewBox="0 0 1000 {0}" preserveAspectRatio="none">'
        "{1}</svg>"
    ).format(HEIGHT, lines)


def _zero(scale: Callable[[float], float]) -> Markup:
    return Markup('<line class="zero" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(scale(0))


def _old(chart: Chart, scale: Callable[[float], float]) -> Iterator[Markup]:
    """Thresholds that were others before, dashed."""
    moved = {name: value for name, value in chart.before.items() if chart.levels.get(name) != value}
    for name, y, at in _apart(moved, scale):
        yield Markup('<line class="old {}" x1="0" x2="100%" y1="{}" y2="{}"/>').format(name, at, at)
        text = f"{name.replace('_', ' ')} was {plain(moved[name])}"
        yield Markup('<text class="old" x="4" y="{}">{}</text>').format(y - 5, text)


def _now(chart: Chart, scale: Callable[[float], float]) -> Iterator[Markup]:
    for name, y, at in _apart(chart.levels, scale):
        yield Markup('<line class="level {}" x1="0" x2="100%" y1="{}" y2="{}"/>').format(name, at, at)
        sign = f"{chart.operator} " if name in ("critical", "warning") else ""
        text = f"{name.replace('_', ' ')} {sign}{plain(chart.levels[name])}"
        yield Markup('<text class="level {}" x="100%" dx="-4" y="{}" text-anchor="end">{}</text>').format(
            name, y - 5, text
        )


def _apart(levels: Mapping[str, float], scale: Callable[[float], float]) -> Iterator[tuple[str, float, float]]:
    """Each level with the height of its label and of its line; labels keep their distance, downwards."""
    last = 0.0
    for name in sorted(levels, key=lambda name: scale(levels[name])):
        at = scale(levels[name])
        last = max(at, last + _APART)
        yield name, round(last, 1), at
