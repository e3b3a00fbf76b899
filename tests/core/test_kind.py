"""What a kind answers where it has nothing of its own to say."""

from __future__ import annotations

from tests.core.things import KINDS, Thing

THING, RULE = KINDS["thing"], KINDS["rule"]


def test_a_create_leaves_out_what_datadog_alone_sets() -> None:
    assert THING.create_body({"name": "x", "id": 3, "modified": "now"}) == {"name": "x"}


def test_both_sides_are_compared_in_their_normal_forms() -> None:
    assert THING.comparable({"name": "x", "odd": 1}, {"name": "x", "id": 4}) == ({"name": "x"}, {"name": "x"})


def test_a_kind_is_about_itself_unless_it_adds_people_to_others() -> None:
    assert not THING.tells_of_others
    assert RULE.tells_of_others
    assert THING.adds({}, {}) == {}


def test_an_object_goes_by_its_id() -> None:
    assert Thing().object_id({"id": 7}) == 7


def test_what_a_kind_does_not_say_changes_nothing() -> None:
    assert THING.wire_body({"a": 1}) == THING.receive({"a": 1}, None) == {"a": 1}
    assert not THING.is_gone({})
    assert not THING.needs_detail({})
    assert not THING.plainly_same({}, {})
    assert THING.duplicate_of(["Duplicate of an existing monitor_id:1"]) is None
