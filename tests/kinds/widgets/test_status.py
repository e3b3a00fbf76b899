"""Widgets of monitors, SLOs, checks and workflows."""

from __future__ import annotations

from dd_sync.core.references import Ref
from dd_sync.kinds.widgets import (
    AlertGraph,
    AlertValue,
    CheckStatus,
    MonitorSummary,
    RunWorkflow,
    SLOList,
    SLOWidget,
)
from tests.kinds.widget_schema import definition


def test_a_check_status() -> None:
    widget = CheckStatus(
        title="Mongo", check="mongodb.can_connect", grouping="cluster", group_by=["server"], tags=["*"]
    )
    assert definition(widget) == {
        "type": "check_status",
        "title": "Mongo",
        "check": "mongodb.can_connect",
        "grouping": "cluster",
        "group_by": ["server"],
        "tags": ["*"],
    }


def test_an_slo() -> None:
    widget = SLOWidget(
        title="Availability",
        slo_id=Ref("slo", "service/availability/cart/prod"),
        view_mode="overall",
        time_windows=["7d", "30d", "month_to_date"],
        show_error_budget=True,
    )
    assert definition(widget) == {
        "type": "slo",
        "title": "Availability",
        "slo_id": "${slo:service/availability/cart/prod}",
        "view_type": "detail",
        "view_mode": "overall",
        "time_windows": ["7d", "30d", "month_to_date"],
        "show_error_budget": True,
    }


def test_an_slo_list() -> None:
    assert definition(SLOList(title="SLOs", requests=["service:cart"])) == {
        "type": "slo_list",
        "title": "SLOs",
        "requests": [{"request_type": "slo_list", "query": {"query_string": "service:cart"}}],
    }


def test_an_slo_list_in_order() -> None:
    query = {"query_string": "env:prod", "limit": 5, "sort": [{"column": "status.sli", "order": "asc"}]}
    (request,) = definition(SLOList(requests=[{"query": query}]))["requests"]
    assert request["query"] == query


def test_an_alert_graph_of_a_monitor_defined_here() -> None:
    assert definition(AlertGraph(title="Latency", alert_id=Ref("monitor", "service/latency/cart/prod"))) == {
        "type": "alert_graph",
        "title": "Latency",
        "alert_id": "${monitor:service/latency/cart/prod}",
        "viz_type": "timeseries",
    }


def test_an_alert_value_of_a_monitor_by_number() -> None:
    assert definition(AlertValue(title="Latency", alert_id=123, precision=1, unit="auto", text_align="center")) == {
        "type": "alert_value",
        "title": "Latency",
        "alert_id": "123",
        "precision": 1,
        "unit": "auto",
        "text_align": "center",
    }


def test_a_monitor_summary() -> None:
    widget = MonitorSummary(
        title="Alerts", query="service:cart", display_format="countsAndList", summary_type="monitors", sort="status,asc"
    )
    assert definition(widget) == {
        "type": "manage_status",
        "title": "Alerts",
        "query": "service:cart",
        "display_format": "countsAndList",
        "summary_type": "monitors",
        "sort": "status,asc",
    }


def test_a_button_that_runs_a_workflow() -> None:
    workflow = "2e055f16-8b6a-4cdd-b452-17a34c44b160"
    assert definition(RunWorkflow(title="Restart", workflow_id=workflow, inputs={"service": "cart"})) == {
        "type": "run_workflow",
        "title": "Restart",
        "workflow_id": workflow,
        "inputs": [{"name": "service", "value": "cart"}],
    }
