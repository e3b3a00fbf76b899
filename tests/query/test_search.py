"""Datadog's search syntax, as far as it is read."""

from __future__ import annotations

import pytest

from dd_sync.query.errors import QueryError
from dd_sync.query.reader import Reader
from dd_sync.query.search import check_search, terms


def check(search: str) -> None:
    check_search(Reader(search), 0, len(search))


@pytest.mark.parametrize(
    "search",
    [
        "",
        "*",
        "status:error",
        "service:(a OR b) -env:dev",
        "((a OR b) AND (c OR d))",
        r"resource_name:\"GET /health\"",
        r"@x:\"a ( b\" status:error",
        r"@x:\"he said \\\"no\\\" (twice\"",
        r"path:a\(b",
        r"path:a\\(b",
        "@http.code:[400 TO 499]",
        "@a:>=5 @b:<3",
        "it's fine",
        'quoted "text (here" too',
    ],
)
def test_a_search_whose_brackets_and_quotes_pair_is_taken(search: str) -> None:
    check(search)


@pytest.mark.parametrize(
    ("search", "position"),
    [
        ("(a OR b", 0),
        ("a) OR b", 1),
        ("(a OR (b)", 0),
        (r"a:\"b c", 2),
        ('a:"b c', 2),
        ("a (b) (c", 6),
    ],
)
def test_what_never_closes_is_refused_at_its_place(search: str, position: int) -> None:
    with pytest.raises(QueryError) as raised:
        check(search)
    assert raised.value.position == position


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("", ()),
        ("status:error", ("status:error",)),
        ("service:a AND status:error -env:dev", ("service:a", "status:error", "-env:dev")),
        ("service:(a OR b) status:error", ("service:(a OR b)", "status:error")),
        ("a OR b c", ("a OR b", "c")),
        ("NOT env:dev x", ("NOT env:dev", "x")),
        ("a OR NOT b", ("a OR NOT b",)),
        (r"name:\"a b\" c", (r"name:\"a b\"", "c")),
        ("@x:[1 TO 5]", ("@x:[1", "TO", "5]")),
    ],
)
def test_the_terms_of_a_search_are_told_apart(search: str, expected: tuple[str, ...]) -> None:
    assert terms(search) == expected
