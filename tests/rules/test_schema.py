"""Datadog's own description of what it takes, as data."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules.schema import faults
from reference.api_schema import SCHEMA, text
from tests.emulator.bodies import dashboard, monitor, slo


def sorts(kind: str, payload: dict[str, Any]) -> list[tuple[str, str]]:
    return [(fault.sort, fault.path) for fault in faults(kind, payload)]


def test_the_table_is_made_of_the_installed_client() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == text(), "python -m reference.api_schema writes it anew"


@pytest.mark.parametrize(("kind", "payload"), [("monitor", monitor()), ("dashboard", dashboard()), ("slo", slo())])
def test_what_the_reference_gives_as_an_example_has_no_faults(kind: str, payload: dict[str, Any]) -> None:
    assert sorts(kind, payload) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"type": "weather alert"}, ("value", "type")),
        ({"type": None}, ("missing", "type")),
        ({"tags": "env:prod"}, ("type", "tags")),
        ({"tags": ["a", 5]}, ("type", "tags[1]")),
        ({"options": {"renotify_statuses": ["ok"]}}, ("value", "options.renotify_statuses[0]")),
        ({"options": {"thresholds": {"warning": "three"}}}, ("type", "options.thresholds.warning")),
        (
            {"options": {"scheduling_options": {"evaluation_window": {"hour_starts": 60}}}},
            ("range", "options.scheduling_options.evaluation_window.hour_starts"),
        ),
        (
            {"options": {"variables": [{"data_source": "syslog", "name": "a", "compute": {"aggregation": "count"}}]}},
            ("value", "options.variables[0].data_source"),
        ),
        ({"draft_status": "hidden"}, ("value", "draft_status")),
    ],
)
def test_a_fault_is_told_at_its_place(changes: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in sorts("monitor", monitor(**changes))


@pytest.mark.parametrize("value", ["0.5", "-3", 4, 0.25, "${number}"])
def test_digits_in_quotes_and_references_are_numbers_too(value: Any) -> None:
    assert sorts("monitor", monitor(options={"thresholds": {"critical": value}})) == []


def widget(**definition: Any) -> dict[str, Any]:
    return dashboard(widgets=[{"definition": definition}])


@pytest.mark.parametrize(
    ("definition", "fault"),
    [
        ({"type": "toplist", "requests": []}, None),
        ({"type": "note"}, ("missing", "widgets[0].definition.content")),
        ({"content": "x"}, ("missing", "widgets[0].definition.type")),
        ({"type": "pie", "requests": []}, ("value", "widgets[0].definition.type")),
        ({"type": "change", "requests": [{}, {}]}, ("count", "widgets[0].definition.requests")),
        ({"type": "timeseries", "requests": {}}, ("type", "widgets[0].definition.requests")),
    ],
)
def test_a_widget_is_held_against_the_description_of_its_type(
    definition: dict[str, Any], fault: tuple[str, str] | None
) -> None:
    found = sorts("dashboard", widget(**definition))
    assert fault in found if fault else ("missing", "widgets[0].definition.type") not in found


def test_a_kind_without_a_description_has_no_faults() -> None:
    assert sorts("team", {"anything": 1}) == []
