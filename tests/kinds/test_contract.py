"""What every kind promises, whatever it is: a new kind passes this file or is not one."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.core.identity import Identity, Marks, Owner, revision
from dd_sync.core.kind import STATES, Kind
from dd_sync.core.plan import Ownership
from dd_sync.core.resource import Resource
from dd_sync.datadog.answers import an_object
from dd_sync.emulator import Emulator
from dd_sync.kinds import KINDS
from tests.emulator.asking import ask
from tests.kinds.examples import EDITS, EXAMPLES

MARKS = Marks()
IDENTITY = Identity("acme/prod/module/function/entry", "1-0123abcd")

every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)


def stored(kind: Kind, body: Any) -> dict[str, Any]:
    """What Datadog has after a create of this body."""
    emulator = Emulator()
    answer = ask(emulator, "POST", kind.endpoint.path, kind.wire_body(body))
    assert answer.status in (200, 201, 202), answer.body
    return dict(an_object(kind, answer.body))


@every_kind
def test_it_has_an_example_to_be_tested_with(kind: Kind) -> None:
    assert kind.name in EXAMPLES
    assert kind.name in EDITS


@every_kind
def test_its_model_is_a_resource_of_its_name(kind: Kind) -> None:
    assert issubclass(kind.resource, Resource)
    assert kind.resource.kind == kind.name


@every_kind
def test_it_says_which_permissions_a_key_needs(kind: Kind) -> None:
    assert kind.endpoint.read_scope
    assert kind.endpoint.write_scope


@every_kind
def test_identity_written_is_identity_read(kind: Kind) -> None:
    stamped = kind.stamp(EXAMPLES[kind.name], IDENTITY, MARKS)
    assert kind.identity(stamped, MARKS) == IDENTITY
    assert kind.identity(EXAMPLES[kind.name], MARKS) is None


@every_kind
def test_taking_the_identity_off_gives_back_the_definition(kind: Kind) -> None:
    example = EXAMPLES[kind.name]
    again = kind.unstamp(kind.stamp(example, IDENTITY, MARKS), MARKS)
    assert kind.normalise(again, example) == kind.normalise(example, example)


@every_kind
def test_an_object_carries_one_identity_however_often_it_is_written(kind: Kind) -> None:
    other = Identity("acme/staging/x", "1-ffffffff")
    twice = kind.stamp(kind.stamp(EXAMPLES[kind.name], other, MARKS), IDENTITY, MARKS)
    assert kind.identity(twice, MARKS) == IDENTITY
    assert "staging" not in str(twice)


@every_kind
def test_what_datadog_stores_of_a_definition_equals_it(kind: Kind) -> None:
    example = EXAMPLES[kind.name]
    live = stored(kind, kind.create_body(kind.stamp(example, IDENTITY, MARKS)))
    wanted, found = kind.comparable(example, kind.unstamp(live, MARKS))
    assert wanted == found


@every_kind
def test_normalising_twice_changes_nothing(kind: Kind) -> None:
    once = kind.normalise(EXAMPLES[kind.name], EXAMPLES[kind.name])
    assert kind.normalise(once, EXAMPLES[kind.name]) == once


@every_kind
def test_functions_leave_their_arguments_alone(kind: Kind) -> None:
    example = EXAMPLES[kind.name]
    before = repr(example)
    kind.normalise(example, example)
    kind.stamp(example, IDENTITY, MARKS)
    kind.create_body(example)
    kind.update_body(example, {**example, "id": "1"})
    assert repr(example) == before


@every_kind
def test_every_edit_of_a_stored_object_is_seen(kind: Kind) -> None:
    example = EXAMPLES[kind.name]
    live = stored(kind, kind.create_body(example))
    for name, edit in EDITS[kind.name].items():
        wanted, found = kind.comparable(example, edit(live))
        assert wanted != found, f"not seen: {name}"


@every_kind
def test_no_edit_is_overlooked_at_a_glance(kind: Kind) -> None:
    example = EXAMPLES[kind.name]
    live = stored(kind, kind.create_body(example))
    for name, edit in EDITS[kind.name].items():
        assert not kind.plainly_same(example, edit(live)), f"not seen: {name}"


@every_kind
def test_the_revision_tells_an_edit_from_an_untouched_object(kind: Kind) -> None:
    example = EXAMPLES[kind.name]
    live = kind.unstamp(stored(kind, kind.create_body(example)), MARKS)
    mark = revision(kind.revision_form(example, example))
    assert revision(kind.revision_form(live, example)) == mark
    for name, edit in EDITS[kind.name].items():
        assert revision(kind.revision_form(edit(live), example)) != mark, f"not told: {name}"


@every_kind
def test_an_update_sends_the_whole_definition(kind: Kind) -> None:
    example = EXAMPLES[kind.name]
    live = stored(kind, kind.create_body(example))
    body = kind.update_body(example, live)
    kept = live if kind.endpoint.update_method == "PATCH" else {}  # which may leave out what is as it was
    assert kind.normalise({**kept, **body}, example) == kind.normalise(example, example)


@every_kind
def test_what_datadog_alone_sets_is_never_sent(kind: Kind) -> None:
    live = stored(kind, kind.create_body(EXAMPLES[kind.name]))
    assert not kind.server_fields & kind.create_body(live).keys()
    assert not kind.server_fields & kind.update_body(live, live).keys()


@every_kind
def test_fields_of_the_future_are_a_notice_and_no_difference(kind: Kind) -> None:
    example = EXAMPLES[kind.name]
    live = stored(kind, kind.create_body(example))
    newer = {**live, "invented_tomorrow": {"a": 1}}
    assert kind.unknown_fields(live) == []
    assert kind.unknown_fields(newer) == ["invented_tomorrow"]
    wanted, found = kind.comparable(example, newer)
    assert wanted == found


@every_kind
def test_a_snapshot_stays_until_somebody_edits(kind: Kind) -> None:
    rules = Ownership(KINDS, Owner("acme", "prod"))
    live = stored(kind, kind.create_body(kind.stamp(EXAMPLES[kind.name], IDENTITY, MARKS)))
    snapshot = rules.snapshot(kind, live)
    assert rules.snapshot(kind, {**live, "modified": "later", "modified_at": 1, "overall_state": "Alert"}) == snapshot
    assert rules.snapshot(kind, kind.unstamp(live, MARKS)) != snapshot
    for name, edit in EDITS[kind.name].items():
        assert rules.snapshot(kind, edit(live)) != snapshot, f"not seen: {name}"


@every_kind
def test_recipients_are_told_by_state_or_not_at_all(kind: Kind) -> None:
    assert set(kind.recipients(EXAMPLES[kind.name])) in (set(), set(STATES))


@every_kind
def test_from_api_gives_back_what_it_was_given(kind: Kind) -> None:
    payload = {**EXAMPLES[kind.name], "unheard_of": [1, 2.0, None]}
    assert kind.resource.from_api(payload).verbatim == payload
