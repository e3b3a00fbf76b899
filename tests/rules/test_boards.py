"""Dashboards as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_dashboard
from tests.emulator.bodies import dashboard
from tests.rules.payloads import rules

PLACED = {"x": 0, "y": 0, "width": 4, "height": 2}
NOTE: dict[str, Any] = {"definition": {"type": "note", "content": "x"}}
GROUP: dict[str, Any] = {"definition": {"type": "group", "layout_type": "ordered", "widgets": []}}


def of(definition: dict[str, Any]) -> dict[str, Any]:
    return dashboard(widgets=[{"definition": definition}])


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (dashboard(), set()),
        (dashboard(is_read_only=False), set()),
        (dashboard(is_read_only=True), {"dashboard-read-only"}),
        (dashboard(tags=["tm:foobar"]), {"dashboard-tag-key"}),
        (dashboard(layout_type="free"), {"dashboard-layout"}),
        (dashboard(layout_type="free", widgets=[NOTE | {"layout": PLACED}]), set()),
        (dashboard(layout_type="free", reflow_type="fixed", widgets=[NOTE | {"layout": PLACED}]), {"dashboard-layout"}),
        (dashboard(reflow_type="auto", widgets=[NOTE | {"layout": PLACED}]), {"dashboard-layout"}),
        (dashboard(layout_type="free", widgets=[GROUP | {"layout": PLACED}]), {"dashboard-groups"}),
        (dashboard(widgets=[{"definition": GROUP["definition"] | {"widgets": [GROUP]}}]), {"dashboard-groups"}),
        (of({"type": "distribution", "requests": [{"style": {"palette": "dog_classic"}}]}), {"widget-request-empty"}),
        (of({"type": "timeseries", "requests": [{"q": "avg:x{*}"}]}), set()),
        (of({"type": "servicemap", "service": "a", "filters": []}), {"field-count"}),
        (dashboard(template_variables=[{"prefix": "host"}]), {"field-missing"}),
        (
            dashboard(template_variables=[{"name": "a", "default": "*", "defaults": ["*"]}]),
            {"template-variable-default"},
        ),
    ],
)
def test_a_dashboard_is_laid_out_as_datadog_takes_it(payload: dict[str, Any], expected: set[str]) -> None:
    assert rules(check_dashboard(payload), "error") == expected


def test_percentiles_of_events_are_written_pc() -> None:
    for name, fine in (("pc95", True), ("p95", False), ("avg", True)):
        query = {
            "data_source": "logs",
            "name": "a",
            "compute": {"aggregation": name, "metric": "@d"},
            "search": {"query": ""},
        }
        payload = of({"type": "timeseries", "requests": [{"queries": [query], "response_format": "timeseries"}]})
        assert rules(check_dashboard(payload), "error") == (set() if fine else {"widget-aggregation"})
