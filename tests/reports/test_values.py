"""Values on one line."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.diff import FieldChange
from dd_sync.reports.values import pair, value_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "—"),
        (True, "true"),
        (5, "5"),
        ("plain", "plain"),
        ("two\nlines", "two\\nlines"),
        ([], "none"),
        (["a", 1], "a, 1"),
        ({"b": 1, "a": 2}, '{"a": 2, "b": 1}'),
        ({"definition": {"type": "group", "widgets": [1, 2]}}, "group of 2 widgets"),
        ("x" * 100, "x" * 59 + "…"),
    ],
)
def test_a_value_is_shown_on_one_line(value: Any, text: str) -> None:
    assert value_text(value) == text


def test_two_long_texts_show_what_differs() -> None:
    query = "sum(last_5m):sum:trace.http.request.errors{service:payments,env:%s}.as_count() > 5"
    assert pair(FieldChange("query", query % "prod", query % "staging")) == ("… prod …", "… staging …")


def test_two_lists_show_what_went_and_what_came() -> None:
    assert pair(FieldChange("tags", ["a", "b"], ["b", "c"])) == ("a", "c")
    assert pair(FieldChange("tags", ["b"], ["b", "c"])) == ("…", "c")


def test_two_short_values_are_shown_whole() -> None:
    assert pair(FieldChange("priority", 3, 1)) == ("3", "1")
