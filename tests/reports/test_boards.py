"""A dashboard's grid."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dd_sync.reports.boards import COLUMNS, FREE_COLUMNS, Board, Box, board, boards, styles
from dd_sync.reports.widgets import widget_changes
from tests.reports.plans import board as dashboard
from tests.reports.plans import graph, group


def places(found: Board) -> list[tuple[str, int, int, int, int]]:
    return [(box.title, box.column, box.row, box.width, box.height) for box in found.boxes]


def laid(title: str, x: Any, y: Any, width: Any, height: Any) -> dict[str, Any]:
    return graph(title, layout={"x": x, "y": y, "width": width, "height": height})


def test_widgets_stand_where_their_layout_says() -> None:
    found = board(dashboard(laid("A", 0, 0, 8, 2), laid("B", 8, 1, 4, 3)), {})
    assert places(found) == [("A", 1, 1, 8, 2), ("B", 9, 2, 4, 3)]


def test_without_a_layout_they_flow_three_to_a_row() -> None:
    found = board(dashboard(*[graph(name) for name in "ABCD"]), {})
    assert [(column, row) for _, column, row, _, _ in places(found)] == [(1, 1), (5, 1), (9, 1), (1, 3)]


def test_a_group_takes_the_row_and_is_as_high_as_what_it_holds() -> None:
    found = board(dashboard(group("G", *[graph(name) for name in "ABCD"]), graph("After")), {})
    (g, after) = found.boxes
    assert (g.width, g.height, [box.title for box in g.inside]) == (COLUMNS, 5, ["A", "B", "C", "D"])
    assert after.row == 6


def test_a_free_board_is_scaled_to_its_own_width() -> None:
    found = board(dashboard(laid("A", 0, 0, 50, 10), laid("B", 50, 10, 50, 20), layout_type="free"), {})
    assert found.columns == FREE_COLUMNS
    assert places(found) == [("A", 1, 1, 24, 5), ("B", 25, 6, 24, 10)]


def test_what_happened_is_marked_on_the_board_where_it_is_seen() -> None:
    before = dashboard(group("G", graph("A"), graph("Gone")), graph("B"))
    after = dashboard(group("G", graph("A", "avg:x{*}"), graph("New")), graph("B"))
    old, new = boards(before, after, widget_changes(before, after))
    assert old is not None
    assert new is not None
    assert [(box.title, box.mark) for box in old.boxes[0].inside] == [("A", ""), ("Gone", "gone")]
    assert [(box.title, box.mark) for box in new.boxes[0].inside] == [("A", "changed"), ("New", "new")]


def test_a_new_dashboard_has_one_board() -> None:
    old, new = boards(None, dashboard(graph("A")), [])
    assert old is None
    assert new is not None


def test_each_type_has_a_picture_and_an_unknown_one_a_frame() -> None:
    found = board(dashboard(graph("A"), graph("B", type="toplist"), graph("C", type="invented")), {})
    assert [box.picture for box in found.boxes] == ["line", "rows", "other"]


def test_styles_hold_every_place_once() -> None:
    text = styles([board(dashboard(graph("A"), graph("B")), {})])
    assert text.count(".c1{grid-column-start:1}") == 1
    assert ".c5{grid-column-start:5}" in text
    assert ".w4{grid-column-end:span 4}" in text


sizes = st.one_of(st.none(), st.booleans(), st.integers(-(10**9), 10**9), st.floats(-1e9, 1e9), st.just("wide"))


@given(st.lists(st.tuples(sizes, sizes, sizes, sizes), max_size=6), st.sampled_from(["ordered", "free"]))
def test_whatever_a_payload_says_boxes_stay_on_the_board(layouts: list[tuple[Any, ...]], layout_type: str) -> None:
    widgets = [laid(str(n), *layout) for n, layout in enumerate(layouts)]
    found = board(dashboard(*widgets, layout_type=layout_type), {})
    for box in found.boxes:
        assert box.column >= 1
        assert box.column + box.width - 1 <= found.columns
        assert 1 <= box.row <= 401
        assert isinstance(box, Box)
