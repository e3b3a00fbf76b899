"""What stands between the braces of a metric query."""

from __future__ import annotations

import pytest

from dd_sync.query.errors import QueryError
from dd_sync.query.reader import Reader
from dd_sync.query.scope import read_scope, read_tag_list
from dd_sync.query.tree import AllOf, AnyOf, Everything, Filter, FilterGroup, In, Not, Tag, Variable


def scope(text: str) -> Filter:
    reader = Reader(text)
    found = read_scope(reader)
    assert reader.peek() == ""
    return found


def tag(key: str, value: str | None) -> Tag:
    return Tag(0, 0, key, value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{*}", Everything(0, 0)),
        ("{env:prod}", tag("env", "prod")),
        ("{ env:prod }", tag("env", "prod")),
        ("{env: prod}", tag("env", "prod")),
        ("{production}", tag("production", None)),
        ("{group:}", tag("group", "")),
        ("{url:http://x/y?z=1}", tag("url", "http://x/y?z=1")),
        ("{host:web-*}", tag("host", "web-*")),
        ("{env:$env.value}", tag("env", "$env.value")),
        ("{$env}", Variable(0, 0, "$env")),
        ("{$cluster-id.value}", Variable(0, 0, "$cluster-id.value")),
        ("{!env:prod}", Not(0, 0, "!", tag("env", "prod"))),
        ("{NOT env:prod}", Not(0, 0, "NOT", tag("env", "prod"))),
        ("{not env:prod}", Not(0, 0, "NOT", tag("env", "prod"))),
        ("{a:b,c:d}", AllOf(0, 0, ",", (tag("a", "b"), tag("c", "d")))),
        ("{a:b , $c}", AllOf(0, 0, ",", (tag("a", "b"), Variable(0, 0, "$c")))),
        ("{a:b AND c:d}", AllOf(0, 0, "AND", (tag("a", "b"), tag("c", "d")))),
        ("{a:b or c:d}", AnyOf(0, 0, (tag("a", "b"), tag("c", "d")))),
        ("{env IN (a, b,c)}", In(0, 0, "env", ("a", "b", "c"), False)),
        ("{env not in (a)}", In(0, 0, "env", ("a",), True)),
        ("{(a:b OR c:d)}", FilterGroup(0, 0, AnyOf(0, 0, (tag("a", "b"), tag("c", "d"))))),
        ("{order:1}", tag("order", "1")),
        ("{and:1,in:2,by:3}", AllOf(0, 0, ",", (tag("and", "1"), tag("in", "2"), tag("by", "3")))),
        ("{bypass:true}", tag("bypass", "true")),
    ],
)
def test_a_scope_is_read(text: str, expected: Filter) -> None:
    assert scope(text) == expected


def test_and_binds_closer_than_or_and_or_closer_than_a_comma() -> None:
    found = scope("{a:1 OR b:2 AND c:3, d:4}")
    either = AnyOf(0, 0, (tag("a", "1"), AllOf(0, 0, "AND", (tag("b", "2"), tag("c", "3")))))
    assert found == AllOf(0, 0, ",", (either, tag("d", "4")))


def test_every_tag_knows_its_place() -> None:
    text = "{env:prod, !host:a , role IN (x,y)}"
    found = scope(text)
    assert isinstance(found, AllOf)
    assert [text[item.start : item.end] for item in found.items] == ["env:prod", "!host:a", "role IN (x,y)"]


@pytest.mark.parametrize(
    ("text", "position", "says"),
    [
        ("{}", 1, "expected a tag"),
        ("{env:prod,}", 10, "expected a tag"),
        ("{,env:prod}", 1, "expected a tag"),
        ("{env:prod", 9, 'a comma, AND, OR or "}"'),
        ("{env:prod foo:bar}", 10, 'a comma, AND, OR or "}"'),
        ("{env:prod AND}", 13, "expected a tag"),
        ("{AND env:prod}", 1, "expected a tag"),
        ("{(env:prod}", 10, '")"'),
        ("{env IN prod}", 5, 'a comma, AND, OR or "}"'),
        ("{env IN ()}", 9, "expected a value"),
        ("{env IN (a}", 10, 'a comma or ")"'),
        ("{'env':prod}", 1, "expected a tag"),
        ("{“env”:prod}", 1, "expected a tag"),
        ("{env:prod by {host}}", 10, 'expected "}" before "by"'),
        ("{env:prod by host}", 10, 'expected "}" before "by"'),
        ("{by {host}}", 1, 'expected "}" before "by"'),
        ("env:prod", 0, "expected a scope"),
    ],
)
def test_a_broken_scope_is_refused_at_its_place(text: str, position: int, says: str) -> None:
    with pytest.raises(QueryError) as raised:
        read_scope(Reader(text))
    assert says in raised.value.message
    assert raised.value.position == position


def test_grouping_inside_the_scope_says_where_it_belongs() -> None:
    with pytest.raises(QueryError) as raised:
        read_scope(Reader("{env:prod by {host}}"))
    assert "after the scope" in raised.value.hint


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("{host}", ("host",)),
        ("{ host , env }", ("host", "env")),
        ("{*}", ("*",)),
        ("{ * }", ("*",)),
        ("{@http.url,kube-node,a.b}", ("@http.url", "kube-node", "a.b")),
        ("{$group}", ("$group",)),
    ],
)
def test_tags_to_group_by_are_read(text: str, keys: tuple[str, ...]) -> None:
    assert read_tag_list(Reader(text)).keys == keys


@pytest.mark.parametrize("text", ["{}", "{host,}", "{host", "{host env}", "{!host}", "{host='a'}", "host"])
def test_what_is_no_list_of_tags_is_refused(text: str) -> None:
    with pytest.raises(QueryError):
        read_tag_list(Reader(text))
