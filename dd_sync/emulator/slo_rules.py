"""What Datadog makes of an SLO it is sent: displays, defaults, and the second spelling of a metric query.

Measured on recorded exchanges of the real API; a comment marks what was not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from dd_sync.emulator.answers import Body

_TYPE_IDS = {"monitor": 0, "metric": 1, "time_slice": 2}
"""Metric and time slice were recorded; 0 for monitor SLOs is taken from Datadog's reference."""


def stored(sent: Mapping[str, Any]) -> Body:
    """The writable part of an SLO as Datadog keeps it; a PUT replaces the whole."""
    thresholds = [_threshold(threshold) for threshold in sent["thresholds"]]
    body = {
        "name": sent["name"],
        "tags": list(sent.get("tags") or []),
        "monitor_tags": [],
        "thresholds": thresholds,
        "type": sent["type"],
        "type_id": _TYPE_IDS[sent["type"]],
        "description": sent.get("description") or "",
        **_primary(sent, thresholds),
    }
    if sent["type"] == "monitor":
        body["monitor_ids"] = list(sent["monitor_ids"])
    if sent.get("groups"):
        body["groups"] = sent["groups"]
    return body | _indicator(sent)


def read(body: Body, chance: random.Random) -> Body:
    """An SLO as one read shows it: its tags come in another order each time."""
    tags = list(body.get("tags") or [])
    if len(tags) < 2:
        return body
    chance.shuffle(tags)
    return body | {"tags": tags}


def _threshold(sent: Mapping[str, Any]) -> Body:
    threshold: Body = {"timeframe": sent["timeframe"]}
    for name in ("target", "warning"):
        if sent.get(name) is not None:
            threshold[name] = float(sent[name])
            threshold[f"{name}_display"] = _display(sent[name])
    return threshold


def _display(number: float) -> str:
    """Datadog's odd spelling: 99.5 is "99.5", 99 is "99."."""
    return f"{float(number):.10f}".rstrip("0")


def _primary(sent: Mapping[str, Any], thresholds: Sequence[Body]) -> Body:
    """The threshold Datadog's pages show first: the one named by `timeframe`, else the first."""
    first = next((item for item in thresholds if item["timeframe"] == sent.get("timeframe")), thresholds[0])
    primary: Body = {"timeframe": first["timeframe"]}
    if "warning" in first:
        primary["warning_threshold"] = first["warning"]
    return primary | {"target_threshold": first["target"]}


def _indicator(sent: Mapping[str, Any]) -> Body:
    specification = sent.get("sli_specification")
    if sent["type"] == "time_slice" and specification:
        slices = {**specification["time_slice"]}
        slices.setdefault("query_interval_seconds", 300)
        return {"sli_specification": specification | {"time_slice": slices}}
    if sent["type"] != "metric":
        return {}
    if specification:
        return {"query": _as_query(specification["count"]), "sli_specification": specification}
    return {"query": sent["query"]}


def _as_query(count: Mapping[str, Any]) -> Body:
    """Numerator and denominator of a count specification: its formulas with the queries written out."""
    queries = {query["name"]: query["query"] for query in count["queries"]}
    good = _written_out(count["good_events_formula"], queries)
    if "total_events_formula" in count:
        return {"numerator": good, "denominator": _written_out(count["total_events_formula"], queries)}
    return {"numerator": good, "denominator": f"({good}) + ({_written_out(count['bad_events_formula'], queries)})"}


def _written_out(formula: Mapping[str, Any] | str, queries: Mapping[str, str]) -> str:
    text = formula if isinstance(formula, str) else formula["formula"]
    return re.sub(r"\w+", lambda name: queries.get(name[0], name[0]), text)
