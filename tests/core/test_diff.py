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


def test_two_items_of_one_name_are_told_apart_by_their_number() -> None:
    before = {"widgets": [{"name": "CPU", "q": 1}, {"name": "CPU", "q": 2}, {"name": "CPU", "q": 3}]}
    after = {"widgets": [{"name": "CPU", "q": 1}, {"name": "CPU", "q": 5}, {"name": "CPU", "q": 6}]}
    assert told(before, after) == [("widgets[CPU #2].q", 2, 5), ("widgets[CPU #3].q", 3, 6)]


def test_an_insert_at_the_front_is_one_line() -> None:
    before = {"widgets": [{"name": "a"}, {"name": "b"}]}
    after = {"widgets": [{"name": "new"}, {"name": "a"}, {"name": "b"}]}
    assert told(before, after) == [("widgets[new]", None, {"name": "new"})]


def test_what_goes_is_told_where_it_stood() -> None:
    before = {"widgets": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}
    after = {"widgets": [{"name": "a"}, {"name": "c"}]}
    assert told(before, after) == [("widgets[b]", {"name": "b"}, None)]


def test_a_moved_item_says_from_which_place_to_which() -> None:
    before = {"widgets": [{"name": name} for name in "abcd"]}
    after = {"widgets": [{"name": name} for name in "bcda"]}
    assert told(before, after) == [("widgets[a].position", 1, 4)]


def test_the_fewest_items_move() -> None:
    before = {"widgets": [{"name": name} for name in "abcde"]}
    after = {"widgets": [{"name": name} for name in "acdeb"]}
    assert told(before, after) == [("widgets[b].position", 2, 5)]


def test_a_moved_item_that_changed_too_says_both() -> None:
    before = {"widgets": [{"name": "a", "q": 1}, {"name": "b"}, {"name": "c"}]}
    after = {"widgets": [{"name": "b"}, {"name": "c"}, {"name": "a", "q": 2}]}
    assert told(before, after) == [("widgets[a].position", 1, 3), ("widgets[a].q", 1, 2)]


def test_lists_of_plain_values_are_told_whole() -> None:
    assert told({"tags": ["a", "b"]}, {"tags": ["b", "c"]}) == [("tags", ["a", "b"], ["b", "c"])]
    assert told({"tags": []}, {"tags": ["c"]}) == [("tags", [], ["c"])]


def test_fields_come_in_the_order_of_the_payload_with_new_ones_last() -> None:
    found = told({"z": 1, "a": 2, "gone": 3}, {"new": 4, "a": 5, "z": 6})
    assert found == [("z", 1, 6), ("a", 2, 5), ("gone", 3, None), ("new", None, 4)]


def test_a_change_of_sort_is_told_whole() -> None:
    assert told({"a": {"b": 1}}, {"a": [1]}) == [("a", {"b": 1}, [1])]
    assert told({"a": True}, {"a": 1}) == [("a", True, 1)]


def test_nested_paths_join_names_by_dots_and_items_in_brackets() -> None:
    before = {"a": {"b": [{"name": "x", "c": {"d": 1}}]}}
    after = {"a": {"b": [{"name": "x", "c": {"d": 2}}]}}
    assert told(before, after) == [("a.b[x].c.d", 1, 2)]


def test_names_are_asked_for_with_the_place_of_the_list() -> None:
    asked: list[tuple[str, ...]] = []

    def name(path: Any, item: Any) -> str | None:
        asked.append(tuple(path))
        return item["name"] if isinstance(item, dict) else None

    differences(
        {"a": [{"name": "x", "b": [{"name": "y", "n": 1}]}]}, {"a": [{"name": "x", "b": [{"name": "y", "n": 2}]}]}, name
    )
    assert set(asked) == {("a",), ("a", "b")}


def test_items_of_which_one_has_no_name_go_by_position() -> None:
    before = {"r": [{"name": "x", "n": 1}, {"n": 2}]}
    after = {"r": [{"name": "x", "n": 1}, {"n": 3}]}
    assert told(before, after) == [("r[1].n", 2, 3)]


def test_unnamed_items_that_go_are_told_by_their_place() -> None:
    assert told({"r": [{"q": 1}, {"q": 2}]}, {"r": [{"q": 1}]}) == [("r[1]", {"q": 2}, None)]
