from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.discover.tree import branch, branches, number, strings, text, texts

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def test_a_branch_is_reached_through_mappings_and_is_empty_elsewhere() -> None:
    tree = {"spec": {"template": {"spec": {"a": 1}}}, "list": [1]}
    assert branch(tree, "spec", "template", "spec") == {"a": 1}
    assert branch(tree, "spec", "nothing", "spec") == {}
    assert branch(tree, "list", "spec") == {}
    assert branch(None) == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [("cart", "cart"), ("  ", None), ("", None), (1.1, "1.1"), (7, "7"), (True, "true"), (None, None), ([], None)],
)
def test_text_is_a_scalar_as_written(value: Any, expected: str | None) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (80, 80),
        ("8080", 8080),
        (0, 0),
        (-1, None),
        (True, None),
        ("http", None),
        ("²", None),
        ("9" * 40, None),
        (1.5, None),
    ],
)
def test_a_number_is_whole_and_not_negative(value: Any, expected: int | None) -> None:
    assert number(value) == expected


def test_labels_without_a_value_are_left_out() -> None:
    assert texts({"app": "cart", "empty": None, 7: "seven", "list": []}) == {"app": "cart", "7": "seven"}


@given(json_values)
def test_nothing_raises_whatever_the_value(value: Any) -> None:
    assert branch(value, "a", "b") is not None
    assert all(isinstance(each, dict) for each in branches(value))
    assert all(isinstance(each, str) for each in [*strings(value), *texts(value).values()])
    assert text(value) is None or text(value) != ""
    assert number(value) is None or isinstance(number(value), int)
