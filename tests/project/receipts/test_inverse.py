"""The inverse of a receipt: what was created goes, what was deleted comes back, and what is not ours is left."""

from __future__ import annotations

from typing import Any

from dd_sync.core.identity import Owner
from dd_sync.core.plan import Ownership
from dd_sync.core.secrets import SHOWN
from dd_sync.kinds import KINDS
from dd_sync.project.receipts.inverse import Inverse, inverse
from tests.project.receipts.world import line, monitor, now, receipt

RULES = Ownership(KINDS, Owner("acme", "prod"))
OLD, NEW = monitor(RULES, "a/b", 1, "old"), monitor(RULES, "a/b", 1, "new")


def undone(lines: list[dict[str, Any]], *there: dict[str, Any], edited: bool = False) -> Inverse:
    return inverse(receipt(*lines), now(RULES, *there), RULES, edited=edited)


def actions(found: Inverse) -> list[tuple[str, str]]:
    return [(change.action, change.key) for change in found.plan.changes]


def test_a_created_object_goes_a_changed_one_is_as_it_was_a_deleted_one_comes_back() -> None:
    made, gone = monitor(RULES, "a/new", 2), monitor(RULES, "a/gone", 3)
    lines = [line("create", "a/new", None, made), line("update", "a/b", OLD, NEW), line("delete", "a/gone", gone, None)]
    found = undone(lines, made, NEW)
    assert sorted(actions(found)) == [("create", "a/gone"), ("delete", "a/new"), ("update", "a/b")]
    assert found.left == ()
    (update,) = [change for change in found.plan.changes if change.action == "update"]
    assert update.desired is not None
    assert update.desired["name"] == "old"
    assert [change.key for change in found.restored] == ["a/gone"]


def test_what_changed_since_is_left_unless_that_is_asked_for() -> None:
    since = {**monitor(RULES, "a/b", 1, "since")}
    found = undone([line("update", "a/b", OLD, NEW)], since)
    assert actions(found) == []
    assert [(one.key, one.why, one.edited) for one in found.left] == [("a/b", "changed since", True)]
    assert actions(undone([line("update", "a/b", OLD, NEW)], since, edited=True)) == [("update", "a/b")]


def test_an_object_that_is_not_ours_now_is_left_whatever_the_receipt_says() -> None:
    theirs = {**NEW, "tags": ["team:other"]}
    for edited in (False, True):
        found = undone([line("update", "a/b", OLD, NEW)], theirs, edited=edited)
        assert actions(found) == []
        assert "not ours" in found.left[0].why


def test_an_image_that_is_not_ours_is_never_written() -> None:
    forged = {**OLD, "tags": ["managed_by:ddsync", "ddsync_id:other/prod/x", "ddsync_rev:1"]}
    assert actions(undone([line("delete", "a/b", forged, None)])) == []


def test_dots_are_never_written_in_place_of_a_key() -> None:
    masked = {**OLD, "message": f"call with {SHOWN}"}
    found = undone([line("update", "a/b", masked, NEW)], NEW, edited=True)
    assert actions(found) == []
    assert "a key stood in it" in found.left[0].why


def test_what_is_as_it_was_before_needs_nothing() -> None:
    assert actions(undone([line("create", "a/new", None, monitor(RULES, "a/new", 2))])) == []
