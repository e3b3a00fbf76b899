"""Reading from left to right, and saying what was expected."""

from __future__ import annotations

import re

import pytest

from dd_sync.query.errors import QueryError
from dd_sync.query.reader import MAX_DEPTH, Reader, quote

WORD = re.compile(r"\w+")


def test_spaces_are_passed_over() -> None:
    reader = Reader("  ab  , cd ")
    assert reader.peek() == "a"
    match = reader.match(WORD)
    assert match is not None
    assert match[0] == "ab"
    assert reader.accept(",")
    assert not reader.accept(",")
    assert reader.looking_at(WORD)
    assert reader.match(WORD)
    assert reader.peek() == ""


def test_nothing_behind_the_end_is_read() -> None:
    reader = Reader("ab)cd", 0, 2)
    assert reader.match(WORD)
    assert reader.peek() == ""
    assert not reader.accept(")")


def message(text: str, position: int, expected: str = "expected more") -> str:
    reader = Reader(text, position)
    with pytest.raises(QueryError) as raised:
        reader.fail(expected)
    return raised.value.message


@pytest.mark.parametrize(
    ("text", "position", "after", "found"),
    [
        ("avg:{env:prod}", 4, '"avg:"', '"{"'),
        ("avg:x{*} by {host} foo", 19, '"by {host}"', '"foo"'),
        ("avg(last_5m):5", 13, '"avg(last_5m):"', '"5"'),
        ('logs("a").last("5m")', 20, "'.last(\"5m\")'", "the end"),
        ("1 && ", 5, '"&"', "the end"),
    ],
)
def test_an_error_names_what_stands_before_and_what_was_found(text: str, position: int, after: str, found: str) -> None:
    assert message(text, position) == f"expected more after {after}, found {found}"


def test_at_the_start_nothing_stands_before() -> None:
    assert message("abc", 0) == 'expected more, found "abc"'


def test_what_is_expected_is_quoted_when_it_is_a_sign() -> None:
    reader = Reader("x")
    with pytest.raises(QueryError, match=re.escape('expected ")", found "x"')):
        reader.expect(")")


def test_too_many_levels_are_refused() -> None:
    reader = Reader("x")
    for _ in range(MAX_DEPTH):
        reader.deeper()
    with pytest.raises(QueryError, match="levels of parentheses"):
        reader.deeper()


def test_a_message_about_a_place_points_there() -> None:
    with pytest.raises(QueryError) as raised:
        Reader("abc def").reject("no such thing", 4, hint="try another")
    assert (raised.value.position, raised.value.hint) == (4, "try another")


def test_long_pieces_are_cut_in_sentences() -> None:
    assert quote("a" * 60) == f'"{"a" * 37}…"'
    assert quote('say "x"') == "'say \"x\"'"
    assert quote("a\n  b") == '"a b"'
