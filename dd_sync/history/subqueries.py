"""The parts of a monitor's query to request from Datadog; the rest is evaluated here.

Each metric is asked for on its own, with points of one minute and nothing around it: `/api/v1/query` gives series after
sources were brought together, so that arithmetic on counts would lose the order of its sums if it were asked for whole.
Shifts, functions, arithmetic and windows are done here, on what comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dd_sync.evaluate import NotEvaluated
from dd_sync.query.parse import METRIC_TYPES, parse
from dd_sync.query.printer import render
from dd_sync.query.span import span
from dd_sync.query.tree import Alert, Call, Everything, Metric, Node, Number, String, Window, Word
from dd_sync.query.vocabulary import PERCENTILE
from dd_sync.query.walk import walk

STEP_SECONDS = 60
"""The length of the points that are asked for."""

_COMMUTES = {("avg", "avg"), ("sum", "sum"), ("min", "min"), ("max", "max")}
"""Space and time aggregations that give the same in either order."""

_SHIFTS = {"hour_before": 60, "day_before": 1440, "week_before": 7 * 1440, "month_before": 28 * 1440}


@dataclass(frozen=True)
class Asked:
    """A monitor's payload over series that have the text of a sub-query for a name."""

    payload: Mapping[str, Any]
    subqueries: tuple[str, ...]
    """What to ask Datadog for, each once."""
    before: int
    """Minutes before an evaluation that it looks back: its window, its delay, what it is compared with."""
    shift: int = 0
    """Minutes of that that are another time: a day before, a week before."""
    reason: str = ""
    """Why the result is only nearly right, where it is."""


def subqueries_of(payload: Mapping[str, Any]) -> Asked:
    """What to ask for a monitor. Raises NotEvaluated for what cannot be evaluated from series, QueryError."""
    type_ = str(payload.get("type") or "query alert")
    if type_ not in METRIC_TYPES:
        raise NotEvaluated(f"a monitor of type {type_}")
    body = parse(str(payload.get("query") or ""), type_).body
    if not isinstance(body, Alert) or body.evaluation is None:
        raise NotEvaluated("a query that is no threshold on a metric")
    if body.evaluation.aggregator == "percentile":
        raise NotEvaluated("a percentile over a window, which percentiles of its minutes do not tell,")
    metrics = [node for node in walk(body.value) if isinstance(node, Metric)]
    texts = {id(one): _text(one) for one in metrics}
    names = {text: f"q{number}" for number, text in enumerate(dict.fromkeys(texts.values()))}
    value = _changed(body.value, {key: names[text] for key, text in texts.items()})
    query = render(replace(body, value=value))
    reasons = dict.fromkeys(reason for one in metrics if (reason := _nearly(one)))
    asked = {**payload, "query": query, "type": "query alert"}
    shift = max((_shift(node) for node in walk(body.value)), default=0)
    return Asked(asked, tuple(names), _reach(body, payload), shift, "; ".join(reasons))


def _text(metric: Metric) -> str:
    """What is asked for one metric: its scope and groups, counts as counts, points of a minute."""
    modifiers = {call.function: call for call in metric.modifiers}
    counted = "as_count" in modifiers or "as_rate" in modifiers
    rollup = modifiers.get("rollup")
    how = next((one.text for one in rollup.arguments if isinstance(one, Word)), "") if rollup else ""
    how = how or ("sum" if counted else "avg")
    point = Call(0, 0, "rollup", (Word(0, 0, how), Number(0, 0, str(STEP_SECONDS))))
    if PERCENTILE.fullmatch(metric.aggregator or "") or metric.condition:
        point = Call(0, 0, "rollup", (Number(0, 0, str(STEP_SECONDS)),))
    count = (Call(0, 0, "as_count", ()),) if counted else ()
    return render(replace(metric, modifiers=(*count, point)))


def _changed(node: Any, names: Mapping[int, str]) -> Any:
    """The tree with every metric replaced by the series that is asked for it, one for each group."""
    if isinstance(node, Metric):
        kept = tuple(call for call in node.modifiers if call.function != "rollup" or _minutes(call) > 1)
        return replace(
            node, name=names[id(node)], scope=Everything(0, 0), aggregator="sum", condition=None, modifiers=kept
        )
    if not isinstance(node, Node):
        return node
    changed = {}
    for name in ("item", "left", "right", "value"):
        if isinstance(getattr(node, name, None), Node):
            changed[name] = _changed(getattr(node, name), names)
    if isinstance(node, Call):
        changed["arguments"] = tuple(_changed(one, names) for one in node.arguments)
    return replace(node, **changed)


def _minutes(rollup: Call) -> float:
    return max((float(one.text) / 60 for one in rollup.arguments if isinstance(one, Number)), default=1)


def _nearly(metric: Metric) -> str:
    """Why a metric's points are only nearly right: they are brought together in another order than Datadog does."""
    rollup = next((call for call in metric.modifiers if call.function == "rollup"), None)
    if rollup is None or _minutes(rollup) <= 1:
        return ""
    space = metric.aggregator or "avg"
    if PERCENTILE.fullmatch(space) or metric.condition:
        raise NotEvaluated(f"{space} of {_minutes(rollup):g} minutes, which {space} of its minutes does not tell,")
    counted = any(call.function in ("as_count", "as_rate") for call in metric.modifiers)
    time = next((one.text for one in rollup.arguments if isinstance(one, Word)), "sum" if counted else "avg")
    if (space, time) in _COMMUTES:
        return ""
    return f"{space} of .rollup({time}) is right where each group has one source"


def _reach(alert: Alert, payload: Mapping[str, Any]) -> int:
    assert alert.evaluation is not None
    options = payload.get("options") or {}
    reach = _length(alert.evaluation.window) + int(options.get("evaluation_delay") or 0) // 60
    if alert.evaluation.shift is not None:
        reach += _length(alert.evaluation.shift)
    if options.get("notify_no_data"):
        reach += int(options.get("no_data_timeframe") or 2 * _length(alert.evaluation.window))
    return reach + max((_shift(node) for node in walk(alert.value)), default=0)


def _length(window: Window) -> int:
    return (span(f"{window.amount}{window.unit}") or 0) // 60


def _shift(node: Node) -> int:
    """Minutes that a call looks back."""
    match node:
        case Call(function=function) if function in _SHIFTS:
            return _SHIFTS[function]
        case Call(function="timeshift", arguments=arguments):
            texts = [render(one) for one in arguments[1:]]
            return round(abs(float(texts[0].replace(" ", ""))) / 60) if texts else 0
        case Call(function="calendar_shift", arguments=(_, String(raw=raw), *_)):
            return (span(raw.lstrip("-")) or 0) // 60
        case Call(function="rollup"):
            return int(_minutes(node))
    return 0
