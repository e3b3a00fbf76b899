"""Edits that people make in Datadog are refused or held, object by object, and never overwritten."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dd_sync.core.apply import Options
from dd_sync.core.identity import Owner
from dd_sync.core.limits import OverLimit
from dd_sync.core.plan import Change
from dd_sync.datadog.transport import Request
from tests.trust.deaths import Scene, scene
from tests.trust.edits import edit, is_edited, looks, strip
from tests.trust.projects import Shape, Thing, changed, desired, things
from tests.trust.trial import Organisation, Trial, failed
from tests.trust.undone import latest, undo
from tests.trust.wire import Trouble


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return scene(tmp_path_factory.mktemp("edits") / "scene", 11, 30)


def trial_of(folder: Path, *shapes: Thing) -> Trial:
    """A project of these things, applied."""
    trial = Trial(Organisation(), folder)
    assert not failed(trial.run(desired(shapes)))
    return trial


def only_id(trial: Trial, kind: str) -> Any:
    (found,) = trial.organisation.emulator.objects(kind)
    return found["id"]


@pytest.mark.parametrize("action", ["update", "replace", "delete"])
def test_an_edit_at_any_point_between_plan_and_write_is_refused(small: Scene, tmp_path: Path, action: str) -> None:
    clean = small.copy(tmp_path / "clean")
    made = clean.plan(small.wanted)
    wire = clean.wire()
    assert not failed(clean.carry_out(made, wire))
    changes = [change for change in made.changes if change.action == action][:4]
    assert changes
    for change in changes:
        read = looks(wire.calls, change)[0]
        for point in {0, read // 3, 2 * read // 3, read - 1, read}:
            check_refused(small, tmp_path / f"{change.key.replace('/', '-')}-{point}", change, point)


def check_refused(small: Scene, place: Path, change: Change, point: int) -> None:
    """Somebody edits the object right before the call of this number."""
    trial = small.copy(place)
    emulator = trial.organisation.emulator
    made = trial.plan(small.wanted)
    wire = trial.wire()

    def before(request: Request) -> None:
        if len(wire.calls) == point:
            edit(emulator, change.kind, change.id or 0)

    wire.before = before
    outcomes = {(outcome.kind, outcome.key): outcome for outcome in trial.carry_out(made, wire)}
    outcome = outcomes[change.name]
    assert (outcome.status, "changed in Datadog since the plan" in outcome.reason) == ("refused", True), (change, point)
    assert is_edited(emulator, change.kind, change.id or 0)


@pytest.mark.parametrize("trouble", ["503", "dropped before", "429 unsaid", "timeout", "504 after"])
@pytest.mark.parametrize(("method", "number"), [("PUT", 60), ("DELETE", 0)])
def test_an_edit_between_a_failed_try_and_the_next_is_not_overwritten(
    tmp_path: Path, trouble: Trouble, method: str, number: int
) -> None:
    thing = Thing("trial/metric/n1", "metric", 5)
    trial = trial_of(tmp_path, thing)
    emulator, number_id = trial.organisation.emulator, only_id(trial, "monitor")
    wanted = [Thing("trial/metric/n1", "metric", number).desired()] if number else []
    made = trial.plan(wanted)
    wire = trial.wire()
    tries = 0

    def troubles(request: Request) -> Trouble | None:
        nonlocal tries
        tries += request.method == method
        return trouble if request.method == method and tries == 1 else None

    def before(request: Request) -> None:
        if tries == 1 and request.method == "GET" and emulator.objects("monitor"):
            edit(emulator, "monitor", number_id)

    wire.troubles, wire.before = troubles, before
    (outcome,) = trial.carry_out(made, wire)
    if method == "DELETE" and trouble in ("timeout", "504 after"):
        assert outcome.status == "done"  # it was gone before anybody could edit it
        return
    assert (outcome.status, outcome.reason) == ("refused", "changed in Datadog since the plan: plan again")
    assert is_edited(emulator, "monitor", number_id)


@pytest.mark.parametrize("point", range(3))
@pytest.mark.parametrize("shape", ["metric", "slo of metrics", "ordered"])
def test_an_edit_before_an_adoption_is_refused(tmp_path: Path, shape: Shape, point: int) -> None:
    thing = Thing("trial/thing/n1", shape, 5)
    trial = Trial(Organisation(), tmp_path)
    emulator = trial.organisation.emulator
    object_id = emulator.put(thing.kind, {**thing.desired().payload, "modified_at": "2031-05-06T07:08:09+00:00"})
    made = trial.plan([replace(thing.desired(), adopt=object_id)])
    assert [change.action for change in made.changes] == ["adopt"]
    wire = trial.wire()

    def before(request: Request) -> None:
        if len(wire.calls) == min(point, looks([*wire.calls, request], made.changes[0])[0]):
            edit(emulator, thing.kind, object_id)

    wire.before = before
    (outcome,) = trial.carry_out(made, wire)
    assert (outcome.status, outcome.reason) == ("refused", "changed in Datadog since the plan: plan again")
    assert is_edited(emulator, thing.kind, object_id)
    assert trial.owned() == {}


@pytest.mark.parametrize("action", ["update", "delete", "replace"])
def test_an_edit_at_any_point_of_an_undo_is_refused(small: Scene, tmp_path: Path, action: str) -> None:
    clean = small.copy(tmp_path / "clean")
    assert not failed(clean.run(small.wanted))
    wire = clean.wire()
    found, _ = undo(clean, latest(clean), wire)
    changes = [change for change in found.plan.changes if change.action == action][:3]
    assert changes
    for change in changes:
        last = looks(wire.calls, change)[1]  # the first look is the plan's
        first = looks(wire.calls, change)[0] + 1
        for point in {first, (first + last) // 2, last}:
            place = tmp_path / f"{change.key.replace('/', '-')}-{point}"
            check_undo_refused(small, place, change, point)


def check_undo_refused(small: Scene, place: Path, change: Change, point: int) -> None:
    trial = small.copy(place)
    emulator = trial.organisation.emulator
    assert not failed(trial.run(small.wanted))
    wire = trial.wire()

    def before(request: Request) -> None:
        if len(wire.calls) == point:
            edit(emulator, change.kind, change.id or 0)

    wire.before = before
    found, outcomes = undo(trial, latest(trial), wire)
    refused = {(one.kind, one.key) for one in outcomes if one.status == "refused"}
    assert change.name in refused | {(one.kind, one.key) for one in found.left}, (change, point)
    assert is_edited(emulator, change.kind, change.id or 0)


def test_a_replaced_object_that_is_edited_before_it_goes_is_kept(tmp_path: Path) -> None:
    trial = trial_of(tmp_path, Thing("trial/metric/n1", "metric", 5))
    emulator, old = trial.organisation.emulator, only_id(trial, "monitor")
    made = trial.plan([Thing("trial/metric/n1", "log", 5).desired()])
    wire = trial.wire()

    def before(request: Request) -> None:
        if len(emulator.objects("monitor")) == 2 and not is_edited(emulator, "monitor", old):
            edit(emulator, "monitor", old)

    wire.before = before
    (outcome,) = trial.carry_out(made, wire)
    assert outcome.status == "failed"
    assert f"the old one, {old}, is there too: it was edited in Datadog meanwhile" in outcome.reason
    assert is_edited(emulator, "monitor", old)


def test_a_mute_between_plan_and_write_is_kept_and_refuses_nothing(tmp_path: Path) -> None:
    trial = trial_of(tmp_path, Thing("trial/metric/n1", "metric", 5))
    emulator, object_id = trial.organisation.emulator, only_id(trial, "monitor")
    made = trial.plan([Thing("trial/metric/n1", "metric", 6).desired()])
    mute = {"*": 1_900_000_000}
    emulator.edit("monitor", object_id, lambda body: {**body, "options": {**body["options"], "silenced": mute}})
    (outcome,) = trial.carry_out(made)
    assert outcome.status == "done"
    (live,) = emulator.objects("monitor")
    assert (live["options"]["silenced"], live["options"]["thresholds"]["critical"]) == (mute, 6.0)


def test_an_object_deleted_between_plan_and_write_is_named_and_not_made_again(tmp_path: Path) -> None:
    trial = trial_of(tmp_path, Thing("trial/metric/n1", "metric", 5))
    made = trial.plan([Thing("trial/metric/n1", "metric", 6).desired()])
    trial.organisation.emulator.remove("monitor", only_id(trial, "monitor"))
    (outcome,) = trial.carry_out(made)
    assert (outcome.status, outcome.reason) == ("refused", "deleted in Datadog since the plan: plan again")
    assert trial.organisation.emulator.objects("monitor") == []


def test_fifty_edits_are_held_while_an_unrelated_change_goes_through(tmp_path: Path) -> None:
    chance = random.Random(4)
    first = things(chance, 90)
    trial = trial_of(tmp_path, *first)
    emulator = trial.organisation.emulator
    ids = {change.name: change.id for change in trial.plan([]).changes}
    edited, rest = first[:50], first[50:]
    for thing in edited:
        edit(emulator, thing.kind, ids[thing.name] or 0)
    second = (*edited, *(Thing(one.key, one.shape, one.number + 50, one.refers_to) for one in rest))
    outcomes = trial.run(desired(second))
    assert {o.key: o.status for o in outcomes} == {
        **{one.key: "held" for one in edited},
        **{one.key: "done" for one in rest},
    }
    assert failed(outcomes) == []
    assert all(is_edited(emulator, one.kind, ids[one.name] or 0) for one in edited)


def test_edits_are_undone_where_that_is_asked_for(tmp_path: Path) -> None:
    first = things(random.Random(5), 20)
    trial = trial_of(tmp_path, *first)
    ids = {change.name: change.id for change in trial.plan([]).changes}
    for thing in first:
        edit(trial.organisation.emulator, thing.kind, ids[thing.name] or 0)
    one = first[3]
    trial.run(desired(first), options=Options(revert=(f"{one.kind}:{one.key}",), parallel=1))
    assert [t.key for t in first if not is_edited(trial.organisation.emulator, t.kind, ids[t.name] or 0)] == [one.key]
    trial.run(desired(first), options=Options(revert_all=True, parallel=1))
    trial.check_settled(desired(first))


@pytest.mark.parametrize("remembered", [True, False])
def test_fifty_stripped_identities_make_no_twins(tmp_path: Path, remembered: bool) -> None:
    first = things(random.Random(6), 50)
    trial = trial_of(tmp_path / "receipts", *first)
    emulator = trial.organisation.emulator
    ids = {change.name: change.id for change in trial.plan([]).changes}
    for thing in first:
        strip(emulator, thing.kind, ids[thing.name] or 0)
    before = trial.organisation.objects()
    later = trial if remembered else Trial(trial.organisation, tmp_path / "elsewhere")
    made = later.plan(desired(first))
    assert len(made.twins) == 50
    with pytest.raises(OverLimit, match="50 of the objects to create exist in Datadog"):
        later.carry_out(made)
    assert trial.organisation.objects() == before


@pytest.mark.parametrize("mark", ["managed_by", "ddsync_rev"])
@pytest.mark.parametrize("remembered", [True, False])
def test_fifty_identities_that_lost_one_tag_make_no_twins(tmp_path: Path, mark: str, remembered: bool) -> None:
    first = things(random.Random(6), 50)
    trial = trial_of(tmp_path / "receipts", *first)
    emulator = trial.organisation.emulator
    ids = {change.name: change.id for change in trial.plan([]).changes}

    def tidy(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "tags": [tag for tag in body["tags"] if not tag.startswith(mark)]}

    for thing in first:
        if thing.kind != "dashboard":
            emulator.edit(thing.kind, ids[thing.name] or 0, tidy)
    later = trial if remembered else Trial(trial.organisation, tmp_path / "elsewhere")
    made = later.plan(desired(first))
    assert {change.action for change in made.changes} <= {"adopt"}
    assert {change.reason for change in made.changes} <= {"a part of its identity was taken off in Datadog"}
    assert bool(made.renewals) == (mark == "ddsync_rev")
    assert not failed(later.carry_out(made))
    later.check_settled(desired(first))
    if mark == "managed_by" and not remembered:
        assert Trial(trial.organisation, tmp_path / "again").plan(desired(first)).changes == ()


def test_an_object_that_lost_a_tag_and_its_definition_is_still_deleted(tmp_path: Path) -> None:
    trial = trial_of(tmp_path / "receipts", Thing("trial/metric/n1", "metric", 5))
    emulator, object_id = trial.organisation.emulator, only_id(trial, "monitor")
    emulator.edit(
        "monitor", object_id, lambda body: {**body, "tags": [t for t in body["tags"] if not t.startswith("managed_by")]}
    )
    assert [change.action for change in trial.plan([]).changes] == ["delete"]


def test_an_edit_of_an_object_that_lost_a_tag_is_held_too(tmp_path: Path) -> None:
    thing = Thing("trial/metric/n1", "metric", 5)
    trial = trial_of(tmp_path / "receipts", thing)
    emulator, object_id = trial.organisation.emulator, only_id(trial, "monitor")
    edit(emulator, "monitor", object_id)
    emulator.edit(
        "monitor", object_id, lambda body: {**body, "tags": [t for t in body["tags"] if not t.startswith("managed_by")]}
    )
    (outcome,) = Trial(trial.organisation, tmp_path / "elsewhere").run([thing.desired()])
    assert outcome.status == "held"
    assert is_edited(emulator, "monitor", object_id)


def test_a_stripped_and_renamed_object_is_known_by_the_receipt(tmp_path: Path) -> None:
    thing = Thing("trial/metric/n1", "metric", 5)
    trial = trial_of(tmp_path, thing)
    emulator, object_id = trial.organisation.emulator, only_id(trial, "monitor")
    strip(emulator, "monitor", object_id)
    emulator.edit("monitor", object_id, lambda body: {**body, "name": "something else"})
    made = trial.plan([thing.desired()])
    assert [(twin.key, twin.id) for twin in made.twins] == [(thing.key, object_id)]
    assert made.changes[0].reason == f"its identity was taken off in Datadog: it is monitor {object_id}"


def test_an_object_deleted_in_datadog_is_held_and_made_again_when_told(tmp_path: Path) -> None:
    first = things(random.Random(8), 12)
    trial = trial_of(tmp_path, *first)
    ids = {change.name: change.id for change in trial.plan([]).changes}
    gone = next(one for one in first if not any(one.name in other.refers_to for other in first))
    trial.organisation.emulator.remove(gone.kind, ids[gone.name] or 0)
    (outcome,) = trial.run(desired(first))
    assert (outcome.status, outcome.reason) == ("held", "deleted in Datadog")
    trial.run(desired(first), options=Options(revert_all=True, parallel=1))
    trial.check_settled(desired(first))


# Two targets in one organisation


def check_other_target_untouched(seed: int, folder: Path) -> None:
    """Two targets of the same definitions, one of them planned and applied: the other stays as it is, byte by byte."""
    chance = random.Random(seed)
    organisation = Organisation()
    first = things(chance, chance.randrange(5, 25))
    staging = Trial(organisation, folder / "staging", Owner("acme", "prod-eu"))
    prod = Trial(organisation, folder / "prod", Owner("acme", "prod"))
    staging.run(desired(first))
    prod.run(desired(things(chance, 10) if seed % 3 else first))
    organisation.emulator.put("monitor", {"name": "a stranger", "type": "query alert", "query": "q", "tags": ["x:y"]})
    before = {n: [json.dumps(one) for one in group] for n, group in staging.owned().items()}
    strangers = organisation.strangers()
    prod.run(desired(changed(chance, first)))
    prod.run([] if seed % 2 else desired(first))
    assert {n: [json.dumps(one) for one in group] for n, group in staging.owned().items()} == before
    assert organisation.strangers() == strangers


@pytest.mark.parametrize("seed", range(100))
def test_nothing_of_another_target_is_touched(seed: int, tmp_path: Path) -> None:
    check_other_target_untouched(seed, tmp_path)
