"""Single writes: a create looks before it repeats, an update reads before it writes, nothing is written over."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.errors import DatadogError, NotFound, Rejected, Uncertain, Unreachable
from dd_sync.core.identity import revision
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import aside
from dd_sync.core.make_plan import compare
from dd_sync.core.plan import Change
from dd_sync.core.write import LOOKS, SENDS, Doubled, Gone, Moved, Writer
from tests.core.things import KINDS, MARKS, OURS, OWNER, Shop, StillClock, Thing, applied, existing, wish

A = wish("x/a", value=1)
THING = KINDS["thing"]


def a_create() -> Change:
    return compare([A], existing(), OURS).changes[0]


def a_change(shop: Shop, **now: Any) -> Change:
    return compare([wish("x/a", **now)], existing(*shop.live()), OURS).changes[0]


def test_what_is_made_carries_its_identity_and_revision() -> None:
    shop = Shop()
    result = Writer(OURS, shop, StillClock()).create(a_create(), {})
    assert result.id == 101
    assert shop.objects["thing", 101]["tags"] == [
        "managed_by:ddsync",
        "ddsync_id:acme/prod/x/a",
        f"ddsync_rev:{revision(THING.normalise(A.payload))}",
    ]
    assert result.note == ""


def test_an_answer_that_was_lost_is_looked_for_and_the_create_not_repeated() -> None:
    shop, clock = Shop(troubles={"create-answer": [Uncertain("no answer")]}, hidden=3), StillClock()
    result = Writer(OURS, shop, clock).create(a_create(), {})
    assert (result.id, len(shop.objects)) == (101, 1)
    assert clock.slept == list(LOOKS[:4])
    assert [name for name, _ in shop.writes()] == ["create"]


def test_a_create_that_never_arrived_is_sent_again_after_every_look() -> None:
    shop, clock = Shop(troubles={"create": [Uncertain("no answer")]}), StillClock()
    assert Writer(OURS, shop, clock).create(a_create(), {}).id == 101
    assert clock.slept == list(LOOKS)
    assert [name for name, _ in shop.writes()] == ["create", "create"]


def test_a_create_is_sent_so_often_and_no_more() -> None:
    shop = Shop(troubles={"create": [Uncertain("no answer")] * 9})
    with pytest.raises(Uncertain, match="no answer"):
        Writer(OURS, shop, StillClock()).create(a_create(), {})
    assert len(shop.writes()) == SENDS == 3


def test_where_even_looking_fails_nobody_can_tell() -> None:
    shop = Shop(troubles={"create": [Uncertain("lost")], "find": [Unreachable("no line", hint="wait")]})
    with pytest.raises(Uncertain, match="lost; it may be there all the same: no line") as told:
        Writer(OURS, shop, StillClock()).create(a_create(), {})
    assert told.value.hint == "wait"
    assert len(shop.writes()) == 1


def test_two_that_a_look_finds_are_told() -> None:
    shop = Shop.of(applied(A, 1), applied(A, 2))
    shop.troubles["create"] = [Uncertain("lost")]
    with pytest.raises(Doubled, match=r"2 objects carry this identity: 1, 2; .*ddsync release thing:2"):
        Writer(OURS, shop, StillClock()).create(a_create(), {})


def test_the_first_try_that_shows_after_the_second_is_told() -> None:
    shop = Shop(troubles={"create-answer": [Uncertain("lost")]}, hidden=len(LOOKS))
    with pytest.raises(Doubled, match="101, 102"):
        Writer(OURS, shop, StillClock()).create(a_create(), {})


class Doubling(Thing):
    def duplicate_of(self, errors: Any) -> Any:
        return 7 if "Duplicate of 7" in errors else None


def test_a_duplicate_that_is_ours_is_taken_and_any_other_is_told() -> None:
    kinds = OURS._replace(kinds={"thing": Doubling()})
    change = compare([A], existing(), kinds).changes[0]
    ours = Shop.of(applied(A, 7))
    ours.troubles["create"] = [Rejected(400, ["Duplicate of 7"])]
    assert Writer(kinds, ours, StillClock()).create(change, {}).id == 7
    theirs = Shop.of(applied(wish("x/other"), 7))
    theirs.troubles["create"] = [Rejected(400, ["Duplicate of 7"])]
    with pytest.raises(Rejected, match="Duplicate of 7"):
        Writer(kinds, theirs, StillClock()).create(change, {})


def test_an_answer_about_something_else_is_no_answer() -> None:
    shop = Shop(stores=lambda body: {**body, "tags": []})
    with pytest.raises(Uncertain, match="the answer to the create of a thing is about something else"):
        Writer(OURS, shop, StillClock()).create(a_create(), {})


def test_one_that_another_run_made_is_taken_only_when_it_is_the_same() -> None:
    writer = Writer(OURS, shop := Shop.of(applied(A, 5)), StillClock())
    assert writer.create(a_create(), {}, [5]).note == "was made by another run"
    shop.objects["thing", 5]["value"] = 8
    with pytest.raises(Moved, match="made in Datadog since the plan, as 5"):
        writer.create(a_create(), {}, [5])
    with pytest.raises(Doubled):
        writer.create(a_create(), {}, [5, 6])
    assert shop.writes() == []


def test_an_update_reads_first_and_refuses_what_moved() -> None:
    shop = Shop.of(applied(A, 1))
    change = a_change(shop, value=2)
    shop.objects["thing", 1]["name"] = "Renamed by hand"
    with pytest.raises(Moved, match="changed in Datadog since the plan"):
        Writer(OURS, shop, StillClock()).update(change, {})
    del shop.objects["thing", 1]
    with pytest.raises(Gone, match="deleted in Datadog since the plan"):
        Writer(OURS, shop, StillClock()).update(change, {})
    assert shop.writes() == []


def test_an_update_that_was_carried_out_already_is_written_again_without_harm() -> None:
    shop = Shop.of(applied(A, 1))
    change = a_change(shop, value=2)
    Writer(OURS, shop, StillClock()).update(change, {})
    assert Writer(OURS, shop, StillClock()).update(change, {}).note == ""
    assert shop.objects["thing", 1]["value"] == 2


def test_what_datadog_stores_otherwise_is_told_as_a_bug_with_the_fields() -> None:
    shop = Shop.of(applied(A, 1))
    change = a_change(shop, value=2)
    shop.stores = lambda body: {**body, "value": 3, "links": [4]}
    note = Writer(OURS, shop, StillClock()).update(change, {}).note
    assert "the kind thing and the fields links, value" in note


def test_an_update_resolves_references_to_what_is_there_now() -> None:
    shop = Shop.of(applied(A, 1))
    change = a_change(shop, links=["${thing:x/b}"])
    Writer(OURS, shop, StillClock()).update(change, {("thing", "x/b"): 9})
    assert shop.objects["thing", 1]["links"] == [9]


def replacing(shop: Shop) -> Change:
    return compare([wish("x/t", type="metric")], existing(*shop.live()), OURS).changes[0]


def test_a_replaced_object_is_put_aside_and_removed_at_the_end() -> None:
    shop = Shop.of(applied(wish("x/t", type="log"), 1))
    writer = Writer(OURS, shop, StillClock())
    result, old = writer.supersede(replacing(shop), {})
    identity = THING.identity(shop.objects["thing", 1], MARKS)
    assert identity is not None
    assert identity.key == aside("x/t", 1)
    assert (result.id, old.id) == (101, 1)
    writer.remove(old)
    assert list(shop.objects) == [("thing", 101)]
    writer.remove(old)


def test_an_object_that_was_put_aside_and_edited_is_not_removed() -> None:
    shop = Shop.of(applied(wish("x/t", type="log"), 1))
    writer = Writer(OURS, shop, StillClock())
    _, old = writer.supersede(replacing(shop), {})
    shop.objects["thing", 1]["value"] = 99
    with pytest.raises(Moved, match="edited in Datadog meanwhile"):
        writer.remove(old)
    assert ("thing", 1) in shop.objects


def test_a_replacement_that_is_refused_puts_the_old_one_back() -> None:
    shop = Shop.of(applied(wish("x/t", type="log"), 1))
    shop.troubles["create"] = [Rejected(400, ["no"])]
    before = THING.identity(shop.objects["thing", 1], MARKS)
    with pytest.raises(Rejected):
        Writer(OURS, shop, StillClock()).supersede(replacing(shop), {})
    assert THING.identity(shop.objects["thing", 1], MARKS) == before


class Busy(Shop):
    """Somebody edits the object between its being put aside and the refusal of the new one."""

    def create(self, kind: Kind, body: Payload) -> Payload:
        self.objects["thing", 1]["value"] = 99
        return super().create(kind, body)


def test_an_object_edited_meanwhile_is_not_put_back_over_the_edit() -> None:
    shop = Busy.of(applied(wish("x/t", type="log"), 1))
    shop.troubles["create"] = [Rejected(400, ["no"])]
    with pytest.raises(Rejected):
        Writer(OURS, shop, StillClock()).supersede(replacing(shop), {})
    assert shop.objects["thing", 1]["value"] == 99
    identity = THING.identity(shop.objects["thing", 1], MARKS)
    assert identity is not None
    assert identity.key == aside("x/t", 1)


def test_a_delete_refuses_what_was_edited_and_takes_what_is_gone() -> None:
    shop = Shop.of(applied(A, 1))
    (change,) = compare([], existing(*shop.live()), OURS).changes
    shop.objects["thing", 1]["value"] = 7
    writer = Writer(OURS, shop, StillClock())
    with pytest.raises(Moved):
        writer.delete(change)
    del shop.objects["thing", 1]
    result = writer.delete(change)
    assert (result.note, result.found_gone, result.before) == ("was gone already", True, change.live)


def test_a_delete_keeps_the_image_of_what_it_deleted() -> None:
    shop = Shop.of(applied(A, 1, modified="now"))
    (change,) = compare([], existing(*shop.live()), OURS).changes
    result = Writer(OURS, shop, StillClock()).delete(change)
    assert result.before is not None
    assert result.before["modified"] == "now"
    assert (result.after, result.found_gone) == (None, False)
    assert shop.objects == {}


class Late(Shop):
    """The first delete is carried out and its answer lost; the second finds nothing."""

    def delete(self, kind: Kind, object_id: Any, before: Any = lambda: None) -> None:
        super().delete(kind, object_id, before)
        before()


def test_a_delete_whose_answer_was_lost_is_done_and_was_ours() -> None:
    shop = Late.of(applied(A, 1))
    (change,) = compare([], existing(*shop.live()), OURS).changes
    result = Writer(OURS, shop, StillClock()).delete(change)
    assert (result.found_gone, result.note) == (False, "")
    assert result.before == change.live


def test_errors_of_reading_are_no_excuse_to_write() -> None:
    shop = Shop.of(applied(A, 1))
    change = a_change(shop, value=2)
    shop.troubles["read"] = [DatadogError("busy")]
    with pytest.raises(DatadogError, match="busy"):
        Writer(OURS, shop, StillClock()).update(change, {})
    assert shop.writes() == []
    with pytest.raises(NotFound):
        shop.read(THING, 99)


def test_an_object_keeps_the_address_of_its_owner() -> None:
    shop = Shop()
    Writer(OURS, shop, StillClock()).create(a_create(), {})
    identity = THING.identity(shop.objects["thing", 101], MARKS)
    assert identity is not None
    assert identity.belongs_to(OWNER)
