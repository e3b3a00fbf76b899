"""One door for all languages."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest
from datadog_api_client.v1.model.monitor_type import MonitorType
from hypothesis import given, settings
from hypothesis import strategies as st

from dd_sync.query.errors import QueryError
from dd_sync.query.parse import TYPES, parse
from dd_sync.query.tree import Alert, Chain, Composite, Expressions, Node, Query, String, Unparsed
from tests.query.spelling import typed


@pytest.mark.parametrize(
    ("query", "type_", "body"),
    [
        ("avg(last_5m):avg:system.load.1{*} > 5", "query alert", Alert),
        ("avg(last_5m):avg:system.load.1{*} > 5", "metric alert", Alert),
        ('formula("a / b").rollup("sum").last("5m") > 5', "query alert", Alert),
        ('logs("*").index("*").rollup("count").last("5m") > 5', "log alert", Alert),
        ('"ntp.in_sync".over("*").by("host").last(2).count_by_status()', "service check", Alert),
        ("1 && 2", "composite", Composite),
        ('error_budget("abc").over("7d") > 75', "slo alert", Alert),
        ('processes("java").over("env:prod").rollup("count").last("10m") > 1', "process alert", Alert),
        ("avg:x{*}, avg:y{*}", "dashboard", Expressions),
        ("query1 / query2", "formula", Expressions),
        ("sum:x{*}.as_count()", "slo", Expressions),
        ("no_query", "synthetics alert", Unparsed),
        ("whatever comes", "a type of next year", Unparsed),
        ('logs("*").last("5m") > 1', "a type of next year", Alert),
    ],
)
def test_each_type_has_its_language(query: str, type_: str, body: type) -> None:
    found = parse(query, type_)
    assert isinstance(found.body, body)
    assert (str(found), found.type) == (query, type_)


def test_the_types_are_those_of_the_api_and_ours() -> None:
    assert set(MonitorType.allowed_values) <= set(TYPES)
    assert {"dashboard", "formula", "slo"} <= set(TYPES)


def test_a_tree_cannot_be_changed() -> None:
    query = parse("avg(last_5m):avg:x{*} > 5")
    with pytest.raises(FrozenInstanceError):
        query.body.start = 3  # type: ignore[misc]


def test_two_queries_that_say_the_same_are_equal_whatever_their_spaces() -> None:
    one = parse("avg(last_5m):avg:x{a:b,c:d} by {host,env} > 5")
    other = parse("avg( last_5m ) : avg:x{ a:b , c:d } by { host, env }>5")
    assert one == other
    assert one != parse("avg(last_5m):avg:x{a:b,c:d} by {host,env} > 6")


@given(typed)
def test_what_the_docs_describe_is_read(query_and_type: tuple[str, str]) -> None:
    query, type_ = query_and_type
    assert str(parse(query, type_)) == query


@given(typed)
def test_every_node_stands_inside_its_parent_and_holds_no_outer_spaces(query_and_type: tuple[str, str]) -> None:
    query, type_ = query_and_type
    check_places(query, parse(query, type_).body)


def check_places(text: str, node: Node) -> None:
    piece = text[node.start : node.end]
    assert piece == piece.strip()
    assert piece or isinstance(node, String)
    for child in _children(node):
        assert node.start <= child.start <= child.end <= node.end
        check_places(text, child)


def _children(node: Node) -> list[Node]:
    values = (getattr(node, field.name) for field in fields(node))
    listed = (value if isinstance(value, tuple) else (value,) for value in values)
    return [item for items in listed for item in items if isinstance(item, Node)]


signs = ["(", ")", "{", "}", ":", ",", " ", ">", '"', "'", "*", "&&", "!", "-", "+", "/", "\\", "“", "\n"]
words = ["avg", "last_5m", "x", "by", "5", "logs", ".last", "formula", "$env", "${slo:a}", "env:prod", "AND", "IN"]
scraps = st.sampled_from([*signs, *words, "count_by_status()", "default_zero"])


@settings(max_examples=400)
@given(st.one_of(st.text(), st.lists(scraps, max_size=25).map("".join)), st.sampled_from(TYPES))
def test_no_text_raises_anything_but_our_error(query: str, type_: str) -> None:
    check_refusal(query, type_)


@settings(max_examples=400)
@given(typed, st.integers(0, 200), st.integers(0, 8), scraps)
def test_no_damage_to_a_query_raises_anything_but_our_error(
    query_and_type: tuple[str, str], place: int, length: int, scrap: str
) -> None:
    query, type_ = query_and_type
    check_refusal(query[:place] + scrap + query[place + length :], type_)


def check_refusal(query: str, type_: str) -> None:
    error = refusal(query, type_)
    if error is not None:
        assert 0 <= error.position <= len(query)
        assert error.query == query
        assert error.message
        assert error.caret().endswith("^")


def refusal(query: str, type_: str) -> QueryError | None:
    try:
        parse(query, type_)
    except QueryError as error:
        return error
    return None


@given(typed, st.sampled_from([" foo", ")", "}", ";", ' "', " > 5 5"]))
def test_trailing_garbage_is_refused(query_and_type: tuple[str, str], garbage: str) -> None:
    query, type_ = query_and_type
    with pytest.raises(QueryError):
        parse(query + garbage, type_)


def test_a_chain_may_be_any_monitors_value() -> None:
    query = parse('logs("a").last("5m") - logs("b").last("5m") > 5', "log alert")
    assert isinstance(query, Query)
    assert isinstance(query.body, Alert)
    assert not isinstance(query.body.value, Chain)
