"""Rules about what a definition points at and carries: other objects, tags, priority."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.query.parts import step, text_argument
from dd_sync.query.span import span
from dd_sync.query.tree import Chain, Id, Reference, String
from dd_sync.rules.facts import MonitorFacts
from dd_sync.rules.rule import Broken, rule

LONGEST_TAG = 200
_TAG = re.compile(r"[^\W\d_][\w./:\-]*(?<!:)")
_REFERENCE = re.compile(r"\$\{([a-z]+):")
_HOUR = 3600
_BUDGETS = {"7d": 7, "30d": 30, "90d": 90}


@rule("raw-id", "warning")
def raw_id(monitor: MonitorFacts) -> Iterator[Broken]:
    """Other objects are named by key: an id belongs to one organisation, and changes when the object is replaced."""
    for place in monitor.nodes:
        if isinstance(place, Id):
            yield Broken(f"monitor {place.text} is named by its id", "query", place.start, place.end, "${monitor:key}")
    for chain, subject in _slos(monitor):
        if not _REFERENCE.match(subject.raw):
            yield Broken(
                f"{chain.name} names an SLO by its id",
                "query",
                subject.start,
                subject.end,
                f'{chain.name}("${{slo:key}}")',
            )


@rule("reference-kind", "error", "stated", "API description: create a monitor, composite query")
def reference_kind(monitor: MonitorFacts) -> Iterator[Broken]:
    """A composite joins monitors, an SLO alert watches an SLO."""
    for place in monitor.nodes:
        if isinstance(place, Reference) and monitor.type == "composite" and place.kind != "monitor":
            yield Broken(f"a composite joins monitors, not a {place.kind}", "query", place.start, place.end)
    for chain, subject in _slos(monitor):
        reference = _REFERENCE.match(subject.raw)
        if reference and reference[1] != "slo":
            yield Broken(f"{chain.name} watches an SLO, not a {reference[1]}", "query", subject.start, subject.end)


@rule("composite-size", "error", "stated", "docs: Composite monitor")
def composite_size(monitor: MonitorFacts) -> Iterator[Broken]:
    """A composite joins at most 10 monitors (Datadog's docs, "Composite monitor")."""
    count = sum(isinstance(place, Id | Reference) for place in monitor.nodes)
    if monitor.type == "composite" and count > 10:
        yield Broken(
            f"{count} monitors are joined, Datadog takes 10", "query", fix="join fewer, or watch one metric by group"
        )


@rule(
    "slo-alert-operator",
    "error",
    "stated",
    "API description: create a monitor, SLO alert query",
    "docs: Burn rate alerts",
)
def slo_alert_operator(monitor: MonitorFacts) -> Iterator[Broken]:
    """An SLO alert compares with `>` or `>=`, and with a number above 0 (the API's description; docs, "Burn rate")."""
    condition = monitor.condition
    if condition is None or not any(_slos(monitor)):
        return
    if condition.operator not in (">", ">="):
        yield Broken(
            f"an SLO alert cannot compare with {condition.operator}", "query", condition.start, condition.end, ">"
        )
    if monitor.threshold is not None and monitor.threshold <= 0:
        yield Broken("a burn rate or budget is above 0", "query", condition.start, condition.end)


@rule("slo-alert-timeframe", "error", "stated", "API description: create a monitor, SLO alert query")
def slo_alert_timeframe(monitor: MonitorFacts) -> Iterator[Broken]:
    """An SLO alert looks at one of the SLO's time frames: 7d, 30d or 90d (the API's description)."""
    for chain, _ in _slos(monitor):
        over = step(chain, "over")
        text = text_argument(over)
        if over is not None and text not in _BUDGETS:
            yield Broken(
                f".over({text or ''}) is no time frame of an SLO", "query", over.start, over.end, '"7d", "30d", "90d"'
            )


@rule("burn-rate-windows", "error", "stated", "docs: Burn rate alerts")
def burn_rate_windows(monitor: MonitorFacts) -> Iterator[Broken]:
    """A burn rate has a long window of 1 to 48 hours and a shorter short one (Datadog's docs, "Burn rate alerts")."""
    for chain, _ in _slos(monitor):
        if chain.name != "burn_rate":
            continue
        long, short = (step(chain, name) for name in ("long_window", "short_window"))
        lengths = [span(text_argument(call) or "") if call else None for call in (long, short)]
        if long is None or short is None or lengths[0] is None or lengths[1] is None:
            missing = "long_window" if long is None else "short_window"
            yield Broken(
                f'expected .{missing}("…")', "query", chain.start, chain.end, '.long_window("1h").short_window("5m")'
            )
        elif not _HOUR <= lengths[0] <= 48 * _HOUR:
            yield Broken("the long window is 1 to 48 hours", "query", long.start, long.end, '"1h" to "48h"')
        elif lengths[1] >= lengths[0]:
            yield Broken(
                "the short window is not shorter than the long one", "query", short.start, short.end, "a twelfth"
            )


@rule("error-budget-range", "error")
def error_budget_range(monitor: MonitorFacts) -> Iterator[Broken]:
    """An error budget is consumed from 0 to 100 percent: an alert above 100 never comes."""
    condition = monitor.condition
    if (
        condition
        and any(chain.name == "error_budget" for chain, _ in _slos(monitor))
        and (monitor.threshold or 0) > 100
    ):
        yield Broken("more than 100 % of an error budget", "query", condition.start, condition.end, "a percentage")


@rule("tag-length", "error", "stated", "docs: Getting started with tags")
def tag_length(payload: Mapping[str, Any]) -> Iterator[Broken]:
    """A tag has 200 characters at most."""
    for index, tag in _tags(payload):
        if len(tag) > LONGEST_TAG:
            yield Broken(f"the tag {tag[:40]!r} has {len(tag)} characters, {LONGEST_TAG} at most", f"tags[{index}]")


@rule("tag-characters", "warning")
def tag_characters(payload: Mapping[str, Any]) -> Iterator[Broken]:
    """A tag starts with a letter and holds letters, digits, `_ - : . /`; others become `_` where tags are searched.

    Datadog's docs, "Getting started with tags". Monitors keep their tags as written (seen in recordings).
    """
    for index, tag in _tags(payload):
        if not tag:
            yield Broken("the tag is empty", f"tags[{index}]", fix="leave it out")
        elif "${" not in tag and not _TAG.fullmatch(tag):
            odd = next((c for c in tag if not re.fullmatch(r"[\w./:\-]", c)), tag[0])
            yield Broken(f"{odd!r} is not kept in a tag: {tag}", f"tags[{index}]", fix="letters, digits and _ - : . /")


@rule("tag-repeated", "warning")
def tag_repeated(payload: Mapping[str, Any]) -> Iterator[Broken]:
    """The same tag twice: one of them was meant to be another."""
    seen: set[str] = set()
    for index, tag in _tags(payload):
        if tag in seen:
            yield Broken(f"{tag} stands twice", f"tags[{index}]", fix="leave one out")
        seen.add(tag)


RULES = (
    raw_id,
    reference_kind,
    composite_size,
    slo_alert_operator,
    slo_alert_timeframe,
    burn_rate_windows,
    error_budget_range,
)

TAG_RULES = (tag_length, tag_characters, tag_repeated)


def _slos(monitor: MonitorFacts) -> Iterator[tuple[Chain, String]]:
    for chain in monitor.chains:
        if chain.name in ("error_budget", "burn_rate") and isinstance(chain.subject, String):
            yield chain, chain.subject


def _tags(payload: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    tags = payload.get("tags")
    for index, tag in enumerate(tags if isinstance(tags, list) else ()):
        if isinstance(tag, str):
            yield index, tag
