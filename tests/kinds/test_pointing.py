"""Ids become names wherever Datadog keeps them, and nowhere else."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.references import resolve
from dd_sync.kinds import KINDS
from dd_sync.kinds.pointing import Names, point_references

NAMES: Names = {
    ("monitor", 12): ("monitor", "a/x"),
    ("monitor", 123): ("monitor", "a/y"),
    ("slo", "ab12"): ("slo", "b/z"),
}


def test_a_composite_names_its_monitors() -> None:
    payload = {"type": "composite", "query": "12 && (!123 || 1234)"}
    assert point_references(payload, NAMES)["query"] == "${monitor:a/x} && (!${monitor:a/y} || 1234)"


def test_numbers_in_other_queries_are_numbers() -> None:
    payload = {"type": "query alert", "query": "avg(last_5m):avg:a{*} > 12"}
    assert point_references(payload, NAMES) == payload


def test_an_alert_on_an_slo_names_it() -> None:
    query = 'burn_rate("ab12").over("30d").long_window("1h").short_window("5m") > 14.4'
    found = point_references({"type": "slo alert", "query": query}, NAMES)["query"]
    assert found == query.replace("ab12", "${slo:b/z}")
    assert (
        point_references({"type": "slo alert", "query": query.replace("ab12", "30d")}, NAMES)["query"].count("30d") == 2
    )


def test_an_slo_names_its_monitors_and_keeps_those_it_does_not_know() -> None:
    assert point_references({"type": "monitor", "monitor_ids": [12, 7]}, NAMES)["monitor_ids"] == ["${monitor:a/x}", 7]


def test_widgets_name_what_they_show_however_deep_they_lie() -> None:
    queries = [{"data_source": "slo", "slo_id": "ab12", "name": "q"}]
    inner = [
        {"definition": {"type": "alert_graph", "alert_id": "12"}},
        {"definition": {"type": "slo", "slo_id": "ab12"}},
        {"definition": {"type": "timeseries", "requests": [{"queries": queries}]}},
        {"definition": {"type": "alert_graph", "alert_id": "not a number"}},
    ]
    board = {"widgets": [{"id": 12, "definition": {"type": "group", "widgets": inner}}]}
    group = point_references(board, NAMES)["widgets"][0]
    assert group["id"] == 12
    first, second, third, fourth = (widget["definition"] for widget in group["definition"]["widgets"])
    assert first["alert_id"] == "${monitor:a/x}"
    assert second["slo_id"] == "${slo:b/z}"
    assert third["requests"][0]["queries"][0]["slo_id"] == "${slo:b/z}"
    assert fourth["alert_id"] == "not a number"


def test_the_payload_itself_is_left_alone() -> None:
    payload = {"type": "composite", "query": "12 && 123"}
    point_references(payload, NAMES)
    assert payload["query"] == "12 && 123"


ids = st.integers(1, 999)
composites = st.lists(ids, min_size=2).map(lambda found: {"type": "composite", "query": " && ".join(map(str, found))})
slos = st.lists(ids).map(lambda found: {"type": "monitor", "monitor_ids": found})
boards = st.lists(ids).map(
    lambda found: {"widgets": [{"definition": {"type": "alert_graph", "alert_id": str(one)}} for one in found]}
)


@given(st.one_of(composites, slos, boards), st.sets(ids))
def test_naming_and_resolving_gives_the_same_payload(payload: dict[str, Any], known: set[int]) -> None:
    names: Names = {("monitor", one): ("monitor", f"k/{one}") for one in known}
    back: dict[tuple[str, str], int | str] = {("monitor", f"k/{one}"): one for one in known}
    assert resolve(point_references(payload, names), back, KINDS["dashboard"].text_references) == payload
