"""Readable differences: items by their names where they have some, by position where nothing names them."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.diff import differences


def named(path: Any, item: Any) -> str | None:
    return item.get("name") if isinstance(item, dict) else None


def told(before: Any, after: Any) -> list[tuple[str, Any, Any]]:
    return [(one.path, one.before, one.after) for one in differences(before, after, named)]


def test_what_is_equal_says_nothing() -> None:
    assert told({"a": [{"b": 1}]}, {"a": [{"b": 1.0}]}) == []


def test_items_without_a_name_are_compared_in_their_place() -> None:
    before, after = {"requests": [{"q": "a"}, {"q": "b"}]}, {"requests": [{"q": "a"}, {"q": "c"}]}
    assert told(before, after) == [("requests[1].q", "b", "c")]


def test_names_are_read_inside_items_that_have_none() -> None:
    def requests(*queries: dict[str, str]) -> dict[str, Any]:
        return {"requests": [{"queries": list(queries)}]}

    one, two, three = ({"name": name, "query": name} for name in "abc")
    found = told(requests(one, two), requests(three, one, {**two, "query": "x"}))
    assert ("requests[0].queries[b].query", "b", "x") in found
    assert [path for path, _, _ in found] == ["requests[0].queries[b].query", "requests[0].queries[c]"]


def test_a_longer_list_is_told_by_what_it_has_more() -> None:
    paths = [path for path, _, _ in told({"r": [{"q": 1}]}, {"r": [{"q": 1}, {"q": 2}]})]
    assert paths == ["r[1]"]


values = st.recursive(
    st.integers(0, 3) | st.text("ab", max_size=2),  # null and missing are one, in normal forms
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(values, values)
def test_something_is_told_exactly_where_something_differs(before: Any, after: Any) -> None:
    from dd_sync.core.normal import same

    assert bool(told({"x": before}, {"x": after})) == (not same(before, after))
