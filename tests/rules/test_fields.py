"""What Datadog's description requires becomes errors where Datadog is known to keep to it, and warnings elsewhere."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.findings import Finding
from dd_sync.rules import check, refusals_of
from tests.emulator.bodies import dashboard, monitor, slo
from tests.rules.payloads import rules


def of_widget(**definition: Any) -> list[Finding]:
    return [
        f for f in check("dashboard", dashboard(widgets=[{"definition": definition}])) if f.rule.startswith("field-")
    ]


def labelled(label: str) -> dict[str, Any]:
    unit = {"type": "custom_unit_label", "label": label}
    formula = {"formula": "a", "number_format": {"unit": unit}}
    query = {"data_source": "metrics", "name": "a", "query": "avg:x{*}", "aggregator": "avg"}
    return {
        "type": "query_value",
        "requests": [{"formulas": [formula], "queries": [query], "response_format": "scalar"}],
    }


@pytest.mark.parametrize(
    ("label", "fine"), [("req/s", True), ("per returned", True), ("per second, at", False), ("", False)]
)
def test_the_label_of_a_unit_has_1_to_12_characters(label: str, fine: bool) -> None:
    assert rules(of_widget(**labelled(label)), "error") == (set() if fine else {"field-length"})


def test_a_value_the_description_does_not_list_is_doubtful_in_a_widget_and_wrong_elsewhere() -> None:
    bars = {"type": "timeseries", "requests": [{"q": "avg:x{*}", "display_type": "dots"}]}
    assert rules(of_widget(**bars), "warning") == {"field-undocumented"}
    assert rules(of_widget(**bars), "error") == set()
    assert "field-value" in rules(check("monitor", monitor(type="weather alert")), "error")


def test_what_a_recording_contradicts_is_not_told() -> None:
    search = {"index": "*", "search": "status:error", "compute": {"aggregation": "count"}}
    assert of_widget(type="timeseries", requests=[{"log_query": search}]) == []


@pytest.mark.parametrize(
    ("kind", "payload", "sentence"),
    [
        ("monitor", monitor(type="weather"), "The value provided for parameter 'type' is invalid"),
        ("slo", slo(type=None), "Invalid payload: Required parameter 'type' is missing"),
        ("slo", slo(name=None), "Invalid payload: 'name' should be string"),
        (
            "dashboard",
            dashboard(layout_type="grid"),
            "Value of parameter 'layout_type' should be any of these ['ordered', 'free']",
        ),
        ("dashboard", dashboard(title=None), "'title' should be string"),
        ("dashboard", dashboard(widgets=None), "'widgets' should be array"),
    ],
)
def test_the_answers_that_were_recorded_are_given(kind: str, payload: dict[str, Any], sentence: str) -> None:
    answers = list(refusals_of(kind, payload))
    assert sentence in [answer.sentence for answer in answers]
    assert {answer.status for answer in answers} == {400}


def test_a_type_that_datadog_has_and_its_description_does_not_list_is_taken() -> None:
    body = {
        "name": "Deployments fail",
        "type": "deployments alert",
        "query": 'deployments("env:prod").rollup("count").last("5m") > 3',
        "message": "@slack-shop",
        "options": {"thresholds": {"critical": 3}},
    }
    assert [one for one in check("monitor", body) if one.severity == "error"] == []
    assert "field-value" in {one.rule for one in check("monitor", {**body, "type": "deployment alarm"})}
