"""What an error about a query shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.errors import DdsyncError
from dd_sync.query.errors import QueryError, caret


def test_the_caret_stands_under_the_place() -> None:
    assert caret("avg(last_5m):avg:{env:prod} > 90", 17) == "avg(last_5m):avg:{env:prod} > 90\n                 ^"


def test_only_the_line_of_the_place_is_shown() -> None:
    assert caret("first\nsecond line\nthird", 13) == "second line\n       ^"


def test_the_end_of_the_text_is_a_place_too() -> None:
    assert caret("abc", 3) == "abc\n   ^"
    assert caret("abc", 99) == "abc\n   ^"
    assert caret("", 0) == "\n^"


def test_a_long_line_is_cut_around_the_place() -> None:
    text = "x" * 300 + "HERE" + "y" * 300
    line, mark = caret(text, 300).split("\n")
    assert len(line) <= 101
    assert line[mark.index("^") :].startswith("HERE")


def test_a_long_line_keeps_its_start_where_the_place_is_near_it() -> None:
    line, mark = caret("HERE" + "y" * 300, 0).split("\n")
    assert line.startswith("HERE")
    assert line.endswith("…")
    assert mark == "^"


@given(st.text(), st.integers(0, 200))
def test_the_caret_is_two_lines_for_any_text(text: str, position: int) -> None:
    line, mark = caret(text, position).split("\n") if "\r" not in text else ("", "^")
    assert mark.strip() == "^"
    assert len(mark) <= max(len(line), 0) + 1 or line == ""


def test_an_error_says_what_and_where() -> None:
    error = QueryError("expected a metric name", "avg:{*}", 4, hint="write one")
    assert isinstance(error, DdsyncError)
    assert (error.message, error.position, error.query, error.hint) == (
        "expected a metric name",
        4,
        "avg:{*}",
        "write one",
    )
    assert error.caret() == "avg:{*}\n    ^"
    with pytest.raises(QueryError, match="expected a metric name"):
        raise error
