"""What Datadog refuses, and what we advise: every rule once, read by whoever validates or emulates.

Each rule has a stable id, a severity, a reason, and what is known of Datadog's answer (`RULES`). "error" is what
Datadog refuses or what can never work, "warning" what works and probably not as meant, or what Datadog may refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from dd_sync.core.findings import Finding
from dd_sync.rules import (
    boards,
    catalog,
    changes,
    dashboards,
    downtimes,
    events,
    fields,
    functions,
    messages,
    missing_data,
    notification_rules,
    objects,
    options,
    queries,
    schedules,
    slos,
    thresholds,
    together,
    windows,
)
from dd_sync.rules.facts import MonitorFacts, facts
from dd_sync.rules.rule import Refused, Rule, findings, refusals

Payload = Mapping[str, Any]

LookUp = Callable[[str, Any], Payload | None]
"""The object of a kind that a reference or an id names; None where there is none."""

_MONITOR: tuple[Rule[MonitorFacts], ...] = (
    *queries.RULES,
    *thresholds.RULES,
    *windows.RULES,
    *missing_data.RULES,
    *schedules.RULES,
    *functions.RULES,
    *events.RULES,
    *options.RULES,
    *messages.RULES,
    *objects.RULES,
)

RULES: dict[str, Rule[Any]] = {
    rule.id: rule
    for rules in (
        fields.RULES,
        _MONITOR,
        objects.TAG_RULES,
        slos.RULES,
        together.RULES,
        together.CHAIN_RULES,
        together.MONITOR_RULES,
        together.SLO_RULES,
        boards.RULES,
        dashboards.RULES,
        downtimes.RULES,
        notification_rules.RULES,
        catalog.RULES,
        changes.OF_MONITORS,
        changes.OF_DASHBOARDS,
    )
    for rule in rules
}
"""Every rule by its id, in the order they are checked."""


def check(kind: str, payload: Payload, now: datetime | None = None) -> list[Finding]:
    """What is wrong with an object of a kind, as far as can be known offline; references may stand as `${kind:key}`.

    `now` is the time it is, for what can only be in the future; None leaves that out.
    """
    return [finding for rules, subject in _tables(kind, payload, now) for finding in findings(rules, subject)]


def check_reference(
    kind: str, payload: Payload, other_kind: str, other: Payload, look_up: LookUp | None = None
) -> list[Finding]:
    """What is wrong with an object together with one it refers to; paths are the first one's.

    `look_up` finds what the other refers to in turn.
    """
    pairs = _pairs(kind, payload, other_kind, other, look_up)
    return [finding for rules, subject in pairs for finding in findings(rules, subject)]


def refusals_of(kind: str, payload: Payload, now: datetime | None = None) -> Iterator[Refused]:
    """What Datadog answers to an object as it is sent, one answer for each rule it breaks."""
    for rules, subject in _tables(kind, payload, now):
        yield from refusals(rules, subject)


def refused_reference(
    kind: str, payload: Payload, other_kind: str, other: Payload, look_up: LookUp | None = None
) -> Iterator[Refused]:
    """What Datadog answers to an object together with one it refers to."""
    for rules, subject in _pairs(kind, payload, other_kind, other, look_up):
        yield from refusals(rules, subject)


def refused_change(kind: str, before: Payload, after: Payload) -> Iterator[Refused]:
    """What Datadog answers to a change that it does not make in place."""
    yield from refusals(_CHANGES.get(kind, ()), changes.Change(before, after))


def check_monitor(payload: Payload) -> list[Finding]:
    """What is wrong with a monitor as Datadog's API takes it; references may stand as `${kind:key}`."""
    return check("monitor", payload)


def check_slo(payload: Payload) -> list[Finding]:
    """What is wrong with an SLO as Datadog's API takes it."""
    return check("slo", payload)


def check_dashboard(payload: Payload) -> list[Finding]:
    """What is wrong with a dashboard as Datadog's API takes it: its fields, the queries of widgets, its variables."""
    return check("dashboard", payload)


def check_query(query: str, type: str = "query alert") -> list[Finding]:
    """What is wrong with one query alone. `type` as for `parse`; the path of every finding is `query`."""
    subject = facts({"query": query, "type": type})
    if type in ("dashboard", "formula", "slo"):
        return findings((queries.query_syntax,), subject)
    return [finding for finding in findings(_of_type(type), subject) if not finding.path.startswith("options")]


Table = tuple[Iterable[Rule[Any]], Any]
"""Rules, and what they are checked on."""


def _tables(kind: str, payload: Payload, now: datetime | None) -> Sequence[Table]:
    table = _KINDS.get(kind)
    return () if table is None else [(fields.RULES, fields.FieldFacts(kind, payload)), *table(payload, now)]


def _of_monitor(payload: Payload, now: datetime | None) -> Sequence[Table]:
    monitor = facts(payload)
    return [(_of_type(monitor.type), monitor), (objects.TAG_RULES, payload)]


@cache
def _of_type(type_: str) -> tuple[Rule[MonitorFacts], ...]:
    """The rules for monitors of a type."""
    return tuple(rule for rule in _MONITOR if not rule.types or type_ in rule.types)


def _of_slo(payload: Payload, now: datetime | None) -> Sequence[Table]:
    return [(slos.RULES, slos.slo_facts(payload)), (objects.TAG_RULES, payload)]


def _of_dashboard(payload: Payload, now: datetime | None) -> Sequence[Table]:
    dashboard = dashboards.dashboard_facts(payload)
    return [(boards.RULES, dashboard), (dashboards.RULES, dashboard)]


def _of_downtime(payload: Payload, now: datetime | None) -> Sequence[Table]:
    return [(downtimes.RULES, downtimes.DowntimeFacts(payload, now))]


def _of_rule(payload: Payload, now: datetime | None) -> Sequence[Table]:
    return [(notification_rules.RULES, payload)]


def _of_entity(payload: Payload, now: datetime | None) -> Sequence[Table]:
    return [(catalog.RULES, payload)]


_KINDS: Mapping[str, Callable[[Payload, datetime | None], Sequence[Table]]] = {
    "monitor": _of_monitor,
    "slo": _of_slo,
    "dashboard": _of_dashboard,
    "downtime": _of_downtime,
    "notification-rule": _of_rule,
    "catalog-entity": _of_entity,
}


_CHANGES: Mapping[str, Sequence[Rule[changes.Change]]] = {
    "monitor": changes.OF_MONITORS,
    "dashboard": changes.OF_DASHBOARDS,
}


def _pairs(kind: str, payload: Payload, other_kind: str, other: Payload, look_up: LookUp | None) -> Iterator[Table]:
    match kind, other_kind:
        case "monitor", "monitor":
            yield together.MONITOR_RULES, (facts(payload), other)
        case "slo", "monitor":
            yield together.SLO_RULES, (payload, other)
        case "monitor", "slo":
            alert = facts(payload)
            yield together.RULES, (alert, other)
            measured = [look_up("monitor", id) for id in other.get("monitor_ids") or ()] if look_up else []
            yield from ((together.CHAIN_RULES, (alert, monitor)) for monitor in measured if monitor is not None)
