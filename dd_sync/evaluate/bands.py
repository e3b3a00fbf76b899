"""Anomaly monitors, given the bands that Datadog drew.

How Datadog computes a band is not published, so that nothing here guesses one. With the band known, the rest is
documented ("Anomaly Monitor"): an evaluation is the share of the points in the trigger window that lie outside it, and
an alert ends by the share in the recovery window.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dd_sync.evaluate.expression import evaluate_lines
from dd_sync.evaluate.grid import Floats
from dd_sync.evaluate.lines import Line, Lines
from dd_sync.evaluate.metric import Windows
from dd_sync.evaluate.points import number_of
from dd_sync.evaluate.series import NotEvaluated, Series, Tags, Value
from dd_sync.query.tree import (
    Alert,
    Call,
    Everything,
    Expression,
    Keyword,
    Metric,
    Number,
    String,
    TagList,
    Window,
    Word,
)
from dd_sync.query.walk import walk

_LOWER, _UPPER = "band.lower", "band.upper"
_WINDOW = re.compile(r"last_(\d+)(m|h|d)")


@dataclass(frozen=True)
class Band:
    """The band around one group's line: its lower and upper edge each minute from minute 0 on, None where there is
    none."""

    lower: Sequence[Value]
    upper: Sequence[Value]
    tags: Tags = field(default_factory=dict)

    def edges(self) -> tuple[Series, Series]:
        return Series(_LOWER, self.lower, self.tags), Series(_UPPER, self.upper, self.tags)


@dataclass(frozen=True)
class Anomaly:
    """What an anomaly monitor looks at: the line, the side of the band, the windows of trigger and recovery."""

    line: Expression
    direction: str
    trigger: Window
    recovery: Window


def anomaly_of(alert: Alert, options: Mapping[str, Any]) -> Anomaly | None:
    """The anomaly monitor a query is; None for any other."""
    if not isinstance(alert.value, Call) or alert.value.function != "anomalies" or alert.evaluation is None:
        return None
    named = {one.name: one.value for one in alert.value.arguments if isinstance(one, Keyword)}
    windows = options.get("threshold_windows") or {}
    trigger = _window(windows.get("trigger_window") or _text(named.get("alert_window")), alert)
    said = str(windows.get("recovery_window") or "")
    recovery = _window(said, alert) if said else trigger
    seconds = number_of(named["interval"], "anomalies") if "interval" in named else 60
    line = _rolled(alert.value.arguments[0], max(60, int(seconds)))
    return Anomaly(line, _text(named.get("direction")) or "both", trigger, recovery)


def outside(anomaly: Anomaly, windows: Windows) -> Lines:
    """1 for each point outside the band and 0 for one inside; nothing without a point or a band."""
    line = evaluate_lines(anomaly.line, windows)
    edges = [evaluate_lines(_edge(name, line.keys, anomaly.line), windows) for name in (_LOWER, _UPPER)]
    made: dict[tuple[str, ...], Line] = {}
    for group, one in line.lines.items():
        lower, upper = (edge.line(group) for edge in edges)
        if lower is None or upper is None:
            raise NotEvaluated(f"anomalies() without the band of {','.join(group) or 'its line'}")
        made[group] = Line(_beyond(one.points, lower.points, upper.points, anomaly.direction), one.since)
    if not edges[0].lines:
        raise NotEvaluated("anomalies() without its bands")
    return Lines(line.keys, made)


def _beyond(points: Floats, lower: Floats, upper: Floats, direction: str) -> Floats:
    if points.shape != lower.shape:
        raise NotEvaluated("anomalies() of points that are not a band's")
    known = ~(np.isnan(points) | np.isnan(lower) | np.isnan(upper))
    with np.errstate(invalid="ignore"):
        above, below = points > upper, points < lower
    out = above if direction == "above" else below if direction == "below" else above | below
    return np.where(known, out.astype(np.float64), np.nan)


def _edge(name: str, keys: Sequence[str], like: Expression) -> Metric:
    """The query of a band's edge, with points as long as those of the line."""
    rollup = next(
        call for node in walk(like) if isinstance(node, Metric) for call in node.modifiers if call.function == "rollup"
    )
    by = TagList(0, 0, tuple(keys)) if keys else None
    length = next(one for one in rollup.arguments if isinstance(one, Number))
    modifiers = (Call(0, 0, "rollup", (Word(0, 0, "avg"), length)),)
    return Metric(0, 0, "avg", None, name, Everything(0, 0), by, modifiers)


def _rolled(node: Expression, seconds: int) -> Expression:
    """The line with points of the monitor's interval, where it does not say how long they are."""
    match node:
        case Metric(modifiers=modifiers) if not any(one.function == "rollup" for one in modifiers):
            how = "sum" if any(one.function == "as_count" for one in modifiers) else "avg"
            rollup = Call(0, 0, "rollup", (Word(0, 0, how), Number(0, 0, str(seconds))))
            return replace(node, modifiers=(*modifiers, rollup))
        case Metric():
            return node
    changed = {name: _rolled(getattr(node, name), seconds) for name in ("item", "left", "right") if hasattr(node, name)}
    if isinstance(node, Call):
        changed["arguments"] = tuple(_rolled(one, seconds) for one in node.arguments)  # type: ignore[assignment]
    return replace(node, **changed)  # type: ignore[arg-type]


def _window(text: str, alert: Alert) -> Window:
    assert alert.evaluation is not None
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise NotEvaluated(f"anomalies() over the window {text or 'of nothing'}")
    return replace(alert.evaluation.window, kind="last", amount=int(found[1]), unit=found[2])


def _text(node: object) -> str:
    return node.raw if isinstance(node, String) else ""
