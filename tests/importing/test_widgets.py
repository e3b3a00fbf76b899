"""Widgets in the shortest spelling that means the same; anything else as it is."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.importing.code import laid_out
from dd_sync.importing.printing import Printer
from dd_sync.importing.widgets import widget
from dd_sync.importing.written import Raw, evaluate_code
from tests.corpus.recordings import lines, needs_recordings

CPU = "avg:system.cpu.user{$env} by {host}"


def code(definition: dict[str, Any], **outside: Any) -> str:
    """A widget as one line of code."""
    spelling = widget({"definition": definition, **outside})
    assert evaluate_code(spelling).to_payload() == {"definition": definition, **outside}
    return Printer({}).node(spelling).flat


def queries(*texts: str, **more: Any) -> list[dict[str, Any]]:
    """Metric queries as Datadog's editor names them."""
    return [{"data_source": "metrics", "name": f"query{n}", "query": text, **more} for n, text in enumerate(texts, 1)]


def request(*formulas: str, of: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {"queries": of, "formulas": [{"formula": one} for one in formulas], "response_format": "timeseries", **more}


def test_a_request_of_queries_alone_is_their_texts() -> None:
    definition = {"type": "timeseries", "title": "CPU", "requests": [request("query1", of=queries(CPU))]}
    assert code(definition) == f'Timeseries(title="CPU", requests=["{CPU}"])'


def test_formulas_over_queries_are_written_and_the_queries_stay_texts() -> None:
    definition = {
        "type": "timeseries",
        "requests": [request("query1 / query2 * 100", of=queries("sum:a{*}", "sum:b{*}"))],
    }
    assert code(definition) == (
        'Timeseries(requests=[Request(queries=["sum:a{*}", "sum:b{*}"], formulas=["query1 / query2 * 100"])])'
    )


def test_queries_with_names_of_their_own_are_a_dictionary() -> None:
    named = [{"data_source": "metrics", "name": "hits", "query": "sum:hits{*}"}]
    definition = {"type": "timeseries", "requests": [request("hits * 2", of=named)]}
    assert code(definition) == 'Timeseries(requests=[Request(queries={"hits": "sum:hits{*}"}, formulas=["hits * 2"])])'


def test_two_requests_keep_apart() -> None:
    definition = {"type": "timeseries", "requests": [request("query1", of=queries(CPU)) for _ in range(2)]}
    assert code(definition).count("Request(queries=") == 2


def test_what_says_more_than_its_short_form_is_written_out() -> None:
    of = queries(CPU, aggregator="last")
    formulas = [{"formula": "query1", "alias": "CPU", "number_format": unit("byte", "second")}]
    definition = {
        "type": "query_value",
        "requests": [{"queries": of, "formulas": formulas, "response_format": "scalar"}],
    }
    assert code(definition) == (
        f'QueryValue(requests=[Request(queries=[MetricQuery(query="{CPU}", aggregator="last")],'
        ' formulas=[Formula(formula="query1", alias="CPU", number_format="byte/second")])])'
    )


def unit(name: str, per: str) -> dict[str, Any]:
    return {"unit": {"type": "canonical_unit", "unit_name": name, "per_unit_name": per}}


def test_parts_that_say_one_thing_are_that_thing() -> None:
    events = {
        "data_source": "logs",
        "name": "query1",
        "search": {"query": "status:error"},
        "indexes": ["*"],
        "compute": {"aggregation": "count"},
        "group_by": [{"facet": "service"}],
    }
    definition = {"type": "toplist", "time": {"live_span": "4h"}, "requests": [{**request("query1", of=[events])}]}
    definition["requests"][0]["response_format"] = "scalar"  # type: ignore[index]
    assert code(definition) == (
        'Toplist(time="4h", requests=[Request(queries=[EventQuery(data_source="logs", search="status:error",'
        ' indexes=["*"], compute="count", group_by=["service"])])])'
    )


def test_a_group_holds_typed_widgets_beside_others() -> None:
    inner = [
        {"definition": {"type": "note", "content": "a"}, "layout": {"x": 0, "y": 0, "width": 1, "height": 1}},
        {"definition": {"type": "of_tomorrow", "x": 1}},
    ]
    definition = {"type": "group", "layout_type": "ordered", "title": "G", "widgets": inner}
    assert code(definition) == (
        'Group(title="G", widgets=[Note(content="a", layout=Layout(x=0, y=0, width=1, height=1)),'
        ' Widget.from_api({"definition": {"type": "of_tomorrow", "x": 1}})])'
    )


@pytest.mark.parametrize(
    "definition",
    [
        {"type": "note", "content": "a", "of_tomorrow": True},
        {"type": "of_tomorrow"},
        {"type": "note", "content": "a", "time": {"type": "fixed", "from": 1, "to": 2}},
        {"type": "timeseries", "time": {"type": "fixed", "from": 1, "to": 2}, "requests": [{"q": CPU}]},
    ],
)
def test_what_no_type_can_say_in_a_way_that_type_checkers_take_is_verbatim(definition: dict[str, Any]) -> None:
    assert isinstance(widget({"definition": definition}), Raw)
    assert code(definition).startswith("Widget.from_api(")


@needs_recordings
@pytest.mark.corpus
def test_every_published_widget_is_made_again_by_its_code() -> None:
    found = [one for line in lines("dashboards.jsonl") for one in line["body"]["widgets"]]
    for one in found[:400]:
        bare = {name: value for name, value in one.items() if name != "id"}
        spelling = widget(bare)
        assert evaluate_code(spelling).to_payload() == bare
        assert laid_out(Printer({}).node(spelling))
