"""Desired beside live: which action, which cause, in which order, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.errors import DdsyncError, DefinitionError
from dd_sync.core.identity import Owner
from dd_sync.core.live import DuplicateIdentity, Live, aside
from dd_sync.core.make_plan import compare, make_plan
from dd_sync.core.plan import Plan
from dd_sync.core.resource import Desired
from tests.core.things import KINDS, MARKS, OURS, OWNER, applied, existing, names, wish

A, B = wish("x/a", value=1), wish("x/b", value=2)


def only(plan: Plan) -> Any:
    """The one change of a plan."""
    (change,) = plan.changes
    return change


def test_what_is_live_as_it_is_desired_is_left() -> None:
    plan = compare([A, B], existing(applied(A, 1), applied(B, 2)), OURS)
    assert plan.changes == ()
    assert (plan.unchanged, plan.definitions, dict(plan.live)) == (2, 2, {"thing": 2})
    assert plan.ids == {A.name: 1, B.name: 2}


def test_what_is_not_live_is_created() -> None:
    change = only(compare([wish("x/a", tell=["@page"], source="things/x.py:3")], existing(), OURS))
    assert (change.action, change.cause, change.id, change.live) == ("create", "code", None, None)
    assert (change.source, change.title) == ("things/x.py:3", "The x/a")
    assert (change.told_before["alert"], change.told_after["alert"]) == ((), ("@page",))


def test_what_is_desired_no_more_is_deleted() -> None:
    change = only(compare([], existing(applied(wish("x/a", tell=["@page"]), 7)), OURS))
    assert (change.action, change.cause, change.id, change.desired) == ("delete", "code", 7, None)
    assert (change.told_before["alert"], change.told_after["alert"]) == (("@page",), ())


def test_a_definition_that_changed_is_an_update_by_the_code() -> None:
    change = only(compare([wish("x/a", value=3)], existing(applied(A, 1)), OURS))
    assert (change.action, change.cause, change.id) == ("update", "code", 1)
    assert [(field.path, field.before, field.after) for field in change.fields] == [("value", 1, 3)]
    assert not change.held


def test_an_edit_in_datadog_is_drift_and_held() -> None:
    change = only(compare([A], existing(applied(A, 1, {"value": 9})), OURS))
    assert (change.action, change.cause, change.held) == ("update", "drift", True)


def test_an_edit_where_the_code_changed_too_is_a_conflict() -> None:
    change = only(compare([wish("x/a", value=3)], existing(applied(A, 1, {"value": 9})), OURS))
    assert (change.action, change.cause, change.held) == ("update", "both", True)


def test_an_edit_that_the_code_makes_too_is_no_change() -> None:
    assert compare([wish("x/a", value=9)], existing(applied(A, 1, {"value": 9})), OURS).changes == ()


def test_what_an_apply_left_and_somebody_deleted_is_drift() -> None:
    change = only(compare([A], existing(), OURS, known=[A.name]))
    assert (change.action, change.cause, change.reason) == ("create", "drift", "deleted in Datadog")


def test_an_edit_of_what_is_desired_no_more_is_held() -> None:
    change = only(compare([], existing(applied(A, 1, {"value": 9})), OURS))
    assert (change.action, change.cause) == ("delete", "both")


def test_a_rename_keeps_the_object() -> None:
    new = wish("x/new", value=1, renamed_from="x/a")
    change = only(compare([new], existing(applied(A, 1)), OURS))
    assert (change.action, change.id, change.reason) == ("update", 1, "renamed from x/a")


def test_the_new_name_goes_before_the_old_one() -> None:
    new = wish("x/new", value=1, renamed_from="x/a")
    plan = compare([new], existing(applied(A, 1), applied(wish("x/new", value=1), 2)), OURS)
    assert names(plan.changes) == [("delete", "x/a")]


def test_what_cannot_change_in_place_is_replaced_with_the_reason() -> None:
    change = only(compare([wish("x/a", type="log")], existing(applied(wish("x/a", type="metric"), 1)), OURS))
    assert (change.action, change.id, change.reason) == ("replace", 1, "its type cannot change")


def test_a_replacement_that_was_begun_is_found_again() -> None:
    begun = applied(wish(aside("x/a", 5), value=1), 5)
    change = only(compare([A], existing(begun), OURS))
    assert (change.action, change.id, change.reason) == ("update", 5, "its replacement was begun and never made")


def test_what_is_put_aside_for_another_object_is_not_taken() -> None:
    other = applied(wish(aside("x/b", 5), value=1), 5)
    assert names(compare([A], existing(other), OURS).changes) == [("create", "x/a"), ("delete", aside("x/b", 5))]


def test_an_adoption_takes_over_the_object_it_names() -> None:
    theirs = Live("thing", 42, {"id": 42, "name": "Old", "value": 1})
    want = wish("x/a", value=1, adopt=42)
    plan = compare([want], existing(adoptable={("thing", 42): theirs}), OURS)
    change = only(plan)
    assert (change.action, change.cause, change.id) == ("adopt", "code", 42)
    assert [field.path for field in change.fields] == ["name"]


def test_an_adoption_of_somebody_elses_object_is_held() -> None:
    theirs = applied(A, 42, owner=Owner("other", "prod"))
    plan = compare([wish("x/a", value=1, adopt=42)], existing(adoptable={("thing", 42): theirs}), OURS)
    assert (only(plan).action, only(plan).held, only(plan).twin) == ("create", True, 42)
    assert "belongs to other/prod/x/a" in only(plan).reason


def test_two_of_one_identity_end_the_plan() -> None:
    with pytest.raises(DuplicateIdentity) as told:
        compare([A], existing(applied(A, 1), applied(A, 2)), OURS)
    assert list(told.value.lines(lambda live: f"link-{live.id}")) == ["thing x/a: 1 link-1", "thing x/a: 2 link-2"]
    assert "ddsync release thing:2" in told.value.hint


def test_outside_the_filter_nothing_is_planned() -> None:
    plan = compare([B], existing(applied(A, 1)), OURS, within=lambda kind, key: key == "x/c")
    assert (plan.changes, plan.unchanged, plan.definitions) == ((), 0, 0)


def test_a_create_whose_title_is_there_already_is_a_twin() -> None:
    def titles(kind: Any) -> dict[str, list[int]]:
        return {"The x/a": [77]} if kind.name == "thing" else {}

    (twin,) = compare([A, B], existing(titles=titles), OURS).twins
    assert (twin.kind, twin.key, twin.title, twin.id) == ("thing", "x/a", "The x/a", 77)


def test_titles_are_asked_for_only_when_something_is_made() -> None:
    def titles(kind: Any) -> dict[str, list[int]]:
        raise AssertionError("asked")

    compare([A], existing(applied(A, 1), titles=titles), OURS)


def test_a_reference_to_what_is_live_is_its_id() -> None:
    refers = wish("x/r", links=["${thing:x/a}"])
    assert compare([A, refers], existing(applied(A, 1), applied(wish("x/r", links=[1]), 2)), OURS).changes == ()
    (change,) = compare([A, refers], existing(applied(A, 1), applied(wish("x/r", links=[7]), 2)), OURS).changes
    assert [(field.before, field.after) for field in change.fields] == [([7], [1])]


def test_what_is_referred_to_is_made_first_and_deleted_last() -> None:
    first, second = wish("x/a"), wish("x/b", links=["${thing:x/a}"])
    third = wish("x/c", links=["${thing:x/b}"])
    plan = compare([third, second, first], existing(), OURS)
    assert names(plan.changes) == [("create", "x/a"), ("create", "x/b"), ("create", "x/c")]
    gone = [applied(wish("x/c", links=[2]), 3), applied(wish("x/b", links=[1]), 2), applied(wish("x/a"), 1)]
    assert [change.id for change in compare([], existing(*reversed(gone)), OURS).changes] == [3, 2, 1]


def test_updates_come_after_what_is_made_and_before_what_goes() -> None:
    plan = compare([wish("x/b", value=9), wish("x/new")], existing(applied(A, 1), applied(B, 2)), OURS)
    assert names(plan.changes) == [("create", "x/new"), ("update", "x/b"), ("delete", "x/a")]


def test_a_ring_of_live_objects_is_deleted_all_the_same() -> None:
    ring = [applied(wish("x/a", links=[2]), 1), applied(wish("x/b", links=[1]), 2)]
    assert {change.id for change in compare([], existing(*ring), OURS).changes} == {1, 2}


def test_a_field_this_version_does_not_know_is_a_notice() -> None:
    (notice,) = compare([A], existing(applied(A, 1, shiny=True)), OURS).notices
    assert str(notice) == "thing 1: live has a field this version does not know: shiny"


def test_a_service_that_nothing_would_page_for_any_more_is_named() -> None:
    pager = wish("x/a", tags=["service:cart"], tell=["@page"])
    other = wish("x/b", tags=["service:shop"], tell=["@page"])
    quiet = wish("x/b", tags=["service:shop"], tell=["@slack"])
    live = existing(applied(pager, 1), applied(other, 2))
    assert compare([other], live, OURS).unwatched == ("service:cart",)
    assert compare([pager, quiet], existing(applied(pager, 1), applied(other, 2)), OURS).unwatched == ()


def test_a_datadog_that_shows_nothing_of_what_was_there_is_counted() -> None:
    assert compare([A], existing(), OURS, known=[A.name, B.name]).vanished == 2
    assert compare([A], existing(applied(A, 1)), OURS, known=[A.name, B.name]).vanished == 0


def test_an_object_that_a_list_does_not_show_is_not_made_twice() -> None:
    hidden = applied(A, 1)._replace(unlisted=True)
    address = MARKS.address_of(OWNER, "x/a")
    change = only(compare([A], existing(unlisted=lambda kind: {address: [hidden]}), OURS))
    assert (change.action, change.id, change.reason) == ("adopt", 1, "a part of its identity was taken off in Datadog")
    with pytest.raises(DuplicateIdentity):
        compare([A], existing(unlisted=lambda kind: {address: [hidden, hidden]}), OURS)


def test_a_protected_definition_says_so_in_its_change() -> None:
    assert only(compare([wish("x/a", protect=True)], existing(), OURS)).protected


def test_a_filter_that_matches_nothing_is_refused() -> None:
    with pytest.raises(DdsyncError, match=r"nothing matches --only y/\*"):
        make_plan([A], existing(), OURS, only=["y/*"])
    assert make_plan([A], existing(applied(A, 1)), OURS, only=["x/*"]).unchanged == 1


def test_a_filter_that_leaves_out_what_its_objects_need_is_refused() -> None:
    refers = wish("x/r", links=["${thing:x/a}"], source="things/x.py:9")
    with pytest.raises(DefinitionError, match=r"things/x\.py:9: thing x/r refers to thing x/a") as told:
        make_plan([A, refers], existing(), OURS, only=["x/r"])
    assert told.value.hint == "add --only x/a"
    assert make_plan([A, refers], existing(applied(A, 1)), OURS, only=["x/r"]).counts()["create"] == 1


def test_what_would_overwrite_somebody_elses_object_is_left_and_told() -> None:
    want = wish("x/rule", kind="rule")
    plan = make_plan([want], existing(titles=lambda kind: {"The x/rule": [5]}), OURS)
    assert plan.changes == ()
    assert [notice.id for notice in plan.notices] == [5]
    assert "import --adopt --id rule:5" in str(plan.notices[0])


def test_the_fingerprint_names_what_is_done_and_to_what() -> None:
    one = compare([wish("x/a", value=3)], existing(applied(A, 1)), OURS)
    assert one.fingerprint == compare([wish("x/a", value=3)], existing(applied(A, 1)), OURS).fingerprint
    others = [
        compare([wish("x/a", value=4)], existing(applied(A, 1)), OURS),
        compare([wish("x/a", value=3)], existing(applied(A, 2)), OURS),
        compare([wish("x/a", value=3)], existing(applied(wish("x/a", value=7), 1)), OURS),
        compare([wish("x/a", value=3)], existing(), OURS),
        compare([wish("x/a", value=3)], existing(applied(A, 1, {"value": 9})), OURS),
    ]
    assert len({one.fingerprint, *(other.fingerprint for other in others)}) == 6


def test_counts_tell_actions_held_and_what_is_left() -> None:
    live = [applied(A, 1, {"value": 9}), applied(B, 2), applied(wish("x/c"), 3)]
    plan = compare([A, B, wish("x/d")], existing(*live), OURS)
    assert plan.counts() == {
        "create": 1,
        "update": 1,
        "replace": 0,
        "adopt": 0,
        "delete": 1,
        "unchanged": 1,
        "held": 1,
    }


def test_a_plan_says_how_many_objects_it_leads_to_without_what_is_held() -> None:
    live = [applied(A, 1), applied(B, 2, {"value": 9})]
    assert compare([A, wish("x/c")], existing(*live), OURS).leads_to() == {"thing": 3}
    assert compare([wish("x/c")], existing(*live), OURS).leads_to() == {"thing": 2}
    assert compare([], existing(applied(A, 1)), OURS).leads_to() == {}


values = st.integers(0, 2)
projects = st.dictionaries(st.sampled_from(["x/a", "x/b", "x/c"]), values)


@given(projects, projects)
def test_a_plan_tells_exactly_what_differs(code: dict[str, int], live: dict[str, int]) -> None:
    desired = [wish(key, value=value) for key, value in code.items()]
    owned = [applied(wish(key, value=value), n) for n, (key, value) in enumerate(live.items(), 1)]
    plan = compare(desired, existing(*owned), OURS)
    wanted = (
        {("create", key) for key in code.keys() - live.keys()}
        | {("delete", key) for key in live.keys() - code.keys()}
        | {("update", key) for key in code.keys() & live.keys() if code[key] != live[key]}
    )
    assert set(names(plan.changes)) == wanted
    assert plan.unchanged == sum(code[key] == live[key] for key in code.keys() & live.keys())


def test_a_snapshot_moves_with_the_definition_and_the_identity_alone() -> None:
    kind = KINDS["thing"]
    live = applied(A, 1).payload
    assert OURS.snapshot(kind, live) == OURS.snapshot(kind, {**live, "modified": "later"})
    assert OURS.snapshot(kind, live) != OURS.snapshot(kind, {**live, "value": 5})
    assert OURS.snapshot(kind, live) != OURS.snapshot(kind, {**live, "tags": []})


def test_desired_names_itself_and_what_it_refers_to() -> None:
    one = Desired("thing", "x/r", {"links": ["${gadget:x/a}", "${thing:x/b}"]})
    assert one.references == {("gadget", "x/a"), ("thing", "x/b")}


def test_a_mark_that_no_longer_fits_what_both_agree_on_is_renewed_beside_the_changes() -> None:
    plan = compare([wish("x/a", value=9)], existing(applied(A, 1, {"value": 9})), OURS)
    assert [(change.key, change.action, change.cause) for change in plan.renewals] == [("x/a", "update", "code")]
    assert plan.changes == ()
    assert [str(notice) for notice in plan.notices] == [
        "as defined, but with a revision mark of something else, which the next apply renews: thing x/a"
    ]
    many = [applied(wish(f"x/{n}", value=1), n, {"value": 9}) for n in range(1, 6)]
    (notice,) = compare([wish(f"x/{n}", value=9) for n in range(1, 6)], existing(*many), OURS).notices
    assert str(notice).endswith("thing x/1, thing x/2, thing x/3 and 2 more")


def test_an_object_that_only_carries_the_address_of_another_is_left_and_named() -> None:
    tags = ["managed_by:ddsync", "ddsync_id:acme/prod/x/a"]
    payload = {"id": 9, "name": "Mine", "tags": tags}
    imposter = Live("thing", 9, payload, KINDS["thing"].identity(payload, MARKS))
    plan = compare([A], existing(applied(A, 1), imposter), OURS)
    assert plan.changes == ()
    assert [notice.id for notice in plan.notices] == [9]
    assert "ddsync release thing:9" in str(plan.notices[0])


def test_what_nobody_remembers_is_held_until_it_is_adopted() -> None:
    bare = Live("thing", 1, {"id": 1, "name": "Edited", "tags": ["managed_by:ddsync", "ddsync_id:acme/prod/x/a"]})
    bare = bare._replace(identity=KINDS["thing"].identity(bare.payload, MARKS))
    assert only(compare([A], existing(bare), OURS)).held
    taken = only(compare([wish("x/a", value=1, adopt=1)], existing(bare), OURS))
    assert (taken.action, taken.cause, taken.held) == ("adopt", "code", False)


def test_only_a_create_of_that_kind_is_a_twin() -> None:
    def titles(kind: Any) -> dict[str, list[int]]:
        return {"The x/a": [77]} if kind.name == "thing" else {}

    update = compare([wish("x/a", value=3), B], existing(applied(A, 1), titles=titles), OURS)
    assert (names(update.changes), update.twins) == ([("create", "x/b"), ("update", "x/a")], ())
    gadget = compare([wish("x/a", kind="gadget")], existing(titles=titles), OURS)
    assert (names(gadget.changes), gadget.twins) == ([("create", "x/a")], ())
