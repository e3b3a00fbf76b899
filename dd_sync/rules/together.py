"""Rules about two definitions: an SLO alert and the SLO it watches, an SLO and a monitor it is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dd_sync.core.model import plain
from dd_sync.query.parts import step, text_argument
from dd_sync.rules.facts import MonitorFacts
from dd_sync.rules.rule import Broken, mapping, number, rule

Pair = tuple[MonitorFacts, Mapping[str, Any]]
"""An SLO alert, and the payload of its SLO."""

Measured = tuple[Mapping[str, Any], Mapping[str, Any]]
"""An SLO, and the payload of a monitor it is made of."""

Joined = tuple[MonitorFacts, Mapping[str, Any]]
"""A composite, and the payload of a monitor it joins."""

Chained = tuple[MonitorFacts, Mapping[str, Any]]
"""An SLO alert, and the payload of a monitor that its SLO is made of."""

_UNSUPPORTED = "Invalid payload: invalid monitor ids: …, monitors not found or not supported SLO"

UPTIMES = ("metric alert", "query alert", "service check", "synthetics alert")
"""Types of monitors that an SLO can be made of."""


@rule(
    "burn-rate-limit",
    "error",
    "reported",
    "terraform-provider-datadog#1093",
    "docs: Burn rate alerts",
    says="Alert threshold (…) must be in range 0 to … for burn rate alerts (max threshold = 1/1-slo target).",
)
def burn_rate_limit(pair: Pair) -> Iterator[Broken]:
    """A burn rate is at most 1/(1 - target): with a target of 95 % all events fail at a rate of 20.

    Datadog refuses more (docs, "Burn rate alerts").
    """
    monitor, _ = pair
    target, rate, condition = _target(pair), monitor.threshold, monitor.condition
    burns = any(chain.name == "burn_rate" for chain in monitor.chains)
    if not burns or target is None or rate is None or condition is None:
        return
    limit = 100 / (100 - target)
    if rate > limit * 1.000001:
        yield Broken(
            f"a burn rate of {plain(rate)} cannot be reached: with a target of {plain(target)} the most is "
            f"{plain(round(limit, 2))}",
            "query",
            condition.threshold.start,
            condition.threshold.end,
            f"at most {plain(round(limit, 2))}",
            f"Alert threshold ({rate}) must be in range 0 to {round(limit, 2)} for burn rate alerts"
            " (max threshold = 1/1-slo target).",
        )


@rule("slo-alert-target", "error", "stated", "API description: create a monitor, SLO alert query")
def slo_alert_target(pair: Pair) -> Iterator[Broken]:
    """An alert looks at a time frame the SLO has a target for (the API's description of SLO alerts)."""
    monitor, slo = pair
    timeframes = [str(threshold.get("timeframe")) for threshold in _thresholds(slo)]
    for chain in monitor.chains:
        over = step(chain, "over")
        text = text_argument(over)
        if over is not None and timeframes and text not in timeframes:
            fix = f"one of {', '.join(timeframes)}"
            yield Broken(f"the SLO has no target for {text}", "query", over.start, over.end, fix)


@rule(
    "slo-monitor-type",
    "error",
    "recorded",
    "datadog-sync-cli, 2021",
    "terraform-provider-datadog#579",
    says="Invalid payload: invalid monitor ids: …, monitors not found or not supported SLO",
)
def slo_monitor_type(pair: Measured) -> Iterator[Broken]:
    """An SLO is made of metric monitors, synthetic tests and service checks (Datadog's docs, "Monitor-based SLOs")."""
    _, monitor = pair
    type_ = str(monitor.get("type") or "query alert")
    if type_ not in UPTIMES:
        what = f"an SLO cannot be made of a {type_}: {monitor.get('name')}"
        yield Broken(what, "monitor_ids", fix=", ".join(UPTIMES), says=_UNSUPPORTED)


@rule("composite-of-composite", "error", "stated", "API description: create a monitor, composite query")
def composite_of_composite(pair: Joined) -> Iterator[Broken]:
    """A composite joins monitors that are no composites themselves (the API's description of composite queries)."""
    monitor, other = pair
    if monitor.type == "composite" and other.get("type") == "composite":
        yield Broken(f"a composite cannot join another one: {other.get('name')}", "query", fix="join its monitors")


@rule("slo-alert-kind", "error", "stated", "docs: Burn rate alerts; Error budget alerts; SLO Alerts")
def slo_alert_kind(pair: Chained) -> Iterator[Broken]:
    """SLO alerts watch SLOs of counts, of time slices and of metric monitors, not of service checks or synthetics."""
    _, monitor = pair
    if monitor.get("type") in ("service check", "synthetics alert"):
        text = f"an SLO made of a {monitor['type']} has no alerts: {monitor.get('name')}"
        yield Broken(text, "query", fix="alert on the monitors themselves")


RULES = (burn_rate_limit, slo_alert_target)

CHAIN_RULES = (slo_alert_kind,)

MONITOR_RULES = (composite_of_composite,)

SLO_RULES = (slo_monitor_type,)


def _target(pair: Pair) -> float | None:
    """The target of the time frame the alert looks at."""
    monitor, slo = pair
    over = next((text_argument(step(chain, "over")) for chain in monitor.chains), None)
    targets = {str(threshold.get("timeframe")): number(threshold.get("target")) for threshold in _thresholds(slo)}
    target = targets.get(over or "")
    return target if target is not None and 0 < target < 100 else None


def _thresholds(slo: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = slo.get("thresholds")
    return [mapping(item) for item in listed] if isinstance(listed, list) else []
