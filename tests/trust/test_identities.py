"""Whose an object is: tags can be written by anybody, so nothing is taken for ours on the strength of a tag."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dd_sync.core import identity
from dd_sync.core.apply import Options
from dd_sync.core.causes import UNMARKED
from dd_sync.core.consent import Consent
from dd_sync.core.live import DuplicateIdentity
from dd_sync.core.make_plan import RENEWED
from tests.trust.edits import edit, is_edited, strip
from tests.trust.projects import Shape, Thing, desired
from tests.trust.trial import KINDS, Organisation, Trial, failed

ONE = Thing("trial/metric/n1", "metric", 5)
SHAPES: list[Shape] = ["metric", "slo of metrics", "ordered"]


def trial_of(folder: Path, *things: Thing) -> Trial:
    trial = Trial(Organisation(), folder / "receipts")
    assert not failed(trial.run(desired(things)))
    return trial


def elsewhere(trial: Trial, folder: Path) -> Trial:
    """The same target on a machine without its receipts."""
    return Trial(trial.organisation, folder / "elsewhere")


def id_of(trial: Trial, thing: Thing) -> Any:
    return next(live[0]["id"] for (_, address), live in trial.owned().items() if address.endswith(thing.key))


def remark(trial: Trial, thing: Thing, mark: str | None) -> None:
    """Somebody writes another revision mark, or takes it off."""
    kind, marks = KINDS[thing.kind], trial.rules.marks

    def other(body: dict[str, Any]) -> dict[str, Any]:
        found = kind.identity(body, marks)
        assert found is not None
        return kind.stamp(kind.unstamp(body, marks), found._replace(revision=mark or ""), marks)

    trial.organisation.emulator.edit(thing.kind, id_of(trial, thing), other)


def tag(trial: Trial, thing: Thing, mark: str = "") -> int | str:
    """Somebody makes an object of their own and gives it our identity."""
    title = "title" if thing.kind == "dashboard" else "name"
    payload, kind = {**thing.desired().payload, title: "not ours"}, KINDS[thing.kind]
    found = identity.Identity(trial.rules.marks.address_of(trial.owner, thing.key), mark)
    return trial.organisation.emulator.put(thing.kind, kind.stamp(payload, found, trial.rules.marks))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mark", ["", "1-deadbeef", "0-deadbeef", "9-deadbeef", "1-", "nonsense", "1-DEADBEEF0"])
@pytest.mark.parametrize("defined", [True, False])
def test_an_object_that_somebody_tagged_with_our_identity_is_neither_deleted_nor_changed(
    tmp_path: Path, shape: Shape, mark: str, defined: bool
) -> None:
    trial = trial_of(tmp_path, ONE)
    other = Thing("trial/other/n2", shape, 7)
    tag(trial, other, mark)
    before = trial.organisation.objects()
    (outcome,) = trial.run(desired((ONE, other) if defined else (ONE,)))
    assert (outcome.key, outcome.status, outcome.conflict) == (other.key, "held", True)
    assert trial.organisation.objects() == before


def test_an_object_without_a_mark_is_told_with_the_reason(tmp_path: Path) -> None:
    trial = trial_of(tmp_path, ONE)
    tag(trial, Thing("trial/other/n2", "metric", 7))
    (change,) = trial.plan(desired((ONE,))).changes
    assert (change.action, change.held, change.reason) == ("delete", True, UNMARKED)


def test_what_was_tagged_is_taken_for_ours_when_a_person_says_so(tmp_path: Path) -> None:
    other = Thing("trial/other/n2", "metric", 7)
    trial = trial_of(tmp_path, ONE)
    tag(trial, other)
    outcomes = trial.run(desired((ONE, other)), options=Options(revert=(other.key,)))
    assert [outcome.status for outcome in outcomes] == ["done"]
    trial.check_settled(desired((ONE, other)))


def test_what_was_tagged_is_taken_over_where_its_id_is_given(tmp_path: Path) -> None:
    other = Thing("trial/other/n2", "metric", 7)
    trial = trial_of(tmp_path, ONE)
    object_id = tag(trial, other)
    wanted = [ONE.desired(), replace(other.desired(), adopt=object_id)]
    (outcome,) = trial.run(wanted)
    assert (outcome.action, outcome.status) == ("adopt", "done")
    trial.check_settled(wanted)


@pytest.mark.parametrize("mark", [None, "1-deadbeef"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("remembered", [True, False])
def test_an_edit_is_held_though_the_mark_was_taken_off(
    tmp_path: Path, shape: Shape, mark: str | None, remembered: bool
) -> None:
    thing = Thing("trial/thing/n1", shape, 5)
    trial = trial_of(tmp_path, thing)
    edit(trial.organisation.emulator, thing.kind, id_of(trial, thing))
    remark(trial, thing, mark)
    later = trial if remembered else elsewhere(trial, tmp_path)
    (outcome,) = later.run([thing.desired()])
    assert (outcome.status, outcome.conflict) == ("held", not remembered)  # a receipt tells whether the code changed
    assert is_edited(trial.organisation.emulator, thing.kind, id_of(trial, thing))
    (outcome,) = later.run([])
    assert outcome.status == "held"
    assert is_edited(trial.organisation.emulator, thing.kind, id_of(trial, thing))


@pytest.mark.parametrize("mark", [None, "1-deadbeef"])
def test_a_receipt_stands_for_a_mark_that_was_taken_off(tmp_path: Path, mark: str | None) -> None:
    trial = trial_of(tmp_path, ONE)
    remark(trial, ONE, mark)
    (outcome,) = trial.run([replace(ONE, number=9).desired()])
    assert (outcome.action, outcome.status) == ("update", "done")
    remark(trial, ONE, mark)
    (outcome,) = trial.run([])
    assert (outcome.action, outcome.status) == ("delete", "done")


def test_a_mark_that_was_taken_off_is_renewed_where_both_agree(tmp_path: Path) -> None:
    trial = trial_of(tmp_path, ONE)
    remark(trial, ONE, None)
    later = elsewhere(trial, tmp_path)
    made = later.plan([ONE.desired()])
    assert (made.changes, [change.name for change in made.renewals]) == ((), [ONE.name])
    assert "the next apply renews: monitor trial/metric/n1" in str(made.notices[0])
    (outcome,) = later.carry_out(made)
    assert (outcome.action, outcome.status, outcome.reason) == ("update", "done", RENEWED)
    later.check_settled([ONE.desired()])
    assert later.plan([ONE.desired()]).renewals == ()


def test_a_mark_of_an_older_scheme_is_read_with_that_scheme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = trial_of(tmp_path, ONE)
    monkeypatch.setitem(identity.SCHEMES, "2", lambda normal: identity.digest([normal, "2"])[:8])
    monkeypatch.setattr(identity, "SCHEME", "2")
    later = elsewhere(trial, tmp_path)
    made = later.plan([ONE.desired()])
    assert (made.changes, made.renewals) == ((), ())  # nothing is written for its own sake
    changed = replace(ONE, number=9)
    (change,) = later.plan([changed.desired()]).changes
    assert change.cause == "code"
    edit(trial.organisation.emulator, "monitor", id_of(trial, ONE))
    assert [change.cause for change in later.plan([ONE.desired()]).changes] == ["drift"]
    assert [change.cause for change in later.plan([changed.desired()]).changes] == ["both"]


def test_a_mark_of_a_scheme_that_nobody_knows_is_left_where_both_agree(tmp_path: Path) -> None:
    trial = trial_of(tmp_path, ONE)
    remark(trial, ONE, "0-01234567")
    made = elsewhere(trial, tmp_path).plan([ONE.desired()])
    assert (made.changes, made.renewals) == ((), ())


def test_an_address_that_somebody_wrote_beside_the_true_one_stops_nobody(tmp_path: Path) -> None:
    trial = trial_of(tmp_path, ONE)
    ours = id_of(trial, ONE)
    other = tag(trial, ONE)
    made = trial.plan([replace(ONE, number=9).desired()])
    assert [(change.action, change.id) for change in made.changes] == [("update", ours)]
    assert f"ddsync release monitor:{other}" in str(made.notices[0])
    assert not failed(trial.carry_out(made))
    assert trial.organisation.objects()["monitor", str(other)]["name"] == "not ours"


def test_a_copy_with_all_marks_is_for_a_person_to_settle(tmp_path: Path) -> None:
    trial = trial_of(tmp_path, ONE)
    (live,) = trial.organisation.emulator.objects("monitor")
    copied = {**json.loads(json.dumps(live)), "id": 77, "name": "a copy"}
    trial.organisation.emulator.put("monitor", copied, 77)
    with pytest.raises(DuplicateIdentity):
        trial.plan([ONE.desired()])


# One object that lost its tags


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("remembered", [True, False])
def test_an_object_that_lost_its_tags_is_held_and_named_and_the_rest_goes_through(
    tmp_path: Path, shape: Shape, remembered: bool
) -> None:
    lost = Thing("trial/lost/n2", shape, 7)
    trial = trial_of(tmp_path, ONE, lost)
    object_id = id_of(trial, lost)
    strip(trial.organisation.emulator, lost.kind, object_id)
    later = trial if remembered else elsewhere(trial, tmp_path)
    for number in (9, 10):  # a receipt in between forgets nothing
        outcomes = {outcome.key: outcome for outcome in later.run(desired((replace(ONE, number=number), lost)))}
        assert outcomes[ONE.key].status == "done"
        left = outcomes[lost.key]
        assert (left.status, left.incomplete) == ("held", True)
        assert f"it is {lost.kind} {object_id}: ddsync absorb {lost.key}" in left.reason
    assert len(trial.organisation.emulator.objects(lost.kind)) == 1 + (lost.kind == "monitor")


def test_what_lost_its_tags_and_its_title_is_still_held_after_another_apply(tmp_path: Path) -> None:
    lost = Thing("trial/lost/n2", "metric", 7)
    trial = trial_of(tmp_path, ONE, lost)
    object_id = id_of(trial, lost)
    strip(trial.organisation.emulator, "monitor", object_id)
    trial.organisation.emulator.edit("monitor", object_id, lambda body: {**body, "name": "something else"})
    for number in (9, 10):
        statuses = {o.key: o.status for o in trial.run(desired((replace(ONE, number=number), lost)))}
        assert statuses == {ONE.key: "done", lost.key: "held"}


def test_what_was_deleted_in_datadog_is_still_held_after_another_apply(tmp_path: Path) -> None:
    gone = Thing("trial/gone/n2", "metric", 7)
    trial = trial_of(tmp_path, ONE, gone)
    trial.organisation.emulator.remove("monitor", id_of(trial, gone))
    for number in (9, 10):
        statuses = {o.key: o.status for o in trial.run(desired((replace(ONE, number=number), gone)))}
        assert statuses == {ONE.key: "done", gone.key: "held"}


@pytest.mark.parametrize("remembered", [True, False])
def test_what_refers_to_an_object_that_lost_its_tags_stays_as_it_is(tmp_path: Path, remembered: bool) -> None:
    lost = Thing("trial/slo/n1", "slo of metrics", 7)
    alert = Thing("trial/alert/n2", "slo alert", 5, (lost.name,))
    trial = trial_of(tmp_path, lost, alert)
    strip(trial.organisation.emulator, "slo", id_of(trial, lost))
    later = trial if remembered else elsewhere(trial, tmp_path)
    (change,) = later.plan(desired((lost, alert))).changes
    assert (change.key, change.action, change.held) == (lost.key, "create", True)
    outcomes = later.run(desired((lost, replace(alert, number=6))))
    assert {outcome.key: outcome.status for outcome in outcomes} == {lost.key: "held", alert.key: "done"}


def test_what_lost_its_tags_comes_back_under_its_id(tmp_path: Path) -> None:
    lost = Thing("trial/lost/n2", "metric", 7)
    trial = trial_of(tmp_path, ONE, lost)
    object_id = id_of(trial, lost)
    strip(trial.organisation.emulator, "monitor", object_id)
    wanted = [ONE.desired(), replace(lost.desired(), adopt=object_id)]
    (outcome,) = trial.run(wanted)
    assert (outcome.action, outcome.status, outcome.id) == ("adopt", "done", object_id)
    trial.check_settled(wanted)


def test_a_second_one_is_made_only_where_that_is_said(tmp_path: Path) -> None:
    trial = trial_of(tmp_path, ONE)
    strip(trial.organisation.emulator, "monitor", id_of(trial, ONE))
    later = elsewhere(trial, tmp_path)
    (outcome,) = later.run([ONE.desired()], options=Options(revert_all=True))
    assert outcome.status == "held"
    (outcome,) = later.run([ONE.desired()], options=Options(consent=Consent(twins=True)))
    assert outcome.status == "done"
    assert len(trial.organisation.emulator.objects("monitor")) == 2
