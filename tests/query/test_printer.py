"""Trees as text."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from dd_sync.query.parse import parse
from dd_sync.query.printer import render
from dd_sync.query.tree import Alert, Condition, Number
from dd_sync.query.walk import walk
from tests.query.spelling import typed


@given(typed)
def test_reading_printing_and_reading_again_is_the_identity(query_and_type: tuple[str, str]) -> None:
    query, type_ = query_and_type
    tree = parse(query, type_)
    printed = render(tree)
    assert parse(printed, type_) == tree
    assert render(parse(printed, type_)) == printed


@given(typed)
def test_every_expression_inside_prints_what_stands_there(query_and_type: tuple[str, str]) -> None:
    query, type_ = query_and_type
    for node in walk(parse(query, type_)):
        assert "".join(render(node).split()).lower() == "".join(query[node.start : node.end].split()).lower()


@pytest.mark.parametrize(
    ("query", "type_"),
    [
        ("avg(last_5m):avg:system.load.1{env:prod,!host:a} by {host,env}.rollup(max, 60) > 5", "query alert"),
        ("change(avg(last_5m),1h_ago):sum:x{a IN (b,c) AND NOT d:e}.as_count() / 2 >= -0.5", "query alert"),
        ("count(v: v<=0.5):trace.flask.request{*}", "dashboard"),
        ("anomalies(avg:x{*}, 'agile', 2, direction='above'), -avg:y{$env} * (1 + 2)", "dashboard"),
        ("percentile(query1, 'p90', {host}) / query2", "formula"),
        ('logs("a (b OR c)").index("*").rollup("avg", "@d").by("x,y").last("5m") > 5', "log alert"),
        ('formula("a / b").last("5m") > 5', "query alert"),
        ('"ntp.in_sync".over("a:b", "c:d").by("host").last(2).count_by_status()', "service check"),
        ("(1 && !${monitor:a/b}) || 3", "composite"),
        ('burn_rate("${slo:a/b}").over("30d").long_window("1h").short_window("5m") > 14.4', "slo alert"),
        ("no_query", "synthetics alert"),
    ],
)
def test_a_query_in_our_spelling_is_printed_unchanged(query: str, type_: str) -> None:
    assert render(parse(query, type_)) == query


def test_spaces_and_cases_become_one_spelling() -> None:
    query = "avg( last_5m ):avg:x{ a:b , c:d }  by {host , env} . rollup( max,60 )>5"
    assert render(parse(query)) == "avg(last_5m):avg:x{a:b,c:d} by {host,env}.rollup(max, 60) > 5"
    assert render(parse("avg:x{a:b and not c:d}", "dashboard")) == "avg:x{a:b AND NOT c:d}"


def test_a_changed_tree_can_be_written() -> None:
    query = parse("avg(last_5m):avg:x{*} > 5")
    assert isinstance(query.body, Alert)
    changed = replace(query.body, condition=Condition(0, 0, ">=", Number(0, 0, "7")))
    assert render(changed) == "avg(last_5m):avg:x{*} >= 7"
    assert str(query) == "avg(last_5m):avg:x{*} > 5"
