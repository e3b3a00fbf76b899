"""The picture of a situation: the series it bends most, and the states of the alerts that read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dd_sync.core.gameday import Bar, Line, Notice, Scene
from dd_sync.evaluate import Series
from dd_sync.gameday.source import Source
from dd_sync.gameday.stage import Alert, Moment, Play

BEFORE = 10
"""Minutes before the situation that are shown."""

MOST_LINES = 5

_WORST = ("ok", "no data", "warn", "alert")


def scene(
    stage: Play, heard: Sequence[Alert], moments: Mapping[str, Sequence[Moment]], noticed: Sequence[Notice]
) -> Scene:
    """What to draw: of each metric that alerts read the series that changes most, and the alerts that tell anybody."""
    spoken = list(dict.fromkeys(one.key for one in noticed))
    first = {name for one in heard if one.key in spoken for name in one.metrics}
    then = {name for one in heard for name in one.metrics}
    start = stage.start - BEFORE
    chosen: dict[str, Line] = {}
    changes: dict[str, float] = {}
    for one in stage.touched or ():
        for series in one.series(start, stage.end) if isinstance(one, Source) else ():
            line = Line(_name(series), [_number(value) for value in series.values])
            changed = _change(line.values)
            if changed > changes.get(series.metric, 0.0):
                chosen[series.metric], changes[series.metric] = line, changed
    ranked = sorted(chosen, key=lambda name: (name not in first, name not in then, -changes[name], name))
    lines = [chosen[name] for name in ranked[:MOST_LINES]]
    bars = [Bar(key, list(_states(moments[key], stage))) for key in spoken]
    return Scene(start, stage.end, lines, bars)


def _number(value: Any) -> float | None:
    """A minute's value; of a distribution the longest."""
    if value is None:
        return None
    return float(value) if isinstance(value, int | float) else max(value)


def _change(values: Sequence[float | None]) -> float:
    """How much of a series is unlike its beginning: gaps count in full."""
    before = values[0]
    high = max((abs(value) for value in values if value is not None), default=0.0) or 1.0
    return sum(
        1.0 if (value is None) != (before is None) else abs((value or 0.0) - (before or 0.0)) / high for value in values
    )


def _name(series: Series) -> str:
    told = [f"{name}:{series.tags[name]}" for name in _TELLING if name in series.tags]
    return f"{series.metric} {' '.join(told[:3])}".strip()


_TELLING = (
    "condition",
    "status",
    "replset_state",
    "reason",
    "pod_name",
    "node",
    "member",
    "replset_me",
    "queuename",
    "http.status_code",
    "host",
    "horizontalpodautoscaler",
    "kube_deployment",
    "kube_cronjob",
    "service",
)
"""Tags that tell series apart, those that say most first."""


def _states(moments: Sequence[Moment], stage: Play) -> Iterator[tuple[int, str]]:
    """The worst state of all groups, where it changes."""
    now: dict[tuple[tuple[str, str], ...], str] = {}
    before = "ok"
    for moment in sorted(moments, key=lambda one: one.minute):
        now[tuple(sorted(moment.group.items()))] = moment.state
        worst = max(now.values(), key=_WORST.index)
        if worst != before:
            yield moment.minute, worst
        before = worst
