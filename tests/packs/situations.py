"""Situations for the packs: series as their senders send them, minute by minute, and which alerts they set off.

A line is written in steps, `0*20 1*5 -*3 0..40*10`: a value and how many minutes it holds; `-` is no point, `a..b` a
straight line. The last step goes on to the end. Minute 0 of a situation lies `LEAD` minutes after the first point.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dd_sync.query.parse import parse
from dd_sync.query.parts import metrics
from dd_sync.testing import NotEvaluated, Series, evaluate

LEAD = 20


def steps(text: str, length: int) -> list[float | None]:
    """The values of a line."""
    found: list[float | None] = []
    for step in text.split():
        value, _, count = step.partition("*")
        minutes = int(count) if count else 1
        if ".." in value:
            low, high = (float(one) for one in value.split(".."))
            found += [low + (high - low) * n / max(1, minutes - 1) for n in range(minutes)]
        else:
            found += [None if value == "-" else float(value)] * minutes
    return (found + [found[-1]] * length)[:length]


@dataclass(frozen=True)
class Situation:
    """What happens, and which alerts it sets off, by the minute by which they have to."""

    name: str
    lines: Sequence[tuple[str, str, str]]
    """Metric, tags and steps: `("kubernetes_state.node.count", "kube_cluster_name:prod-eu", "20*40 19")`."""
    told: Mapping[str, int] = field(default_factory=dict)
    """Alerts by name and the last minute in which they may set in; all others stay silent."""
    minutes: int = 60

    def series(self) -> Iterator[Series]:
        for metric, tags, text in self.lines:
            pairs = [one.split(":", 1) for one in tags.split(",") if one]
            yield Series(metric, steps(text, LEAD + self.minutes), dict(pairs))


def fired(monitors: Mapping[str, Mapping[str, Any]], situation: Situation) -> dict[str, int]:
    """The alerts that a situation sets off, by name, and when; those that notify of missing data by it too.

    What was there before its first minute settles in the time before it.
    """
    series = list(situation.series())
    there = {one.metric for one in series}
    found: dict[str, int] = {}
    for key, payload in monitors.items():
        read = asked(payload["query"], payload["type"])
        if read is None or not read & there:
            continue
        try:
            seen = evaluate(payload, *[one for one in series if one.metric in read])
        except NotEvaluated:
            continue
        silent = payload["options"].get("on_missing_data") == "show_and_notify_no_data"
        states = {"alert", "no data"} if silent else {"alert"}
        minutes = [n for one in seen.groups for n, state in enumerate(one.states) if state in states and n >= LEAD]
        if minutes:
            name = "/".join(key.split("/")[:2])
            found[name] = min(found.get(name, 10**6), min(minutes) - LEAD)
    return found


@functools.cache
def asked(query: str, kind: str) -> frozenset[str] | None:
    """The metrics of a query; None for what is no metric monitor."""
    if kind not in ("query alert", "metric alert"):
        return None
    return frozenset(metric.name for metric in metrics(parse(query, kind)))
