"""Dashboards."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.findings import Finding
from dd_sync.rules import check_dashboard
from dd_sync.rules.dashboards import widgets
from tests.rules.payloads import broken, dashboard, rules


def variable(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "prefix": name, **fields}


def widget(type_: str = "timeseries", **definition: Any) -> dict[str, Any]:
    return {"definition": {"type": type_, **definition}}


def check_widgets(*widgets: dict[str, Any], **fields: Any) -> list[Finding]:
    """What is wrong with a dashboard of these widgets; that they are whole is asked in test_fields.py."""
    findings = check_dashboard({"title": "T", "layout_type": "ordered", "widgets": list(widgets), **fields})
    return [finding for finding in findings if not finding.rule.startswith("field-")]


def request(formula: str, *names: str) -> dict[str, Any]:
    queries = [{"data_source": "metrics", "name": name, "query": "avg:x{*}"} for name in names]
    return {"formulas": [{"formula": formula}], "queries": queries}


def test_widgets_are_found_in_groups_too() -> None:
    payload = {"widgets": [widget("group", widgets=[widget(), widget()]), widget()]}
    assert [path for path, _ in widgets(payload)] == [
        "widgets[0]",
        "widgets[0].definition.widgets[0]",
        "widgets[0].definition.widgets[1]",
        "widgets[1]",
    ]


@pytest.mark.parametrize(
    ("definition", "path"),
    [
        (widget(requests=[{"q": "avg:{*}"}]), "widgets[0].definition.requests[0].q"),
        (widget("hostmap", requests={"fill": {"q": "avg:{*}"}}), "widgets[0].definition.requests.fill.q"),
        (
            widget(requests=[{"queries": [{"data_source": "metrics", "name": "a", "query": "avg:x{}"}]}]),
            "widgets[0].definition.requests[0].queries[0].query",
        ),
        (widget(requests=[request("a +", "a")]), "widgets[0].definition.requests[0].formulas[0].formula"),
        (
            widget("group", widgets=[widget(requests=[{"q": "avg:{*}"}])]),
            "widgets[0].definition.widgets[0].definition.requests[0].q",
        ),
        (
            widget("split_group", source_widget_definition={"type": "timeseries", "requests": [{"q": "avg:{*}"}]}),
            "widgets[0].definition.source_widget_definition.requests[0].q",
        ),
    ],
)
def test_every_query_of_every_widget_is_read(definition: dict[str, Any], path: str) -> None:
    assert broken(check_widgets(definition)) == [("widget-query-syntax", path)]


@pytest.mark.parametrize(
    "definition",
    [
        widget(requests=[{"q": ""}]),
        widget(requests=[{"queries": [{"data_source": "logs", "name": "a", "search": {"query": "(("}}]}]),
        widget("list_stream", requests=[{"query": {"data_source": "logs_stream", "query_string": "(("}}]),
        widget("event_stream", query="sources:a b"),
        widget("note", content="avg:{*}"),
        widget(requests=[request("a / b", "a", "b")], events=[{"q": "env:prod"}]),
    ],
)
def test_what_is_no_metric_query_is_left_alone(definition: dict[str, Any]) -> None:
    assert check_widgets(definition) == []


def test_a_formula_uses_queries_of_its_request() -> None:
    findings = check_widgets(widget(requests=[request("query1 / qery2", "query1", "query2")]))
    assert rules(findings, "warning") == {"widget-formula-name"}
    assert "Did you mean query2?" in findings[0].message


def test_variables_are_used_and_used_ones_exist() -> None:
    used = dashboard("avg:x{$env}", template_variables=[variable("env")])
    assert check_dashboard(used) == []
    assert broken(check_dashboard(dashboard("avg:x{*}", template_variables=[variable("env")]))) == [
        ("template-variable-unused", "template_variables[0]")
    ]
    unknown = check_dashboard(dashboard("avg:x{$evn}", template_variables=[variable("env")]))
    assert "template-variable-unknown" in rules(unknown)
    assert "Did you mean env?" in unknown[0].message
    assert (unknown[0].start, unknown[0].end) == (6, 10)


@pytest.mark.parametrize(
    "query", ["avg:x{env:$env.value}", "avg:x{*} by {$env}", "avg:x{env IN ($env)}", "avg:x{$env.key}"]
)
def test_a_variable_may_be_used_in_many_ways(query: str) -> None:
    assert check_dashboard(dashboard(query, template_variables=[variable("env")])) == []


def test_a_variable_used_in_a_log_search_is_used() -> None:
    search = {"queries": [{"data_source": "logs", "name": "a", "search": {"query": "env:$env.value"}}]}
    assert check_widgets(widget(requests=[search]), template_variables=[variable("env")]) == []


def test_names_of_variables_may_hold_dots() -> None:
    payload = dashboard("avg:x{$service.name}", template_variables=[variable("service.name")])
    assert check_dashboard(payload) == []


def test_a_query_that_forgets_what_most_others_use_is_named() -> None:
    payload = dashboard("avg:a{$env}", "avg:b{$env}", "max:a{*}", template_variables=[variable("env")])
    assert broken(check_dashboard(payload)) == [
        ("template-variable-forgotten", "widgets[2].definition.requests[0].q"),
    ]
    few = dashboard("avg:a{$env}", "avg:b{*}", "avg:c{*}", template_variables=[variable("env")])
    assert check_dashboard(few) == []
    other_metrics = dashboard("avg:a{$env}", "avg:b{$env}", "avg:c{*}", template_variables=[variable("env")])
    assert check_dashboard(other_metrics) == []


def test_defaults_and_presets_are_as_recorded_refusals_ask() -> None:
    assert broken(check_dashboard(dashboard("avg:x{$a}", template_variables=[variable("a", defaults=[""])]))) == [
        ("template-variable-default", "template_variables[0].defaults")
    ]
    preset = {"name": "mine", "template_variables": [{"name": "a", "value": "*", "values": ["*"]}]}
    assert broken(check_dashboard(dashboard("avg:x{*}", template_variable_presets=[preset]))) == [
        ("template-variable-default", "template_variable_presets[0].template_variables[0]")
    ]


def test_tags_of_a_dashboard_are_teams() -> None:
    findings = check_dashboard(dashboard("avg:x{*}", tags=["team:a", "tm:foobar"]))
    assert broken(findings) == [("dashboard-tag-key", "tags[1]")]
    assert broken(check_dashboard(dashboard("avg:x{*}", tags=["integration:x"]))) == [("dashboard-tag", "tags[0]")]


def test_widgets_name_monitors_and_slos_by_key() -> None:
    findings = check_widgets(
        widget("alert_graph", alert_id="123"),
        widget("slo", slo_id="${slo:a}"),
        widget("alert_value", alert_id="${monitor:a/b}"),
    )
    assert broken(findings) == [("widget-raw-id", "widgets[0].definition.alert_id")]
