"""SLOs: three ways of counting, two spellings of one of them, tags in random order."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dd_sync.core.references import Ref
from dd_sync.core.resource import Context
from dd_sync.kinds.monitor import Monitor
from dd_sync.kinds.slo import KIND, SLO, derived_query

COUNT: dict[str, Any] = {
    "good_events_formula": {"formula": "good"},
    "bad_events_formula": {"formula": "bad"},
    "queries": [
        {"data_source": "metrics", "name": "good", "query": "sum:ok{*}.as_count()"},
        {"data_source": "metrics", "name": "bad", "query": "sum:ko{*}.as_count()"},
    ],
}


def rendered(slo: SLO) -> dict[str, Any]:
    return slo.render(Context("A promise.", tags=["service:payments"]))


def test_a_metric_slo_is_written_with_its_two_queries() -> None:
    slo = SLO(name="x", target=99.9, warning=99.95, numerator="sum:a{*}", denominator="sum:b{*}")
    assert rendered(slo) == {
        "name": "x",
        "type": "metric",
        "description": "A promise.",
        "tags": ["service:payments"],
        "thresholds": [{"timeframe": "30d", "target": 99.9, "warning": 99.95}],
        "timeframe": "30d",
        "query": {"numerator": "sum:a{*}", "denominator": "sum:b{*}"},
    }


def test_a_monitor_slo_refers_to_monitors_by_key() -> None:
    ref: Ref[Monitor] = Ref("monitor", "service/errors/payments/prod")
    payload = rendered(SLO(name="x", target=99, monitors=[ref, 7]))
    assert payload["type"] == "monitor"
    assert payload["monitor_ids"] == ["${monitor:service/errors/payments/prod}", 7]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({}, "give one of numerator and denominator"),
        ({"numerator": "sum:a{*}"}, "give one of"),
        ({"monitors": [1], "sli_specification": {"count": COUNT}}, "give one of"),
        ({"monitors": [1], "target": 100}, "must lie between 0 and 100"),
        ({"monitors": [1], "warning": 98}, "must lie between the target"),
    ],
)
def test_what_datadog_would_refuse_is_refused_here(fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        SLO.model_validate({"name": "x", "target": 99, **fields})


def test_bad_events_make_the_denominator_a_sum() -> None:
    assert derived_query(COUNT) == {
        "numerator": "sum:ok{*}.as_count()",
        "denominator": "(sum:ok{*}.as_count()) + (sum:ko{*}.as_count())",
    }


def test_the_newer_spelling_equals_what_is_left_of_it_in_the_older() -> None:
    desired = {"name": "x", "sli_specification": {"count": COUNT}}
    live = {"name": "x", "query": derived_query(COUNT)}
    wanted, found = KIND.comparable(desired, live)
    assert wanted == found


def test_an_edit_is_seen_in_either_spelling() -> None:
    desired = {"name": "x", "sli_specification": {"count": COUNT}}
    edited = {"name": "x", "query": {**derived_query(COUNT), "numerator": "sum:other{*}"}}
    wanted, found = KIND.comparable(desired, edited)
    assert wanted != found


def test_the_order_of_tags_is_nothing() -> None:
    assert KIND.normalise({"tags": ["b", "a"]}) == KIND.normalise({"tags": ["a", "b"]})


def test_texts_that_datadog_derives_are_nothing() -> None:
    live = {
        "thresholds": [{"timeframe": "30d", "target": 99.0, "target_display": "99."}],
        "timeframe": "30d",
        "target_threshold": 99.0,
        "warning_threshold": 99.5,
    }
    assert KIND.normalise(live) == KIND.normalise({"thresholds": [{"timeframe": "30d", "target": 99}]})


def test_a_type_cannot_be_changed_in_place() -> None:
    assert "cannot change" in KIND.why_replace({"type": "metric"}, {"type": "monitor"})


def test_it_refers_to_its_monitors() -> None:
    assert KIND.refers_to({"monitor_ids": [3, 4]}) == [("monitor", 3), ("monitor", 4)]


SLICE: dict[str, Any] = {
    "comparator": "<",
    "threshold": 5,
    "query": {
        "formulas": [{"formula": "q"}],
        "queries": [{"data_source": "metrics", "name": "q", "query": "avg:latency{*}"}],
    },
}


def sliced(**more: Any) -> dict[str, Any]:
    return {
        "name": "x",
        "type": "time_slice",
        "sli_specification": {"time_slice": {**SLICE, **more}},
        "thresholds": [{"timeframe": "7d", "target": 99}],
    }


def equal(desired: dict[str, Any], live: dict[str, Any]) -> bool:
    ours, theirs = KIND.comparable(desired, live)
    return ours == theirs


def test_a_default_that_datadog_begins_to_fill_in_below_is_no_difference_and_is_told() -> None:
    live = sliced(no_data_strategy="COUNT_AS_UPTIME", query={**SLICE["query"], "invented": {"later": 1}})
    assert equal(sliced(), live)
    assert sorted(KIND.unknown_fields(live)) == [
        "sli_specification.time_slice.no_data_strategy",
        "sli_specification.time_slice.query.invented",
    ]


def test_what_a_definition_names_below_counts_whatever_it_is() -> None:
    wanted = sliced(no_data_strategy="COUNT_AS_DOWNTIME")
    assert equal(wanted, wanted)
    assert not equal(wanted, sliced())
    assert not equal(wanted, sliced(no_data_strategy="COUNT_AS_UPTIME"))
    assert not equal(sliced(), sliced(threshold=6))


def monitors(**more: Any) -> dict[str, Any]:
    return {"name": "x", "type": "monitor", "thresholds": [{"timeframe": "30d", "target": 99.9}], **more}


def test_monitors_and_groups_are_sets() -> None:
    assert equal(monitors(monitor_ids=[3, 1, 2]), monitors(monitor_ids=[1, 2, 3]))
    assert not equal(monitors(monitor_ids=[3, 1]), monitors(monitor_ids=[1, 2, 3]))
    assert equal(monitors(groups=["env:b", "env:a"]), monitors(groups=["env:a", "env:b"]))


def test_tags_become_lower_case_with_underscores() -> None:
    assert equal(monitors(tags=["Team:Shop Floor"]), monitors(tags=["team:shop_floor"]))
    assert not equal(monitors(tags=["team:shop"]), monitors(tags=["team:floor"]))


@pytest.mark.parametrize(
    ("type_", "timeframe", "sent", "kept"),
    [
        ("metric", "30d", 99.98765, 99.987),
        ("metric", "7d", 99.95, 99.95),
        ("monitor", "30d", 99.987, 99.98),
        ("monitor", "90d", 99.987, 99.987),
    ],
)
def test_targets_keep_as_many_decimals_as_datadog_does(type_: str, timeframe: str, sent: float, kept: float) -> None:
    def with_target(value: float) -> dict[str, Any]:
        return {"name": "x", "type": type_, "thresholds": [{"timeframe": timeframe, "target": value}]}

    assert equal(with_target(sent), with_target(kept))
    assert not equal(with_target(sent), with_target(kept - 0.01))
