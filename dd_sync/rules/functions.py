"""Rules about functions of metric monitors: what they may hold, and which of their arguments Datadog knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dd_sync.query.parts import evaluation
from dd_sync.query.span import span
from dd_sync.query.tree import Call, Keyword, Number, String
from dd_sync.query.vocabulary import PERCENTILE
from dd_sync.query.walk import walk
from dd_sync.rules.facts import MonitorFacts
from dd_sync.rules.rule import Broken, mapping, number, rule

MINUTE = 60
LONGEST_FILL = 600
_UNFIT = frozenset("anomalies cumsum integral outliers piecewise_constant robust_trend trend_line".split())
_ALGORITHMS = {
    "anomalies": ("basic", "agile", "robust"),
    "forecast": ("linear", "seasonal"),
    "outliers": ("dbscan", "mad", "scaleddbscan", "scaledmad"),
}
_DIRECTIONS = ("both", "above", "below")
_SPACE = frozenset({"avg", "sum", "min", "max", "count"})
_TIME = frozenset({"avg", "sum", "min", "max", "percentile", "count", "last", "stddev"})
_UNPARSED = "query parsing error"


@rule("aggregator", "error", "stated", "API description: create a monitor, metric alert query")
def aggregator(monitor: MonitorFacts) -> Iterator[Broken]:
    """Time is reduced by avg, sum, min, max or percentile; space by avg, sum, min, max, or a percentile or count of a
    distribution."""
    head = evaluation(monitor.query)
    if head is None:
        return
    if head.aggregator not in _TIME and not PERCENTILE.fullmatch(head.aggregator):
        text = f"{head.aggregator}(…) is no way to reduce time"
        yield Broken(text, "query", head.start, head.end, "avg, sum, min, max or percentile")
    for metric in monitor.metrics:
        name = metric.aggregator
        if name is not None and name not in _SPACE and not PERCENTILE.fullmatch(name):
            fix = "avg, sum, min, max, or p95 of a distribution"
            yield Broken(f"{name}: is no way to reduce space", "query", metric.start, metric.end, fix)


@rule(
    "function-nested",
    "error",
    "stated",
    "documentation#5407, 2019-09",
    "docs: Anomaly Monitor FAQ; Forecasts Monitor, troubleshooting",
    says=_UNPARSED,
)
def function_nested(monitor: MonitorFacts) -> Iterator[Broken]:
    """`anomalies()` and `forecast()` hold no trend, cumulative or outlier functions, nor each other."""
    for outer in (*monitor.called("anomalies"), *monitor.called("forecast")):
        for argument in outer.arguments:
            for part in walk(argument):
                if isinstance(part, Call) and part.function in _UNFIT | {"forecast"}:
                    text = f"{outer.function}() cannot hold {part.function}()"
                    yield Broken(text, "query", part.start, part.end, "use the plain metric")


@rule("function-algorithm", "error", "stated", "docs: Anomaly, Forecasts and Outlier Monitor")
def function_algorithm(monitor: MonitorFacts) -> Iterator[Broken]:
    """Algorithms have names: basic, agile, robust; linear, seasonal; DBSCAN, MAD, scaledDBSCAN, scaledMAD."""
    for function, known in _ALGORITHMS.items():
        for call in monitor.called(function):
            second = call.arguments[1] if len(call.arguments) > 1 else None
            if isinstance(second, String) and second.raw.lower() not in known:
                text = f"{function}() knows no algorithm {second.raw}"
                yield Broken(text, "query", second.start, second.end, ", ".join(known))


@rule("anomaly-direction", "error", "stated", "docs: Anomaly Monitor")
def anomaly_direction(monitor: MonitorFacts) -> Iterator[Broken]:
    """`direction` is both, above or below."""
    for call in monitor.called("anomalies"):
        for one in call.arguments:
            value = one.value if isinstance(one, Keyword) and one.name == "direction" else None
            if isinstance(value, String) and value.raw not in _DIRECTIONS:
                text = f"direction cannot be {value.raw}"
                yield Broken(text, "query", one.start, one.end, ", ".join(_DIRECTIONS))


@rule("fill-limit", "error", "stated", "docs: Functions / Interpolation")
def fill_limit(monitor: MonitorFacts) -> Iterator[Broken]:
    """`fill()` bridges 600 seconds at most in a monitor."""
    for call in monitor.called("fill"):
        for one in call.arguments[1:]:
            if isinstance(one, Number) and float(one.text) > LONGEST_FILL:
                yield Broken(f"fill() bridges {LONGEST_FILL} seconds at most", "query", one.start, one.end, "600")


@rule("anomaly-windows", "error", "stated", "docs: Anomaly Monitor: threshold_windows must include both")
def anomaly_windows(monitor: MonitorFacts) -> Iterator[Broken]:
    """`threshold_windows` holds both windows, each a span such as `last_15m`."""
    windows = monitor.options.get("threshold_windows")
    if not isinstance(windows, dict) or not windows:
        return
    for name in ("trigger_window", "recovery_window"):
        value, path = windows.get(name), f"options.threshold_windows.{name}"
        if value is None and monitor.called("anomalies"):
            yield Broken(f"threshold_windows needs a {name}", path, fix="last_15m")
        elif value is not None and _last(value) is None:
            yield Broken(f"{name} cannot be {value!r}", path, fix="a span such as last_15m")


@rule("anomaly-windows-match", "warning")
def anomaly_windows_match(monitor: MonitorFacts) -> Iterator[Broken]:
    """An anomaly monitor has `threshold_windows`, and its trigger window is the query's `alert_window`.

    Datadog's docs, "Anomaly monitor": required by the API for new monitors; old ones live without.
    """
    if not monitor.called("anomalies"):
        return
    windows, written = monitor.options.get("threshold_windows"), _alert_window(monitor)
    if not isinstance(windows, dict):
        if written is not None and "options" in monitor.payload:
            yield Broken(
                "an anomaly monitor needs threshold_windows",
                "options.threshold_windows",
                fix=f'{{"trigger_window": "{written}", "recovery_window": "{written}"}}',
            )
    elif written is not None and windows.get("trigger_window") not in (None, written):
        yield Broken(
            f"the query's alert_window is {written}, the trigger window {windows['trigger_window']}",
            "options.threshold_windows.trigger_window",
            fix="write the same in both places",
        )


@rule(
    "anomaly-recovery-window",
    "error",
    "stated",
    "docs: Anomaly Monitor, recovery window",
    "documentation#19363, 2023-08",
    says="alert and alert recovery criteria are such that the monitor can be simultaneously in alert and alert recovery"
    " states",
)
def anomaly_recovery_window(monitor: MonitorFacts) -> Iterator[Broken]:
    """Alert and recovery exclude each other: the recovery window is at least trigger × (1 − threshold) + 1 minute."""
    windows = mapping(monitor.options.get("threshold_windows"))
    trigger, recovery = _last(windows.get("trigger_window")), _last(windows.get("recovery_window"))
    threshold = number(monitor.thresholds.get("critical"))
    threshold = monitor.threshold if threshold is None else threshold
    if not monitor.called("anomalies") or trigger is None or recovery is None or threshold is None:
        return
    least = trigger * (1 - min(max(threshold, 0), 1)) + MINUTE
    if recovery < min(least, trigger):
        text = f"the recovery window of {recovery // MINUTE} minutes can hold while the alert still does"
        fix = f"at least last_{-(-int(least) // MINUTE)}m"
        yield Broken(text, "options.threshold_windows.recovery_window", fix=fix)


RULES = (
    aggregator,
    function_nested,
    function_algorithm,
    anomaly_direction,
    fill_limit,
    anomaly_windows,
    anomaly_windows_match,
    anomaly_recovery_window,
)


def _last(value: object) -> int | None:
    """The seconds of `last_15m`."""
    return span(value) if isinstance(value, str) and re.match(r"last_\d", value) else None


def _alert_window(monitor: MonitorFacts) -> str | None:
    """The `alert_window='last_15m'` of anomalies()."""
    for call in monitor.called("anomalies"):
        for argument in call.arguments:
            if isinstance(argument, Keyword) and argument.name == "alert_window" and isinstance(argument.value, String):
                return argument.value.raw
    return None
