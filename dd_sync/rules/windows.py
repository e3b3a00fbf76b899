"""Rules about time: evaluation windows Datadog takes, missing data, delays."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync.query.parts import evaluation, seconds, step, text_argument
from dd_sync.query.span import span, span_text
from dd_sync.query.tree import Keyword, String
from dd_sync.query.vocabulary import EVENT_SOURCES
from dd_sync.rules.facts import MonitorFacts
from dd_sync.rules.rule import Broken, number, rule

MINUTE, HOUR, DAY = 60, 3600, 86400
LONGEST_METRIC = 31 * DAY
LONGEST_FORECAST = 366 * DAY
LONGEST_EVENTS = 2 * DAY
_LONG_TYPES = ("cost alert", "data-jobs alert", "data-quality alert", "slo alert", "error-tracking alert")

ON_MISSING_DATA = ("default", "show_no_data", "show_and_notify_no_data", "resolve")


@rule("window-range", "error")
def window_range(monitor: MonitorFacts) -> Iterator[Broken]:
    """An evaluation window is as long as Datadog takes it.

    Metric monitors: 1 minute to 1 month; log, event, RUM, trace and CI monitors: 1 minute to 2 days (docs, "Configure
    monitors"; the API's description: between 1 and 2880 minutes). A service check looks at 1 to 100 runs.
    """
    head = evaluation(monitor.query)
    for window in (head.window, head.shift) if head else ():
        if window is not None:
            longest = LONGEST_FORECAST if window.kind == "next" else LONGEST_METRIC
            yield from _outside(seconds(window), longest, window.start, window.end)
    for chain in monitor.chains:
        last = step(chain, "last", "current")
        if last is None or not last.arguments:
            continue
        text, place = text_argument(last) or "", last.arguments[0]
        if chain.name is None:
            yield from _runs(monitor, text, place.start, place.end)
        elif (length := span(text)) is not None:
            longest = LONGEST_EVENTS if _short(monitor) else LONGEST_METRIC * 3
            yield from _outside(length, longest, place.start, place.end)


@rule("window-kind", "error")
def window_kind(monitor: MonitorFacts) -> Iterator[Broken]:
    """A window that looks ahead, `next_1w`, belongs to forecast(), and to nothing else (docs, "Forecasts monitor")."""
    head = evaluation(monitor.query)
    if head and head.window.kind == "next" and not monitor.called("forecast"):
        yield Broken(
            "next_… looks ahead, and nothing is forecast",
            "query",
            head.window.start,
            head.window.end,
            "use last_…, or forecast(…)",
        )


@rule("forecast-window", "warning")
def forecast_window(monitor: MonitorFacts) -> Iterator[Broken]:
    """A forecast looks ahead: its window is `next_…` (docs, "Forecasts monitor")."""
    head = evaluation(monitor.query)
    if head and head.window.kind != "next" and (found := monitor.called("forecast")):
        yield Broken("forecast() looks ahead, the window looks back", "query", found[0].start, found[0].end, "next_1w")


@rule("anomaly-windows", "warning")
def anomaly_windows(monitor: MonitorFacts) -> Iterator[Broken]:
    """An anomaly monitor has `threshold_windows`, and its trigger window is the query's `alert_window`.

    Datadog's docs, "Anomaly monitor": required by the API for new monitors; old ones live without.
    """
    if not monitor.called("anomalies"):
        return
    windows = monitor.options.get("threshold_windows")
    written = _alert_window(monitor)
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


@rule("missing-data-both", "error")
def missing_data_both(monitor: MonitorFacts) -> Iterator[Broken]:
    """`on_missing_data` replaces `notify_no_data` and `no_data_timeframe`; Datadog refuses both together.

    `notify_no_data: false` beside it is seen in recordings, and taken.
    """
    if monitor.options.get("on_missing_data") is None:
        return
    for name in ("notify_no_data", "no_data_timeframe"):
        if monitor.options.get(name):
            yield Broken(f"on_missing_data and {name} exclude each other", f"options.{name}", fix=f"leave out {name}")


@rule("missing-data-value", "error")
def missing_data_value(monitor: MonitorFacts) -> Iterator[Broken]:
    """`on_missing_data` is default, show_no_data, show_and_notify_no_data or resolve."""
    value = monitor.options.get("on_missing_data")
    if value is not None and value not in ON_MISSING_DATA:
        yield Broken(f"on_missing_data cannot be {value!r}", "options.on_missing_data", fix=", ".join(ON_MISSING_DATA))


@rule("missing-data-type", "warning")
def missing_data_type(monitor: MonitorFacts) -> Iterator[Broken]:
    """Service checks, composites and SLO alerts take `notify_no_data`, not `on_missing_data` (docs, "No data")."""
    if monitor.options.get("on_missing_data") and monitor.type in ("service check", "composite", "slo alert"):
        yield Broken(f"a {monitor.type} has no on_missing_data", "options.on_missing_data", fix="use notify_no_data")


@rule("no-data-timeframe", "warning")
def no_data_timeframe(monitor: MonitorFacts) -> Iterator[Broken]:
    """Data counts as missing after twice the window, not sooner: one late point would page (the API's description)."""
    timeframe = number(monitor.options.get("no_data_timeframe"))
    head = evaluation(monitor.query)
    if not timeframe or not monitor.options.get("notify_no_data") or head is None or head.window.kind != "last":
        return
    window = seconds(head.window)
    if timeframe * MINUTE < 2 * window:
        yield Broken(
            f"no_data_timeframe is {span_text(int(timeframe * MINUTE))},"
            f" less than twice the window of {span_text(window)}",
            "options.no_data_timeframe",
            fix=f"at least {2 * window // MINUTE} minutes",
        )


@rule("delay-range", "error")
def delay_range(monitor: MonitorFacts) -> Iterator[Broken]:
    """Delays are whole seconds, 0 or more; `timeout_h` is 0 to 24 hours (the API's description)."""
    for name in ("evaluation_delay", "new_group_delay", "new_host_delay", "timeout_h", "renotify_interval"):
        value = monitor.options.get(name)
        if value is None:
            continue
        amount = float(value) if isinstance(value, str) and value.isdecimal() else number(value)
        if amount is None or amount < 0 or (name == "timeout_h" and amount > 24):
            allowed = "0 to 24" if name == "timeout_h" else "0 or more"
            yield Broken(f"{name} cannot be {value!r}", f"options.{name}", fix=allowed)


@rule("group-retention", "error")
def group_retention(monitor: MonitorFacts) -> Iterator[Broken]:
    """`group_retention_duration` is between 1 and 72 hours (the API's description)."""
    value = monitor.options.get("group_retention_duration")
    length = span(value) if isinstance(value, str) else None
    if value is not None and (length is None or not HOUR <= length <= 72 * HOUR):
        yield Broken(
            f"group_retention_duration cannot be {value!r}", "options.group_retention_duration", fix="1h to 72h"
        )


RULES = (
    window_range,
    window_kind,
    forecast_window,
    anomaly_windows,
    missing_data_both,
    missing_data_value,
    missing_data_type,
    no_data_timeframe,
    delay_range,
    group_retention,
)


def _outside(length: int, longest: int, start: int, end: int) -> Iterator[Broken]:
    if not MINUTE <= length <= longest:
        yield Broken(
            f"the window is {span_text(length)}, Datadog takes 1 minute to {span_text(longest)}",
            "query",
            start,
            end,
            f"between 1 minute and {span_text(longest)}",
        )


def _runs(monitor: MonitorFacts, text: str, start: int, end: int) -> Iterator[Broken]:
    """The number of runs a service check looks at."""
    if not text.isdecimal() or len(text) > 3 or not 1 <= int(text) <= 100:
        yield Broken(f".last({text}) counts runs: 1 to 100", "query", start, end, "a number from 1 to 100")
        return
    largest = max((number(monitor.thresholds.get(name)) or 0 for name in ("ok", "warning", "critical")), default=0)
    if largest > int(text):
        yield Broken(
            f".last({text}) never sees {int(largest)} runs, which a threshold asks for",
            "query",
            start,
            end,
            f".last({int(largest) + 1})",
        )


def _short(monitor: MonitorFacts) -> bool:
    return monitor.type in EVENT_SOURCES and monitor.type not in _LONG_TYPES


def _alert_window(monitor: MonitorFacts) -> str | None:
    """The `alert_window='last_15m'` of anomalies()."""
    for call in monitor.called("anomalies"):
        for argument in call.arguments:
            if isinstance(argument, Keyword) and argument.name == "alert_window" and isinstance(argument.value, String):
                return argument.value.raw
    return None
