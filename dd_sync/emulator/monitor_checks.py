"""What Datadog refuses in a monitor, with its own words; anything not known to be refused is accepted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dd_sync.emulator.answers import Body, Refusal
from dd_sync.emulator.shapes import NUMBER, Fields, expect
from dd_sync.emulator.store import Store

TYPES = frozenset(
    {
        "audit alert",
        "ci-pipelines alert",
        "ci-tests alert",
        "composite",
        "cost alert",
        "data-jobs alert",
        "data-quality alert",
        "database-monitoring alert",
        "error-tracking alert",
        "event alert",
        "event-v2 alert",
        "integration alert",
        "llm-observability alert",
        "log alert",
        "metric alert",
        "network-path alert",
        "network-performance alert",
        "process alert",
        "query alert",
        "rum alert",
        "service check",
        "slo alert",
        "synthetics alert",
        "trace-analytics alert",
    }
)

_UNCOMPARED = frozenset({"composite", "service check", "synthetics alert"})
"""Types whose query ends without a comparison."""

_FIELDS: Fields = {
    "name": str,
    "message": str,
    "tags": [str],
    "priority": NUMBER,
    "assets": [dict],
    "options": {
        # Old definitions hold more than numbers here (`period`, `comparison`), which Datadog takes.
        "thresholds": dict.fromkeys(
            ("critical", "warning", "ok", "unknown", "critical_recovery", "warning_recovery"), NUMBER
        ),
        "variables": [{"group_by": list}],
        "silenced": dict,
    },
}

_COMPARISON = re.compile(r"(>=|<=|>|<|==|!=)\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*$")
_METRIC_TYPES = frozenset({"metric alert", "query alert"})


def check(body: Mapping[str, Any]) -> None:
    """Raises the refusal Datadog would answer to a whole monitor."""
    type_, query = body.get("type"), body.get("query")
    if not isinstance(type_, str) or type_ not in TYPES:
        raise _invalid("type")
    if not isinstance(query, str) or not query.strip():
        raise _invalid("query")
    expect(body, _FIELDS)
    if type_ not in _UNCOMPARED:
        _check_comparison(type_, query.strip(), (body.get("options") or {}).get("thresholds") or {})


def check_unique(body: Body, store: Store, org_id: int) -> None:
    """Refuses an exact repetition of a live monitor.

    The sentence is recorded; which fields count is not. Here all that says what a monitor does and tells must be
    equal, so that nothing Datadog accepts is refused.
    """
    for entry in store.named("monitor", body["name"]):
        if all(entry.body.get(name) == body[name] for name in _REPEATED):
            raise Refusal(400, f"Duplicate of an existing monitor_id:{entry.id} org_id:{org_id}")


_REPEATED = ("query", "type", "message", "tags", "options")


def _check_comparison(type_: str, query: str, thresholds: Mapping[str, Any]) -> None:
    found = _COMPARISON.search(query)
    if not found:
        # Recorded for a log monitor; metric monitors get the sentence alone (Datadog's own client's tests).
        raise _invalid("query") if type_ in _METRIC_TYPES else _invalid("query", ": invalid operator specified: ")
    critical = thresholds.get("critical")
    if critical is not None and float(found[2]) != float(critical):
        sentence = f"Alert threshold ({float(critical)}) does not match that used in the query ({float(found[2])})."
        raise Refusal(400, sentence)  # Datadog's own client's tests


def _invalid(name: str, why: str = "") -> Refusal:
    return Refusal(400, f"The value provided for parameter '{name}' is invalid{why}")
