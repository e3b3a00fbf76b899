"""References, SLO alerts, tags and priority."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_monitor, check_slo
from tests.rules.payloads import broken, monitor, rules, slo

BURN = 'burn_rate("${{slo:web}}").over("{}").long_window("{}").short_window("{}") > {}'


def check(query: str, type_: str) -> list[tuple[str, str]]:
    return broken(check_monitor(monitor(query, type=type_)))


def test_other_objects_are_named_by_key() -> None:
    assert check("${monitor:a/b} && ${monitor:c/d}", "composite") == []
    assert check("${monitor:a/b} && 12", "composite") == [("raw-id", "query")]
    assert check('error_budget("${slo:a}").over("7d") > 75', "slo alert") == []
    assert check('error_budget("abc123").over("7d") > 75', "slo alert") == [("raw-id", "query")]


def test_references_have_the_kind_that_fits() -> None:
    assert check("${slo:a} && ${monitor:b}", "composite") == [("reference-kind", "query")]
    assert check('error_budget("${monitor:a}").over("7d") > 75', "slo alert") == [("reference-kind", "query")]


def test_a_composite_joins_at_most_ten() -> None:
    ten = " && ".join(f"${{monitor:m{index}}}" for index in range(10))
    assert check(ten, "composite") == []
    assert check(f"{ten} && ${{monitor:eleven}}", "composite") == [("composite-size", "query")]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (BURN.format("30d", "1h", "5m", 14.4), set()),
        (BURN.format("7d", "48h", "2h", 2.8), set()),
        (BURN.format("30d", "2d", "120m", 3), set()),
        (BURN.format("28d", "1h", "5m", 14.4), {"slo-alert-timeframe"}),
        (BURN.format("30d", "3d", "6h", 1), {"burn-rate-windows"}),
        (BURN.format("30d", "30m", "5m", 1), {"burn-rate-windows"}),
        (BURN.format("30d", "1h", "1h", 14.4), {"burn-rate-windows"}),
        (BURN.format("30d", "1h", "5m", 0), {"slo-alert-operator"}),
        (BURN.format("30d", "1h", "5m", 5).replace(">", "<"), {"slo-alert-operator"}),
        ('burn_rate("${slo:web}").over("30d").long_window("1h") > 14', {"burn-rate-windows"}),
        ('burn_rate("${slo:web}").over("30d") > 14', {"burn-rate-windows"}),
        ('error_budget("${slo:web}").over("30d") >= 75', set()),
        ('error_budget("${slo:web}").over("30d") > 120', {"error-budget-range"}),
    ],
)
def test_slo_alerts_keep_to_datadogs_limits(query: str, expected: set[str]) -> None:
    findings = check_monitor(monitor(query, type="slo alert"))
    assert rules(findings) == expected
    assert all(query[finding.start : finding.end] for finding in findings)


@pytest.mark.parametrize(
    ("priority", "fine"),
    [(None, True), (1, True), (5, True), (0, True), (6, False), ("1", True), (2.5, False), (True, False)],
)
def test_a_priority_is_one_to_five(priority: Any, fine: bool) -> None:
    assert broken(check_monitor(monitor(priority=priority))) == ([] if fine else [("priority-range", "priority")])


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (["team:a", "env:prod", "team-b", "repo_url:https://github.com/a/b"], []),
        (["a" * 200], []),
        (["a" * 201], [("tag-length", "tags[0]")]),
        ([""], [("tag-characters", "tags[0]")]),
        (["team:a b"], [("tag-characters", "tags[0]")]),
        (["ok", "1team"], [("tag-characters", "tags[1]")]),
        (["team:"], [("tag-characters", "tags[0]")]),
        (["team:a,env:b"], [("tag-characters", "tags[0]")]),
        (["a:b", "c:d", "a:b"], [("tag-repeated", "tags[2]")]),
    ],
)
def test_tags_are_kept_as_written(tags: list[str], expected: list[tuple[str, str]]) -> None:
    assert broken(check_monitor(monitor(tags=tags))) == expected
    assert broken(check_slo(slo(tags=tags))) == expected
