"""An SLO alert and its SLO."""

from __future__ import annotations

import pytest

from dd_sync.core.findings import Finding
from dd_sync.rules import check_reference
from tests.rules.payloads import broken, monitor, slo

BURN = 'burn_rate("${{slo:web}}").over("{}").long_window("1h").short_window("5m") > {}'


def check_slo_alert(alert: dict[str, object], slo: dict[str, object]) -> list[Finding]:
    return check_reference("monitor", alert, "slo", slo)


def check_composite(composite: dict[str, object], joined: dict[str, object]) -> list[Finding]:
    return check_reference("monitor", composite, "monitor", joined)


def alert(rate: float, over: str = "30d") -> dict[str, object]:
    return monitor(BURN.format(over, rate), type="slo alert")


@pytest.mark.parametrize(
    ("target", "rate", "fine"),
    [(99.9, 14.4, True), (99.9, 1000, True), (95, 20, True), (95, 20.1, False), (90, 14.4, False), (99.99, 9999, True)],
)
def test_a_burn_rate_can_be_reached(target: float, rate: float, fine: bool) -> None:
    findings = check_slo_alert(alert(rate), slo(thresholds=[{"timeframe": "30d", "target": target}]))
    assert broken(findings) == ([] if fine else [("burn-rate-limit", "query")])


def test_the_limit_is_named() -> None:
    (finding,) = check_slo_alert(alert(14.4), slo(thresholds=[{"timeframe": "30d", "target": 90}]))
    assert finding.message == "a burn rate of 14.4 cannot be reached: with a target of 90 the most is 10"
    assert finding.fix == "at most 10"


def test_the_target_is_the_one_of_the_time_frame() -> None:
    thresholds = [{"timeframe": "7d", "target": 90}, {"timeframe": "30d", "target": 99.9}]
    assert check_slo_alert(alert(14.4), slo(thresholds=thresholds)) == []
    assert broken(check_slo_alert(alert(14.4, "7d"), slo(thresholds=thresholds))) == [("burn-rate-limit", "query")]


def test_an_alert_looks_at_a_time_frame_with_a_target() -> None:
    findings = check_slo_alert(alert(5, "90d"), slo())
    assert broken(findings) == [("slo-alert-target", "query")]
    assert findings[0].fix == "one of 30d"


def test_an_error_budget_has_no_rate() -> None:
    budget = monitor('error_budget("${slo:web}").over("30d") > 75', type="slo alert")
    assert check_slo_alert(budget, slo(thresholds=[{"timeframe": "30d", "target": 90}])) == []


def test_payloads_without_targets_say_nothing() -> None:
    assert check_slo_alert(alert(14.4), {}) == []
    assert check_slo_alert({}, slo()) == []


def test_a_composite_joins_no_composites() -> None:
    both = monitor("${monitor:a} && ${monitor:b}", type="composite")
    assert check_composite(both, monitor()) == []
    assert broken(check_composite(both, monitor("1 && 2", type="composite"))) == [("composite-of-composite", "query")]
    assert check_composite(monitor(), both) == []
