"""What Datadog makes of an SLO it is sent: displays, defaults, and the second spelling of a metric query.

Measured on recorded exchanges of the real API; a comment marks what was not.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

from dd_sync.emulator.answers import Body

_TYPE_IDS = {"monitor": 0, "metric": 1, "time_slice": 2}
"""Metric and time slice were recorded; 0 for monitor SLOs is taken from Datadog's reference."""


def stored_slo(sent: Mapping[str, Any]) -> Body:
    """The writable part of an SLO as Datadog keeps it; a PUT replaces the whole."""
    thresholds = [_threshold(threshold) for threshold in sent["thresholds"]]
    body = {
        "name": sent["name"],
        "tags": [_tag(tag) for tag in sent.get("tags") or []],
        "monitor_tags": [],
        "thresholds": thresholds,
        "type": sent["type"],
        "type_id": _TYPE_IDS[sent["type"]],
        "description": sent.get("description") or "",
        "timeframe": sent.get("timeframe") or thresholds[0]["timeframe"],
        **{name: float(value) for name, value in primary_as_sent(sent).items()},
    }
    if sent["type"] == "monitor":
        body["monitor_ids"] = list(sent["monitor_ids"])
    if sent.get("groups"):
        body["groups"] = sent["groups"]
    return body | _indicator(sent)


def _tag(tag: str) -> str:
    """A tag as SLOs keep it: in lower case, `_` for what no tag holds (terraform-provider-datadog#961)."""
    return re.sub(r"[^\w\-:./]", "_", tag.strip().lower())


def slo_as_read(body: Body, chance: random.Random) -> Body:
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


def primary_as_sent(sent: Mapping[str, Any]) -> Body:
    """The primary threshold as the answer to a write shows it: numbers as they were sent; a GET shows floats."""
    first = next((item for item in sent["thresholds"] if item["timeframe"] == sent.get("timeframe")), None)
    first = first or sent["thresholds"][0]
    named = {f"{name}_threshold": sent.get(f"{name}_threshold") or first.get(name) for name in ("warning", "target")}
    return {name: value for name, value in named.items() if value is not None}


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
    return {"query": sent["query"], **_as_specification(sent["query"])}


def _as_query(count: Mapping[str, Any]) -> Body:
    """Numerator and denominator of a count specification: its formulas with the queries written out."""
    queries = {query["name"]: query["query"] for query in count["queries"]}
    good = _written_out(count["good_events_formula"], queries)
    if count.get("total_events_formula"):
        return {"numerator": good, "denominator": _written_out(count["total_events_formula"], queries)}
    return {"numerator": good, "denominator": f"({good}) + ({_written_out(count['bad_events_formula'], queries)})"}


def _written_out(formula: Mapping[str, Any] | str, queries: Mapping[str, str]) -> str:
    text = formula if isinstance(formula, str) else formula["formula"]
    return re.sub(r"\w+", lambda name: queries.get(name[0], name[0]), text)


_METRIC_QUERY = re.compile(r"\b\w++:[\w.]++\{[^{}]*+\}(?:\s*+by\s*+\{[^{}]*+\})?(?:\.\w++\([^()]*+\))*+")


def _as_specification(query: Mapping[str, str]) -> Body:
    """The count specification of a numerator and denominator, which Datadog derives since 2026-03.

    Recorded for single queries and for two with one operator, which comes back in parentheses; other arithmetic is
    written the same way without having been seen.
    """
    names: dict[str, str] = {}

    def formula(text: str) -> str:
        written = _METRIC_QUERY.sub(lambda found: names.setdefault(found[0], f"query{len(names) + 1}"), text.strip())
        return f"({written})" if re.search(r"\s[-+*/]\s", written) else written

    good, total = formula(query["numerator"]), formula(query["denominator"])
    if "{" in good + total:  # something this does not understand: say nothing rather than something wrong
        return {}
    queries = [{"data_source": "metrics", "name": name, "query": text} for text, name in names.items()]
    count = {
        "queries": queries,
        "good_events_formula": {"formula": good},
        "total_events_formula": {"formula": total},
    }
    return {"sli_specification": {"count": count}}
