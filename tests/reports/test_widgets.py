"""What happened to a dashboard's widgets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.reports.widgets import items, widget_changes
from tests.reports.plans import board, graph, group


def told(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one.mark, f"{one.item.group}/{one.item.name}", one.where) for one in widget_changes(before, after)]


def laid(title: str, x: int, y: int, width: int = 4, height: int = 2) -> dict[str, Any]:
    return graph(title, layout={"x": x, "y": y, "width": width, "height": height})


def test_equal_boards_have_no_changes() -> None:
    same = board(group("G", graph("A"), graph("B")), graph("C"))
    assert told(same, same) == []


def test_an_insert_at_the_front_is_one_change() -> None:
    before, after = board(graph("A"), graph("B")), board(graph("New"), graph("A"), graph("B"))
    assert told(before, after) == [("new", "/New", "first")]


@pytest.mark.parametrize(
    ("titles", "where"),
    [("NAB", "first in its group"), ("ANB", "after “A”"), ("ABN", "last in its group")],
)
def test_a_new_widget_says_where_it_stands(titles: str, where: str) -> None:
    before = board(group("G", graph("A"), graph("B")))
    after = board(group("G", *[graph(title) for title in titles]))
    assert told(before, after) == [("new", "G/N", where)]


def test_a_lost_widget_is_named_with_its_group() -> None:
    before, after = board(group("G", graph("A"), graph("B"))), board(group("G", graph("A")))
    assert told(before, after) == [("gone", "G/B", "")]


def test_a_changed_query_names_the_field() -> None:
    (change,) = widget_changes(board(graph("A", "avg:a{*}")), board(graph("A", "avg:b{*}")))
    assert change.mark == "changed"
    assert [(field.before, field.after) for field in change.fields] == [("avg:a{*}", "avg:b{*}")]


def test_swapping_two_moves_one() -> None:
    assert len(told(board(graph("A"), graph("B")), board(graph("B"), graph("A")))) == 1


def test_a_widget_that_changed_its_group_moved_there() -> None:
    before = board(group("G", graph("A"), graph("B")), group("H", graph("C")))
    after = board(group("G", graph("A")), group("H", graph("C"), graph("B")))
    assert told(before, after) == [("moved", "H/B", "moved here from G")]


def test_a_group_under_another_title_keeps_its_widgets() -> None:
    before, after = board(group("G", graph("A"), graph("B"))), board(group("Nodes", graph("A"), graph("B")))
    (change,) = widget_changes(before, after)
    assert (change.mark, change.item.name) == ("changed", "Nodes")
    assert [(field.path, field.before, field.after) for field in change.fields] == [("title", "G", "Nodes")]


def test_widgets_pushed_down_have_not_moved() -> None:
    before = board(laid("A", 0, 0), laid("B", 0, 2))
    after = board(laid("New", 0, 0), laid("A", 0, 2), laid("B", 0, 4))
    assert told(before, after) == [("new", "/New", "first")]


def test_another_column_or_size_is_a_move() -> None:
    before = board(laid("A", 0, 0), laid("B", 4, 0))
    after = board(laid("A", 0, 0, 8), laid("B", 8, 0))
    assert told(before, after) == [
        ("moved", "/A", "resized: 4 × 2 → 8 × 2"),
        ("moved", "/B", "moved: column 4 → 8"),
    ]


def test_widgets_of_one_title_are_told_apart_by_their_number() -> None:
    before, after = board(graph("A"), graph("A", "avg:b{*}")), board(graph("A"), graph("A", "avg:c{*}"))
    assert told(before, after) == [("changed", "/A #2", "")]


def test_a_board_lists_groups_before_what_they_hold() -> None:
    assert [one.name for one in items(board(group("G", graph("A")), graph("C")))] == ["G", "A", "C"]


titles = st.lists(st.sampled_from("ABCDEF"), unique=True, max_size=6)


@given(titles, titles)
def test_every_new_and_every_lost_widget_is_told_once(before: list[str], after: list[str]) -> None:
    found = told(board(*map(graph, before)), board(*map(graph, after)))
    assert {name for mark, name, _ in found if mark == "new"} == {f"/{t}" for t in after if t not in before}
    assert {name for mark, name, _ in found if mark == "gone"} == {f"/{t}" for t in before if t not in after}
    assert len({name for _, name, _ in found}) == len(found)


@given(titles)
def test_no_more_widgets_move_than_must(order: list[str]) -> None:
    moved = [name for mark, name, _ in told(board(*map(graph, sorted(order))), board(*map(graph, order)))]
    assert len(moved) <= max(0, len(order) - 1)
    assert bool(moved) == (order != sorted(order))
