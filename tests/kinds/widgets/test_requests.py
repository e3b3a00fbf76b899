"""Requests: how they are written in short, and what is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dd_sync.kinds.widgets import (
    ConditionalFormat,
    EventQuery,
    Formula,
    MetricQuery,
    QueryTable,
    QueryValue,
    Request,
    Timeseries,
    typed,
)
from tests.kinds.widget_schema import definition

names = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


def requests(widget: Timeseries | QueryTable | QueryValue) -> Any:
    """The requests a widget sends, as far as Datadog's schema knows them."""
    return definition(widget)["requests"]


def metric(query: str, name: str) -> dict[str, str]:
    return {"data_source": "metrics", "name": name, "query": query}


# Mistakes


def wrong(message: str) -> Any:
    return pytest.raises(ValidationError, match=message)


# Short forms


def test_texts_that_stand_together_share_a_request() -> None:
    (request,) = requests(QueryTable(requests=["avg:a{*}", "avg:b{*}"]))
    assert request["queries"] == [metric("avg:a{*}", "query1"), metric("avg:b{*}", "query2")]
    assert request["formulas"] == [{"formula": "query1"}, {"formula": "query2"}]


def test_texts_and_requests_keep_their_order() -> None:
    bars = Request(queries=["avg:b{*}"], display_type="bars")
    sent = requests(Timeseries(requests=["avg:a{*}", bars, "avg:c{*}"]))
    assert [request["queries"][0]["query"] for request in sent] == ["avg:a{*}", "avg:b{*}", "avg:c{*}"]
    assert [request.get("display_type") for request in sent] == [None, "bars", None]


@given(st.dictionaries(names, st.just("avg:a{*}"), min_size=1, max_size=4))
def test_queries_by_name_keep_their_names_and_are_shown(queries: dict[str, str]) -> None:
    request = Request(queries=queries).to_payload()
    assert [query["name"] for query in request["queries"]] == list(queries)
    assert [formula["formula"] for formula in request["formulas"]] == list(queries)


def test_a_query_may_be_a_model_under_its_name() -> None:
    request = Request(queries={"cpu": MetricQuery(query="avg:a{*}", aggregator="last")})
    assert request.to_payload()["queries"] == [{**metric("avg:a{*}", "cpu"), "aggregator": "last"}]


def test_queries_that_carry_their_names_are_left_as_written() -> None:
    (request,) = requests(Timeseries(requests=[Request(queries=[MetricQuery(name="cpu", query="avg:a{*}")])]))
    assert request == {"queries": [metric("avg:a{*}", "cpu")], "response_format": "timeseries"}


def test_formulas_that_were_written_are_the_only_ones() -> None:
    request = Request(queries=["avg:a{*}", "avg:b{*}"], formulas=["query1 / query2"])
    assert request.to_payload()["formulas"] == [{"formula": "query1 / query2"}]


def test_a_response_format_that_was_written_stays() -> None:
    table = QueryTable(requests=[Request(queries=["avg:a{*}"], response_format="timeseries")])
    assert table.to_payload()["definition"]["requests"][0]["response_format"] == "timeseries"


def test_older_spellings_need_no_response_format() -> None:
    assert requests(Timeseries(requests=[Request(q="avg:a{*}", metadata=[{"expression": "avg:a{*}"}])])) == [
        {"q": "avg:a{*}", "metadata": [{"expression": "avg:a{*}"}]}
    ]


def test_requests_are_read_back_as_they_were_written() -> None:
    errors = EventQuery(data_source="logs", search="status:error", compute="count", group_by=["service"])
    written = QueryValue(
        requests=[
            Request(
                queries={"errors": errors, "hits": MetricQuery(query="sum:hits{*}", aggregator="sum")},
                formulas=[Formula(formula="errors / hits", number_format="percent")],
                conditional_formats=[ConditionalFormat(comparator=">", value=0.5, palette="white_on_red")],
            )
        ]
    )
    assert typed(written.to_payload()) == written


def test_a_formula_over_a_query_that_is_not_there() -> None:
    with wrong("names eror, the queries are error, hits. Did you mean error"):
        Request(queries={"error": "avg:a{*}", "hits": "avg:b{*}"}, formulas=["eror / hits"])


@pytest.mark.parametrize(
    "formula",
    [
        "hits",
        "hits / 100",
        "default_zero(hits) * 1e3",
        "top(hits, 10, 'mean', 'desc')",
        'anomalies(hits, "basic", 2)',
        "hits / $scale",
    ],
)
def test_what_else_stands_in_a_formula_is_no_query(formula: str) -> None:
    assert Request(queries={"hits": "avg:a{*}"}, formulas=[formula]).to_payload()["formulas"] == [{"formula": formula}]


def test_two_queries_of_one_name() -> None:
    with wrong("2 queries are called a"):
        Request(queries=[MetricQuery(name="a", query="avg:a{*}"), MetricQuery(name="a", query="avg:b{*}")])


@pytest.mark.parametrize("name", ["error-rate", "5xx rate", "a.b", "p95(x)"])
def test_a_query_whose_name_a_formula_reads_as_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="the formula"):
        Request(queries={name: "avg:a{*}"})
