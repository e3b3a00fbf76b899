"""Thresholds that agree and stand in order."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_monitor
from tests.rules.payloads import broken, monitor, rules

ABOVE = "avg(last_5m):avg:system.load.1{*} > 5"
BELOW = "avg(last_5m):avg:system.load.1{*} <= 5"


def check(query: str, **thresholds: Any) -> list[tuple[str, str]]:
    return broken(check_monitor(monitor(query, options={"thresholds": thresholds})))


@pytest.mark.parametrize(
    ("query", "thresholds"),
    [
        (ABOVE, {}),
        (ABOVE, {"critical": 5}),
        (ABOVE, {"critical": 5.0, "warning": 4, "critical_recovery": 4.5, "warning_recovery": 3}),
        (ABOVE, {"critical": 5, "critical_recovery": 5}),
        (ABOVE, {"critical": None}),
        (BELOW, {"critical": 5, "warning": 6, "critical_recovery": 5.5, "warning_recovery": 7}),
        ("avg(last_5m):avg:x{*} > threshold", {"warning": 4}),
        ("avg(last_5m):avg:x{*} == 5", {"critical": 5, "warning": 9}),
        ("1 && 2", {"critical": None}),
    ],
)
def test_thresholds_in_order_are_taken(query: str, thresholds: dict[str, Any]) -> None:
    type_ = "composite" if query == "1 && 2" else "query alert"
    findings = check_monitor(monitor(query, type=type_, options={"thresholds": thresholds}))
    assert rules(findings, "error") == set()


def test_the_number_in_the_query_is_critical() -> None:
    assert check(ABOVE, critical=7) == [("threshold-mismatch", "options.thresholds.critical")]


def test_the_numbers_are_named_in_the_message() -> None:
    (finding,) = check_monitor(monitor(ABOVE, options={"thresholds": {"critical": 7.0}}))
    assert finding.message == "critical is 7, the query compares with 5"
    assert finding.fix == "write 5 in both places, or leave critical out"


@pytest.mark.parametrize("name", ["warning", "critical_recovery"])
def test_another_threshold_needs_critical_beside_it(name: str) -> None:
    assert ("threshold-missing", "options.thresholds") in check(ABOVE, **{name: 4})


@pytest.mark.parametrize(("query", "warning"), [(ABOVE, 6), (BELOW, 4)])
def test_a_warning_after_critical_is_refused(query: str, warning: float) -> None:
    assert check(query, critical=5, warning=warning) == [("threshold-order", "options.thresholds.warning")]


def test_a_warning_beyond_the_querys_number_is_found_without_critical() -> None:
    assert ("threshold-order", "options.thresholds.warning") in check(ABOVE, warning=6)


def test_a_warning_at_critical_is_refused() -> None:
    findings = check_monitor(monitor(ABOVE, options={"thresholds": {"critical": 5, "warning": 5}}))
    assert rules(findings, "error") == {"warning-equals-critical"}


@pytest.mark.parametrize(
    ("query", "thresholds", "path"),
    [
        (ABOVE, {"critical": 5, "critical_recovery": 6}, "critical_recovery"),
        (BELOW, {"critical": 5, "critical_recovery": 4}, "critical_recovery"),
        (ABOVE, {"critical": 5, "warning": 4, "warning_recovery": 4.5}, "warning_recovery"),
        (BELOW, {"critical": 5, "warning": 6, "warning_recovery": 5.5}, "warning_recovery"),
    ],
)
def test_recovery_lies_on_the_healthy_side(query: str, thresholds: dict[str, Any], path: str) -> None:
    assert check(query, **thresholds) == [("recovery-side", f"options.thresholds.{path}")]


def test_recovery_of_a_warning_that_is_not_there_is_idle() -> None:
    assert check(ABOVE, critical=5, warning_recovery=3) == [
        ("recovery-without-warning", "options.thresholds.warning_recovery")
    ]


@pytest.mark.parametrize("count", [-1, 1.5])
def test_a_service_check_counts_in_whole_runs(count: float) -> None:
    query = '"ntp.in_sync".over("*").by("host").last(4).count_by_status()'
    findings = check_monitor(monitor(query, type="service check", options={"thresholds": {"critical": count}}))
    assert broken(findings) == [("service-check-count", "options.thresholds.critical")]


def test_a_share_of_checks_may_be_any_number() -> None:
    query = '"ntp.in_sync".over("*").by("host").last(1).pct_by_status()'
    assert check_monitor(monitor(query, type="service check", options={"thresholds": {"critical": 0.5}})) == []
