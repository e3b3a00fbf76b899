"""Rules about time: evaluation windows Datadog takes, missing data, delays."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync.query.parts import evaluation, seconds, step, text_argument
from dd_sync.query.span import span, span_text
from dd_sync.query.vocabulary import EVENT_SOURCES
from dd_sync.rules.facts import MonitorFacts
from dd_sync.rules.rule import Broken, number, rule

MINUTE, HOUR, DAY = 60, 3600, 86400
LONGEST_METRIC = 31 * DAY
LONGEST_FORECAST = 366 * DAY
LONGEST_EVENTS = 2 * DAY
_LONG_TYPES = ("cost alert", "data-jobs alert", "data-quality alert", "slo alert", "error-tracking alert")

_SHIFTS = frozenset(
    (5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, DAY, 7 * DAY, 31 * DAY)
)
_SHIFTED = "5m_ago, 10m_ago, 15m_ago, 30m_ago, 1h_ago, 2h_ago, 4h_ago or 1d_ago"


@rule("window-range", "error", "stated", "docs: Configure monitors", "API description: create a monitor")
def window_range(monitor: MonitorFacts) -> Iterator[Broken]:
    """An evaluation window is as long as Datadog takes it.

    Metric monitors: 1 minute to 1 month; log, event, RUM, trace and CI monitors: 1 minute to 2 days (docs, "Configure
    monitors"; the API's description: between 1 and 2880 minutes). A service check looks at 1 to 100 runs, and at as
    many as its thresholds ask for; a percentage of runs asks for none.
    """
    head = evaluation(monitor.query)
    for window in (head.window,) if head else ():
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


@rule("window-kind", "warning", "inferred", "docs: Forecasts monitor")
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


@rule("change-shift", "error", "stated", "API description: create a monitor, timeshift")
def change_shift(monitor: MonitorFacts) -> Iterator[Broken]:
    """A change alert compares with 5, 10, 15 or 30 minutes, 1, 2 or 4 hours, a day, a week or a month ago."""
    head = evaluation(monitor.query)
    if head is None or head.shift is None:
        return
    if head.shift.kind == "ago" and seconds(head.shift) not in _SHIFTS:
        place = head.shift
        yield Broken(f"cannot compare with {span_text(seconds(place))} ago", "query", place.start, place.end, _SHIFTED)
    if head.window.kind == "last" and seconds(head.window) > 2 * DAY:
        yield Broken(
            "a change is looked at over two days at most", "query", head.window.start, head.window.end, "last_2d"
        )


@rule("window-function", "error", "stated", "docs: Outlier Monitor; Live Process Monitor")
def window_function(monitor: MonitorFacts) -> Iterator[Broken]:
    """An outlier monitor and one of live processes look back a day at most."""
    head = evaluation(monitor.query)
    if head and monitor.called("outliers") and head.window.kind == "last" and seconds(head.window) > DAY:
        text = "an outlier monitor looks back a day at most"
        yield Broken(text, "query", head.window.start, head.window.end, "last_1d")
    for chain in monitor.chains if monitor.type == "process alert" else ():
        last = step(chain, "last")
        length = span(text_argument(last) or "") if last else None
        if last is not None and length is not None and length > DAY:
            yield Broken(
                "live processes are looked back at a day at most", "query", last.start, last.end, '.last("24h")'
            )


@rule("window-seconds", "warning", "inferred", "API description: create a monitor, time_window")
def window_seconds(monitor: MonitorFacts) -> Iterator[Broken]:
    """Windows of metric monitors are given in minutes or longer units."""
    head = evaluation(monitor.query)
    if head and head.window.unit == "s":
        yield Broken("a window is given in minutes", "query", head.window.start, head.window.end, "last_5m")


RULES = (
    window_range,
    window_kind,
    forecast_window,
    change_shift,
    window_function,
    window_seconds,
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
    if "pct_by_status" in monitor.place.text:
        return  # thresholds are percentages there
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
