"""SLOs as the recordings of the real API show them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask
from tests.emulator.bodies import Body, monitor, slo

PATH = "/api/v1/slo"

GOOD, BAD, ALL = (f"sum:my.metric{{{scope}}}.as_count()" for scope in ("status:good", "status:bad", "*"))


def create(emulator: Emulator, **changes: Any) -> Body:
    answered = ask(emulator, "POST", PATH, slo(**changes))
    assert answered.status == 200, answered.body
    assert answered.body["error"] is None
    created: Body = answered.body["data"][0]
    return created


def read(emulator: Emulator, id: str) -> Body:
    answered = ask(emulator, "GET", f"{PATH}/{id}")
    assert answered.status == 200
    found: Body = answered.body["data"]
    return found


def listed(emulator: Emulator, **query: Any) -> list[str]:
    answered = ask(emulator, "GET", PATH, query=query)
    assert answered.status == 200
    return [found["name"] for found in answered.body["data"]]


def count(good: str, queries: list[str], **other: str) -> Body:
    named = [{"data_source": "metrics", "name": f"query{at}", "query": text} for at, text in enumerate(queries, 1)]
    formulas = {f"{name}_events_formula": {"formula": text} for name, text in {"good": good, **other}.items()}
    return {"count": {"queries": named, **formulas}}


# Creating


def test_a_created_slo_has_the_fields_datadog_adds(emulator: Emulator) -> None:
    created = create(emulator)
    assert re.fullmatch(r"[0-9a-f]{32}", created["id"])
    assert created["created_at"] == created["modified_at"]
    assert (created["type_id"], created["monitor_tags"], created["description"]) == (1, [], "")
    assert created["creator"].keys() == {"name", "handle", "email"}


def test_thresholds_become_floats_with_datadogs_odd_displays(emulator: Emulator) -> None:
    thresholds = [{"timeframe": "7d", "target": 99, "target_display": "99.0", "warning": 99.95}]
    created = create(emulator, thresholds=thresholds)
    assert created["thresholds"] == [
        {"timeframe": "7d", "target": 99.0, "target_display": "99.", "warning": 99.95, "warning_display": "99.95"}
    ]
    assert isinstance(created["thresholds"][0]["target"], float)


def test_the_first_threshold_is_the_primary_one(emulator: Emulator) -> None:
    created = create(emulator)
    assert (created["timeframe"], created["target_threshold"], created["warning_threshold"]) == ("7d", 99, 99.5)


def test_a_named_timeframe_makes_its_threshold_the_primary_one(emulator: Emulator) -> None:
    created = create(emulator, timeframe="30d", target_threshold=98)
    assert (created["timeframe"], created["target_threshold"]) == ("30d", 98)
    assert "warning_threshold" not in created


def test_the_primary_target_is_as_sent_in_the_write_and_a_float_in_reads(emulator: Emulator) -> None:
    created = create(emulator)
    assert isinstance(created["target_threshold"], int)
    assert isinstance(read(emulator, created["id"])["target_threshold"], float)


def test_an_empty_list_of_monitors_on_a_metric_slo_is_dropped(emulator: Emulator) -> None:
    assert "monitor_ids" not in create(emulator, monitor_ids=[])


def test_groups_are_kept(emulator: Emulator) -> None:
    assert create(emulator, groups=["env:test"])["groups"] == ["env:test"]


def test_a_time_slice_gets_its_interval(emulator: Emulator) -> None:
    query = {"formulas": [{"formula": "a"}], "queries": [{"data_source": "metrics", "name": "a", "query": "x{*}"}]}
    slices = {"time_slice": {"comparator": ">", "threshold": 5, "query": query}}
    created = create(emulator, type="time_slice", sli_specification=slices)
    assert created["sli_specification"]["time_slice"] == slices["time_slice"] | {"query_interval_seconds": 300}
    assert created["type_id"] == 2
    assert "query" not in created


def test_a_monitor_slo_names_its_monitors(emulator: Emulator) -> None:
    id = emulator.put("monitor", monitor())
    created = create(emulator, type="monitor", monitor_ids=[id])
    assert (created["monitor_ids"], created["type_id"]) == ([id], 0)
    assert "query" not in created


# The two spellings of a metric query


def test_a_specification_is_answered_with_its_query(emulator: Emulator) -> None:
    specification = count("query1 - query2", [ALL, BAD], total="query1")
    created = create(emulator, query=None, sli_specification=specification)
    assert created["query"] == {"numerator": f"{ALL} - {BAD}", "denominator": ALL}
    assert created["sli_specification"] == specification


def test_bad_events_make_the_denominator_a_sum(emulator: Emulator) -> None:
    created = create(emulator, query=None, sli_specification=count("query1", [GOOD, BAD], bad="query2"))
    assert created["query"] == {"numerator": GOOD, "denominator": f"({GOOD}) + ({BAD})"}


@pytest.mark.parametrize(
    ("numerator", "denominator", "specification"),
    [
        (GOOD, ALL, count("query1", [GOOD, ALL], total="query2")),
        (ALL, ALL, count("query1", [ALL], total="query1")),
        (f"{GOOD} - {BAD}", ALL, count("(query1 - query2)", [GOOD, BAD, ALL], total="query3")),
        (GOOD, f"{GOOD} + {BAD}", count("query1", [GOOD, BAD], total="(query1 + query2)")),
    ],
)
def test_a_query_is_answered_with_its_specification(
    emulator: Emulator, numerator: str, denominator: str, specification: Body
) -> None:
    query = {"numerator": numerator, "denominator": denominator}
    created = create(emulator, query=query)
    assert created["query"] == query
    assert created["sli_specification"] == specification


def test_a_query_that_is_not_understood_gets_no_specification(emulator: Emulator) -> None:
    created = create(
        emulator,
        query={"numerator": "count(v: v<=0.5):trace.web.request{*}.as_count()", "denominator": ALL},
    )
    assert "sli_specification" not in created


_metric_queries = st.builds(
    "sum:{}{{{}}}.as_count()".format, st.sampled_from(("a.b", "web.hits")), st.sampled_from(("*", "env:prod,x:y"))
)


@settings(max_examples=40, deadline=None)
@given(_metric_queries, _metric_queries)
def test_both_spellings_of_a_query_lead_to_the_same_slo(numerator: str, denominator: str) -> None:
    emulator = Emulator()
    first = create(emulator, query={"numerator": numerator, "denominator": denominator})
    second = create(emulator, query=None, sli_specification=first["sli_specification"])
    assert (first["query"], first["sli_specification"]) == (second["query"], second["sli_specification"])


# Reading


def test_tags_come_in_another_order_from_read_to_read(emulator: Emulator) -> None:
    created = create(emulator)
    orders = {tuple(read(emulator, created["id"])["tags"]) for _ in range(20)}
    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {frozenset(slo()["tags"])}


def test_a_read_has_what_the_write_answered(emulator: Emulator) -> None:
    created = create(emulator, tags=[])
    assert read(emulator, created["id"]) == created


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_slo_that_is_not_there_is_not_found(emulator: Emulator, method: str) -> None:
    answered = ask(emulator, method, f"{PATH}/abc", slo() if method == "PUT" else None)
    assert answered.pair() == (404, {"errors": ["SLO not found: abc not found"]})


# Updating


def test_a_put_replaces_the_whole_and_keeps_who_made_it(emulator: Emulator) -> None:
    created = create(emulator, description="old")
    answered = ask(emulator, "PUT", f"{PATH}/{created['id']}", slo(name="New", tags=[])).body["data"][0]
    assert (answered["name"], answered["tags"], answered["description"]) == ("New", [], "")
    assert {name: answered[name] for name in ("id", "creator", "created_at")} == {
        name: created[name] for name in ("id", "creator", "created_at")
    }


# Listing


def test_the_list_counts_what_was_found(emulator: Emulator) -> None:
    for number in range(3):
        create(emulator, name=f"s{number}")
    body = ask(emulator, "GET", PATH, query={"limit": 2, "offset": 1}).body
    assert [found["name"] for found in body["data"]] == ["s1", "s2"]
    assert body["metadata"] == {"page": {"total_count": 3, "total_filtered_count": 3}}


def test_tags_query_filters_by_whole_tags(emulator: Emulator) -> None:
    create(emulator, name="ours", tags=["managed_by:ddsync", "a:1"])
    create(emulator, name="longer", tags=["managed_by:ddsync2"])
    create(emulator, name="none", tags=[])
    assert listed(emulator, tags_query="managed_by:ddsync") == ["ours"]
    assert listed(emulator, tags_query="managed_by:ddsync,a:1") == ["ours"]
    assert listed(emulator, tags_query="managed_by:ddsync,a:2") == []


def test_query_filters_by_name_and_metrics_query_by_the_metrics(emulator: Emulator) -> None:
    create(emulator, name="Checkout")
    create(
        emulator,
        name="Search",
        query={"numerator": "sum:search.ok{*}.as_count()", "denominator": "sum:search.all{*}.as_count()"},
    )
    assert listed(emulator, query="check") == ["Checkout"]
    assert listed(emulator, metrics_query="search.ok") == ["Search"]


def test_ids_choose_and_come_without_counts(emulator: Emulator) -> None:
    first, _, third = (create(emulator, name=f"s{number}") for number in range(3))
    assert listed(emulator, ids=f"{third['id']},{first['id']}") == ["s2", "s0"]
    assert "metadata" not in ask(emulator, "GET", PATH, query={"ids": first["id"]}).body
    assert ask(emulator, "GET", PATH, query={"ids": "abc"}).status == 404


# Refusals


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"type": "monitor"}, "Invalid payload: must specify monitor_ids"),
        ({"thresholds": []}, "Invalid payload: must specify thresholds"),
        ({"name": None}, "Invalid payload: 'name' should be string"),
        ({"type": None}, "Invalid payload: Required parameter 'type' is missing"),
        ({"query": None}, "Invalid payload: must specify the query for count types"),
        ({"type": "time_slice"}, "Invalid payload: must specify sli_specification"),
        (
            {"type": "monitor", "monitor_ids": [1]},
            "Invalid payload: invalid monitor ids: 1, monitors not found or not supported SLO",
        ),
        (
            {"thresholds": [{"timeframe": "7d", "target": 100}]},
            "Invalid payload: The target is incorrect: target must be a positive number between (0.0, 100.0)",
        ),
        (
            {"query": {"numerator": "sum:a{*}", "denominator": "sum:b{*}"}},
            "Metric queries require the 'as count' modifier",
        ),
    ],
)
def test_what_datadog_refuses_is_refused_in_its_words(emulator: Emulator, change: Body, sentence: str) -> None:
    answered = ask(emulator, "POST", PATH, slo(**change))
    assert answered.status == 400
    assert answered.body["errors"] == [sentence]
    assert emulator.objects("slo") == []


# Deleting


def test_a_deleted_slo_is_gone(emulator: Emulator) -> None:
    id = create(emulator)["id"]
    assert ask(emulator, "DELETE", f"{PATH}/{id}").pair() == (200, {"data": [id], "error": None})
    assert ask(emulator, "DELETE", f"{PATH}/{id}").status == 404


def test_an_slo_on_a_dashboard_is_deleted_only_by_force(emulator: Emulator) -> None:
    id = create(emulator)["id"]
    widget = {"definition": {"type": "group", "widgets": [{"definition": {"type": "slo", "slo_id": id}}]}}
    board = emulator.put("dashboard", {"title": "SLOs", "widgets": [widget]})
    reason = f"slo {id} is referenced in dashboard_id: {board}"
    path = f"{PATH}/{id}"
    assert ask(emulator, "DELETE", path).pair() == (409, {"errors": reason, "data": None})
    checked = ask(emulator, "GET", f"{PATH}/can_delete", query={"ids": id})
    assert checked.pair() == (409, {"data": {"ok": []}, "errors": {id: reason}})
    assert ask(emulator, "DELETE", path, query={"force": "true"}).status == 200


def test_an_slo_named_in_a_dashboards_description_only_can_go(emulator: Emulator) -> None:
    id = create(emulator)["id"]
    emulator.put("dashboard", {"title": "SLOs", "description": f"see {id}", "widgets": []})
    checked = ask(emulator, "GET", f"{PATH}/can_delete", query={"ids": id})
    assert checked.pair() == (200, {"data": {"ok": [id]}, "errors": None})


def test_bulk_delete_takes_timeframes_and_then_the_whole(emulator: Emulator) -> None:
    half, whole = create(emulator)["id"], create(emulator)["id"]
    answered = ask(emulator, "POST", f"{PATH}/bulk_delete", {half: ["7d"], whole: ["7d", "30d"]})
    assert answered.body == {"data": {"deleted": [whole], "updated": [half]}, "errors": []}
    assert [threshold["timeframe"] for threshold in read(emulator, half)["thresholds"]] == ["30d"]
