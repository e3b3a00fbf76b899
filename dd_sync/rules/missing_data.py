"""Rules about missing data: which options exclude each other, and which the query or the type does not take."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync.query.parts import evaluation, seconds
from dd_sync.query.span import span, span_text
from dd_sync.rules.facts import MonitorFacts
from dd_sync.rules.rule import Broken, mapping, number, rule

MINUTE, DAY = 60, 86400
ON_MISSING_DATA = ("default", "show_no_data", "show_and_notify_no_data", "resolve")
_PATH = "options.on_missing_data"


@rule(
    "missing-data-both",
    "error",
    "stated",
    "terraform-provider-datadog: monitor",
    "kennel: on_missing_data and no_data_timeframe, 2026-01",
)
def missing_data_both(monitor: MonitorFacts) -> Iterator[Broken]:
    """`on_missing_data` replaces `notify_no_data` and `no_data_timeframe`; Datadog refuses both together.

    `notify_no_data: false` beside it is seen in recordings, and taken.
    """
    if monitor.options.get("on_missing_data") is None:
        return
    for name in ("notify_no_data", "no_data_timeframe"):
        if monitor.options.get(name):
            yield Broken(f"on_missing_data and {name} exclude each other", f"options.{name}", fix=f"leave out {name}")


@rule(
    "missing-data-value",
    "error",
    "stated",
    "API description: OnMissingDataOption",
    "docs: Migrating to On Missing Data",
    says="Invalid on_missing_data value: …",
)
def missing_data_value(monitor: MonitorFacts) -> Iterator[Broken]:
    """`on_missing_data` is default, show_no_data, show_and_notify_no_data or resolve."""
    value = monitor.options.get("on_missing_data")
    if value is not None and value not in ON_MISSING_DATA:
        says = f"Invalid on_missing_data value: {value}"
        yield Broken(f"on_missing_data cannot be {value!r}", _PATH, fix=", ".join(ON_MISSING_DATA), says=says)


@rule(
    "missing-data-type",
    "error",
    "stated",
    "terraform-provider-datadog#2942, 2025-04",
    types=("service check", "composite", "slo alert"),
    says="Invalid monitor option: on_missing_data",
)
def missing_data_type(monitor: MonitorFacts) -> Iterator[Broken]:
    """Service checks, composites and SLO alerts have no `on_missing_data`; the first two take `notify_no_data`."""
    if monitor.options.get("on_missing_data") is not None:
        yield Broken(f"a {monitor.type} has no on_missing_data", _PATH, fix="use notify_no_data")


@rule(
    "missing-data-default-zero",
    "error",
    "reported",
    "terraform-provider-datadog#2815, 2025-02",
    "kennel: missing data and default_zero, 2026-01",
    "documentation#39238, 2026-08",
    says="Invalid on_missing_data value: …; valid value is: default",
)
def missing_data_default_zero(monitor: MonitorFacts) -> Iterator[Broken]:
    """A metric query with `default_zero()` always has data: no `on_missing_data` but `default` goes with it."""
    value = monitor.options.get("on_missing_data")
    if value in ON_MISSING_DATA[1:] and monitor.metric and (found := monitor.called("default_zero")):
        says = f"Invalid on_missing_data value: {value}; valid value is: default"
        fix = "on_missing_data: default, or a query without default_zero()"
        yield Broken(f"{value} does not go with default_zero()", "query", found[0].start, found[0].end, fix, says)


@rule(
    "missing-data-schedule",
    "error",
    "reported",
    "datadog-sync-cli#619, 2026-07 (recordings until 2026-02 were accepted)",
)
def missing_data_schedule(monitor: MonitorFacts) -> Iterator[Broken]:
    """A monitor on a custom schedule says what missing data means."""
    schedule = mapping(monitor.options.get("scheduling_options")).get("custom_schedule")
    if schedule and monitor.options.get("on_missing_data") is None:
        yield Broken("a custom schedule needs on_missing_data", _PATH, fix='on_missing_data: "default"')


@rule(
    "no-data-retention",
    "error",
    "reported",
    "kennel: no_data_timeframe, 2026-07",
    says="no_data_timeframe must not exceed group retention",
)
def no_data_retention(monitor: MonitorFacts) -> Iterator[Broken]:
    """Data is missed only while its group is kept: `no_data_timeframe` is at most the group retention, else a day."""
    timeframe = number(monitor.options.get("no_data_timeframe"))
    named = monitor.options.get("group_retention_duration")
    kept = (span(named) if isinstance(named, str) else None) or DAY
    if timeframe is not None and timeframe * MINUTE > kept:
        text = f"no_data_timeframe is {span_text(int(timeframe * MINUTE))}, groups are kept for {span_text(kept)}"
        yield Broken(text, "options.no_data_timeframe", fix=f"at most {kept // MINUTE} minutes")


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


RULES = (
    missing_data_both,
    missing_data_value,
    missing_data_type,
    missing_data_default_zero,
    missing_data_schedule,
    no_data_retention,
    no_data_timeframe,
)
