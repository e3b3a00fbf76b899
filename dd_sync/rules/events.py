"""Rules about monitors of events: logs, traces, RUM, CI, audit trail and their like, live processes, service checks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dd_sync.query.parts import step, text_argument
from dd_sync.query.vocabulary import EVENT_SOURCES
from dd_sync.rules.facts import MonitorFacts
from dd_sync.rules.rule import Broken, rule

MOST_GROUPS = 4
ROLLUPS = frozenset({"count", "cardinality", "avg", "sum", "min", "max", "median"})
_LATER = frozenset({"latest", "earliest", "most_frequent", "delta"})
_PERCENTILE = re.compile(r"pc\d{1,3}(\.\d+)?")
_ISSUES = ("all", "browser", "mobile", "backend")
COUNTED = tuple(
    name for name in EVENT_SOURCES if name not in ("process alert", "slo alert", "cost alert", "data-jobs alert")
)
"""Types that roll events up; old event monitors and the newer kinds too."""


@rule(
    "rollup-method",
    "error",
    "stated",
    "API description: create a monitor, rollup_method",
    "docs: Log Monitor",
    types=COUNTED,
)
def rollup_method(monitor: MonitorFacts) -> Iterator[Broken]:
    """Events are rolled up by count, cardinality, avg, sum, min, max, median, or a percentile written `pc95`."""
    for chain in monitor.chains:
        rollup = step(chain, "rollup")
        method = text_argument(rollup)
        if rollup is None or chain.name in (None, "formula") or method is None or method in ROLLUPS | _LATER:
            continue
        if not _PERCENTILE.fullmatch(method):
            fix = f"p{method}".replace("pp", "pc") if re.fullmatch(r"p\d.*", method) else ", ".join(sorted(ROLLUPS))
            yield Broken(f"events are not rolled up by {method}", "query", rollup.start, rollup.end, fix)


@rule("rollup-measure", "error", "stated", "API description: create a monitor, measure", types=COUNTED)
def rollup_measure(monitor: MonitorFacts) -> Iterator[Broken]:
    """A rollup other than count names the measure or facet: `.rollup("avg", "@duration")`."""
    for chain in monitor.chains:
        rollup = step(chain, "rollup")
        if rollup is None or chain.name in (None, "formula") or len(rollup.arguments) != 1:
            continue
        method = text_argument(rollup)
        if method != "count":
            text = f"{method} needs a measure or a facet"
            yield Broken(text, "query", rollup.start, rollup.end, f'.rollup("{method}", "@duration")')


@rule("event-groups", "error", "stated", "docs: Log Monitor; Migrating to new events features", types=COUNTED)
def event_groups(monitor: MonitorFacts) -> Iterator[Broken]:
    """A monitor of events is grouped by four facets at most."""
    if len(monitor.groups) > MOST_GROUPS:
        text = f"grouped by {len(monitor.groups)} facets, Datadog takes {MOST_GROUPS}"
        for chain in monitor.chains:
            by = step(chain, "by")
            yield Broken(text, "query", by.start if by else None, by.end if by else None, "group by fewer")


@rule(
    "event-source",
    "error",
    "stated",
    "API description: create a monitor, error tracking query",
    types=("error-tracking alert",),
)
def event_source(monitor: MonitorFacts) -> Iterator[Broken]:
    """`.source()` of error tracking is all, browser, mobile or backend."""
    for chain in monitor.chains:
        source = step(chain, "source")
        text = text_argument(source)
        if source is not None and chain.name == "error-tracking" and text not in _ISSUES:
            yield Broken(f"source cannot be {text}", "query", source.start, source.end, ", ".join(_ISSUES))


@rule(
    "check-over",
    "error",
    "stated",
    "API description: create a monitor, over cannot be blank",
    types=("service check",),
)
def check_over(monitor: MonitorFacts) -> Iterator[Broken]:
    """`.over()` of a service check names tags, or `"*"`."""
    for chain in monitor.chains:
        over = step(chain, "over")
        if over is not None and not (
            over.arguments and all(text_argument(over, n) for n in range(len(over.arguments)))
        ):
            yield Broken(".over() cannot be blank", "query", over.start, over.end, '.over("*")')


RULES = (rollup_method, rollup_measure, event_groups, event_source, check_over)
