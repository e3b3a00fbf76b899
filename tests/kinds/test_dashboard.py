"""Dashboards: identity in the description, ids of widgets that live on, tabs by place, access left alone."""

from __future__ import annotations

from itertools import product
from typing import Any

from dd_sync import Dashboard, Note, Tab, TemplateVariable, Timeseries
from dd_sync.core.identity import Identity, Marks
from dd_sync.core.normal import same
from dd_sync.core.resource import Context
from dd_sync.kinds.dashboard import KIND

MARKS = Marks()
IDENTITY = Identity("acme/prod/eks/overview/prod-1", "1-0123abcd")


def widget(title: str, **more: Any) -> dict[str, Any]:
    return {"definition": {"type": "timeseries", "title": title, "requests": []}, **more}


def group(title: str, *widgets: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"definition": {"type": "group", "layout_type": "ordered", "title": title, "widgets": [*widgets]}, **more}


def test_the_docstring_is_its_description_and_widgets_are_in_place() -> None:
    made = Dashboard(
        title="Platform",
        template_variables=[TemplateVariable(name="env", prefix="env")],
        widgets=[Timeseries(title="CPU", requests=["avg:system.cpu.user{$env}"])],
    )
    payload = made.render(Context("One look."))
    assert payload["description"] == "One look."
    assert payload["layout_type"] == "ordered"
    assert [one["definition"]["title"] for one in payload["widgets"]] == ["CPU"]


def test_widgets_on_tabs_stand_behind_the_others_and_are_named_by_place() -> None:
    made = Dashboard(title="x", widgets=[Note(content="a")], tabs=[Tab(name="t", widgets=[Note(content="b")])])
    payload = made.render(Context(""))
    assert [one["definition"]["content"] for one in payload["widgets"]] == ["a", "b"]
    assert payload["tabs"][0]["widget_ids"] == ["@2"]


def test_identity_is_the_last_line_of_the_description_and_the_rest_stays() -> None:
    for text in ("", "One line.", "Two\n\nparagraphs.", "ends in a break\n"):
        stamped = KIND.stamp({"description": text}, IDENTITY, MARKS)
        assert stamped["description"].splitlines()[-1].startswith("managed_by:ddsync ddsync_id:acme/prod/eks")
        assert KIND.identity(stamped, MARKS) == IDENTITY
        assert KIND.unstamp(stamped, MARKS)["description"] == text


def test_a_line_that_somebody_quotes_in_the_middle_is_no_identity() -> None:
    quoted = {"description": f"{MARKS.as_line(IDENTITY)}\nis how it looks."}
    assert KIND.identity(quoted, MARKS) is None


def test_widgets_that_live_on_keep_their_ids_wherever_they_move() -> None:
    live = {"widgets": [widget("CPU", id=1), group("Nodes", widget("Disk", id=3), id=2)]}
    desired = {"widgets": [widget("New"), group("Nodes", widget("RAM"), widget("Disk")), widget("CPU")]}
    new, nodes, cpu = KIND.update_body(desired, live)["widgets"]
    assert "id" not in new
    assert (nodes["id"], cpu["id"]) == (2, 1)
    assert [one.get("id") for one in nodes["definition"]["widgets"]] == [None, 3]


def test_an_id_from_elsewhere_is_not_taken_for_this_dashboards_own() -> None:
    body = KIND.update_body({"widgets": [widget("New", id=99)]}, {"widgets": [widget("Old", id=1)]})
    assert "id" not in body["widgets"][0]


def test_two_widgets_of_one_name_keep_each_its_own_id() -> None:
    live = {"widgets": [widget("CPU", id=1), widget("CPU", id=2)]}
    body = KIND.update_body({"widgets": [widget("CPU"), widget("CPU"), widget("CPU")]}, live)
    assert [one.get("id") for one in body["widgets"]] == [1, 2, None]


def test_access_is_carried_over_unless_declared() -> None:
    live = {"restricted_roles": ["role"], "is_read_only": True, "widgets": []}
    body = KIND.update_body({"title": "x", "widgets": []}, live)
    assert body["restricted_roles"] == ["role"]
    assert "is_read_only" not in body  # refused in any value
    assert KIND.update_body({"restricted_roles": [], "widgets": []}, live)["restricted_roles"] == []
    assert KIND.normalise(live, {"title": "x"}) == KIND.normalise({"widgets": []}, {"title": "x"})


def test_a_board_that_stands_as_it_was_written_is_seen_at_a_glance() -> None:
    written = {"title": "x", "widgets": [{"definition": {"type": "note", "content": "a"}}], "layout_type": "ordered"}
    numbered = [{"id": 5, **written["widgets"][0]}]  # type: ignore[dict-item]
    assert KIND.plainly_same(written, {**written, "widgets": numbered, "id": "abc", "is_read_only": False})
    assert not KIND.plainly_same(written, {**written, "widgets": [*numbered, *numbered]})


def test_tabs_take_more_than_a_glance() -> None:
    """They name widgets by id, and the widgets stand there without."""
    board = {"title": "x", "widgets": [{"id": 5, "definition": {"type": "note"}}], "layout_type": "ordered"}
    wanted = {**board, "tabs": [{"name": "t", "widget_ids": ["5"]}]}
    moved = {**wanted, "widgets": [{"id": 6, "definition": {"type": "note"}}]}
    assert not KIND.plainly_same(wanted, moved)


def test_fields_of_the_future_survive_an_update() -> None:
    assert KIND.update_body({"widgets": []}, {"widgets": [], "invented_later": "x"})["invented_later"] == "x"


def test_tabs_are_compared_by_place() -> None:
    live = {"widgets": [widget("A", id=11), widget("B", id=12)], "tabs": [{"id": "u", "name": "t", "widget_ids": [12]}]}
    desired = {"widgets": [widget("A"), widget("B")], "tabs": [{"id": "u", "name": "t", "widget_ids": ["@2"]}]}
    assert KIND.normalise(live) == KIND.normalise(desired)


def test_it_refers_to_monitors_and_slos_wherever_they_stand() -> None:
    slo = {"definition": {"type": "slo", "slo_id": "ab"}}
    alert = {"definition": {"type": "alert_graph", "alert_id": "12"}}
    assert KIND.refers_to({"widgets": [slo, group("x", alert)]}) == [("slo", "ab"), ("monitor", 12)]


def test_a_layout_cannot_be_changed_in_place() -> None:
    assert "cannot change" in KIND.why_replace({"layout_type": "free"}, {"layout_type": "ordered"})


def test_no_widgets_empty_ones_and_null_are_told_apart_at_a_glance_as_in_full() -> None:
    board: dict[str, Any] = {"title": "x", "layout_type": "ordered"}
    boards = [board, {**board, "widgets": []}, {**board, "widgets": None}]
    for ours, theirs in product(boards, boards):
        assert KIND.plainly_same(ours, theirs) <= same(*KIND.comparable(ours, theirs))


def test_a_group_whose_widgets_are_null_is_looked_at_without_falling() -> None:
    def board(**group: Any) -> dict[str, Any]:
        return {"title": "x", "widgets": [{"definition": {"type": "group", **group}}], "layout_type": "ordered"}

    assert not KIND.plainly_same(board(), board(widgets=None))
    wanted, found = KIND.comparable(board(), board(widgets=None))
    assert wanted == found


def test_is_read_only_is_never_sent_and_never_a_difference() -> None:
    """Refused in any value since 2025-09 (recorded)."""
    board = {"title": "x", "widgets": []}
    for value in (True, False):
        assert "is_read_only" not in KIND.create_body({**board, "is_read_only": value})
        assert "is_read_only" not in KIND.update_body({**board, "is_read_only": value}, {**board, "is_read_only": True})
        assert KIND.comparable({**board, "is_read_only": value}, board) == KIND.comparable(board, board)


def test_no_tags_are_none() -> None:
    assert KIND.comparable({"title": "x", "tags": []}, {"title": "x"}) == KIND.comparable(
        {"title": "x"}, {"title": "x"}
    )
