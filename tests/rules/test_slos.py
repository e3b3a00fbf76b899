"""SLOs."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_slo
from tests.rules.payloads import broken, rules, slo

COUNT = {
    "good_events_formula": {"formula": "good"},
    "total_events_formula": {"formula": "good + bad"},
    "queries": [
        {"data_source": "metrics", "name": "good", "query": "sum:good{*}.as_count()"},
        {"data_source": "metrics", "name": "bad", "query": "sum:bad{*}.as_count()"},
    ],
}
SLICE = {
    "comparator": "<",
    "threshold": 0.5,
    "query_interval_seconds": 300,
    "query": {
        "formulas": [{"formula": "latency"}],
        "queries": [{"data_source": "metrics", "name": "latency", "query": "p95:trace.request{*}"}],
    },
}


def counted(**changes: Any) -> dict[str, Any]:
    return slo(query=None, sli_specification={"count": {**COUNT, **changes}})


def sliced(**changes: Any) -> dict[str, Any]:
    return slo(type="time_slice", query=None, sli_specification={"time_slice": {**SLICE, **changes}})


def test_slos_of_every_type_are_taken() -> None:
    assert check_slo(counted()) == []
    assert check_slo(sliced()) == []
    assert check_slo(slo(type="monitor", query=None, monitor_ids=["${monitor:a/b}"], groups=["env:prod"])) == []


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [
        ({"timeframe": "7d", "target": 99}, []),
        ({"timeframe": "30d", "target": 99.99, "warning": 99.999}, []),
        ({"timeframe": "30d", "target": 100}, [("slo-target", "thresholds[0].target")]),
        ({"timeframe": "30d", "target": 0}, [("slo-target", "thresholds[0].target")]),
        ({"timeframe": "30d"}, [("slo-target", "thresholds[0].target")]),
        ({"timeframe": "30d", "target": 99, "warning": 98}, [("slo-warning", "thresholds[0].warning")]),
        ({"timeframe": "30d", "target": 99, "warning": 99}, [("slo-warning", "thresholds[0].warning")]),
        ({"timeframe": "30d", "target": 99, "warning": 100}, [("slo-warning", "thresholds[0].warning")]),
        ({"timeframe": "28d", "target": 99}, [("slo-timeframe", "thresholds[0].timeframe")]),
    ],
)
def test_targets_lie_where_datadog_takes_them(threshold: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert broken(check_slo(slo(thresholds=[threshold]))) == expected


def test_a_time_frame_stands_once_and_there_is_one() -> None:
    twice = [{"timeframe": "7d", "target": 99}, {"timeframe": "7d", "target": 98}]
    assert broken(check_slo(slo(thresholds=twice))) == [("slo-timeframe", "thresholds[1].timeframe")]
    assert broken(check_slo(slo(thresholds=[]))) == [("slo-thresholds", "thresholds")]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"type": "monitor", "query": None}, "monitor_ids"),
        ({"type": "monitor", "query": None, "monitor_ids": []}, "monitor_ids"),
        ({"type": "metric", "query": None}, "query"),
        ({"type": "time_slice", "query": None}, "sli_specification"),
    ],
)
def test_an_slo_says_what_it_measures(fields: dict[str, Any], path: str) -> None:
    assert broken(check_slo(slo(**fields))) == [("slo-definition", path)]


def test_groups_go_with_one_monitor() -> None:
    ids = ["${monitor:a}", "${monitor:b}"]
    assert broken(check_slo(slo(type="monitor", monitor_ids=ids, query=None, groups=["a:b"]))) == [
        ("slo-groups", "groups")
    ]


def test_every_query_and_formula_is_read() -> None:
    query = {"numerator": "sum:good{}", "denominator": "sum:all{*}.as_count()"}
    assert broken(check_slo(slo(query=query))) == [("slo-query-syntax", "query.numerator")]
    bad = {"queries": [{"data_source": "metrics", "name": "good", "query": "sum:{*}"}, COUNT["queries"][1]]}  # type: ignore[index]
    assert broken(check_slo(counted(**bad))) == [("slo-query-syntax", "sli_specification.count.queries[0].query")]
    assert broken(check_slo(counted(good_events_formula={"formula": "good +"}))) == [
        ("slo-query-syntax", "sli_specification.count.good_events_formula.formula")
    ]


def test_a_formula_uses_queries_that_exist() -> None:
    findings = check_slo(counted(good_events_formula={"formula": "godo"}))
    assert broken(findings) == [("slo-formula-name", "sli_specification.count.good_events_formula.formula")]
    assert "Did you mean good?" in findings[0].message


@pytest.mark.parametrize(
    ("numerator", "expected"),
    [
        ("sum:good{*}.as_count()", set()),
        ("sum:good{*}.as_count() - sum:bad{*}.as_count()", set()),
        ("count(v: v<=0.5):trace.request{*}.as_count()", set()),
        ("avg:good{*}.as_count()", {"slo-aggregator"}),
        ("good{*}.as_count()", {"slo-aggregator"}),
        ("sum:good{*}", {"slo-as-count"}),
    ],
)
def test_events_are_summed_and_counted(numerator: str, expected: set[str]) -> None:
    findings = check_slo(slo(query={"numerator": numerator, "denominator": "sum:all{*}.as_count()"}))
    assert rules(findings) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"good_events_formula": None},
        {"total_events_formula": None},
        {"bad_events_formula": {"formula": "bad"}},
    ],
)
def test_a_count_has_good_events_and_one_other(changes: dict[str, Any]) -> None:
    assert broken(check_slo(counted(**changes))) == [("slo-count", "sli_specification.count")]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"comparator": "=="}, "comparator"),
        ({"threshold": None}, "threshold"),
        ({"query_interval_seconds": 120}, "query_interval_seconds"),
        ({"query": {"formulas": [], "queries": []}}, "query.formulas"),
    ],
)
def test_a_time_slice_is_complete(changes: dict[str, Any], path: str) -> None:
    assert broken(check_slo(sliced(**changes))) == [("slo-slice", f"sli_specification.time_slice.{path}")]


def test_monitors_are_named_by_key() -> None:
    findings = check_slo(slo(type="monitor", query=None, monitor_ids=[12, "${monitor:a}"]))
    assert [(f.rule, f.path, f.severity) for f in findings] == [("slo-raw-id", "monitor_ids[0]", "warning")]
