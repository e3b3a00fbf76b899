"""Checks on single definitions, offline: what Datadog would refuse, and what it takes though it cannot work.

Every rule has a stable id, a severity and a reason (`RULES`). "error" is what Datadog refuses or what can never work,
"warning" what works, and probably not as meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dd_sync.core.findings import Finding
from dd_sync.rules import dashboards, messages, objects, queries, slos, thresholds, together, windows
from dd_sync.rules.facts import facts
from dd_sync.rules.rule import Rule, found

_MONITOR = (*queries.RULES, *thresholds.RULES, *windows.RULES, *messages.RULES, *objects.RULES)

Payload = Mapping[str, Any]

RULES: dict[str, Rule[Any]] = {
    rule.id: rule
    for rules in (
        _MONITOR,
        objects.TAG_RULES,
        slos.RULES,
        together.RULES,
        together.MONITOR_RULES,
        together.SLO_RULES,
        dashboards.RULES,
    )
    for rule in rules
}
"""Every rule by its id, in the order they are checked."""


def check(kind: str, payload: Payload) -> Sequence[Finding]:
    """What is wrong with an object of a kind, as far as can be known offline; references may stand as `${kind:key}`."""
    test = _OF_KIND.get(kind)
    return test(payload) if test else ()


def check_reference(kind: str, payload: Payload, other_kind: str, other: Payload) -> Sequence[Finding]:
    """What is wrong with an object together with one it refers to; paths are the first one's."""
    test = _OF_PAIR.get((kind, other_kind))
    return test(payload, other) if test else ()


def check_monitor(payload: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with a monitor as Datadog's API takes it; references may stand as `${kind:key}`."""
    return found(_MONITOR, facts(payload)) + found(objects.TAG_RULES, payload)


def check_slo(payload: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with an SLO as Datadog's API takes it."""
    return found(slos.RULES, slos.slo_facts(payload)) + found(objects.TAG_RULES, payload)


def check_slo_alert(monitor: Mapping[str, Any], slo: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with an SLO alert together with the SLO it watches; paths are those of the monitor."""
    return found(together.RULES, (facts(monitor), slo))


def check_composite(monitor: Mapping[str, Any], joined: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with a composite together with a monitor it joins; paths are those of the composite."""
    return found(together.MONITOR_RULES, (facts(monitor), joined))


def check_slo_monitor(slo: Mapping[str, Any], monitor: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with an SLO together with a monitor it is made of; paths are those of the SLO."""
    return found(together.SLO_RULES, (slo, monitor))


def check_dashboard(payload: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with a dashboard as Datadog's API takes it: the queries of every widget, and its variables."""
    return found(dashboards.RULES, dashboards.dashboard_facts(payload))


def check_query(query: str, type: str = "query alert") -> list[Finding]:
    """What is wrong with one query alone. `type` as for `parse`; the path of every finding is `query`."""
    if type in ("dashboard", "formula", "slo"):
        return found((queries.query_syntax,), facts({"query": query, "type": type}))
    return found(_MONITOR, facts({"query": query, "type": type}))


_OF_KIND: Mapping[str, Callable[[Payload], Sequence[Finding]]] = {
    "monitor": check_monitor,
    "slo": check_slo,
    "dashboard": check_dashboard,
}

_OF_PAIR: Mapping[tuple[str, str], Callable[[Payload, Payload], Sequence[Finding]]] = {
    ("monitor", "slo"): check_slo_alert,
    ("monitor", "monitor"): check_composite,
    ("slo", "monitor"): check_slo_monitor,
}
