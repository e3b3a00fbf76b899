"""Two applies at once: whatever comes out, nothing is lost and no double goes unnoticed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dd_sync.core.live import DuplicateIdentity
from tests.trust.projects import Thing, changed, desired, things
from tests.trust.together import apply_together, doubled, named_as_doubled, release_copies
from tests.trust.trial import Organisation, Trial, failed


@pytest.mark.parametrize("seed", range(25))
def test_two_first_applies_at_once_leave_no_double_unnoticed(tmp_path: Path, seed: int) -> None:
    check_first_applies_together(tmp_path, seed)


def check_first_applies_together(folder: Path, seed: int) -> None:
    organisation = Organisation()
    trials = [Trial(organisation, folder / name) for name in ("one", "two")]
    wanted = desired(things(random.Random(seed), 20))
    outcomes = apply_together(trials, [trial.plan(wanted) for trial in trials], seed)
    twice = doubled(trials[0], wanted)
    assert twice <= named_as_doubled(outcomes)
    for trial in trials:
        if twice:
            with pytest.raises(DuplicateIdentity) as raised:
                trial.plan(wanted)
            said = list(raised.value.lines(lambda live: f"link-{live.id}"))
            assert len(said) >= 2 * len(twice)
            assert "ddsync release" in raised.value.hint
    release_copies(trials[0])
    assert not failed(trials[0].run(wanted))
    trials[0].check_settled(wanted)


@pytest.mark.parametrize("seed", range(25))
def test_two_applies_of_one_change_at_once_end_as_one_would(tmp_path: Path, seed: int) -> None:
    check_one_change_together(tmp_path, seed)


def check_one_change_together(folder: Path, seed: int) -> None:
    chance = random.Random(seed)
    organisation = Organisation()
    trials = [Trial(organisation, folder / name) for name in ("one", "two")]
    first = things(chance, 20)
    assert not failed(trials[0].run(desired(first)))
    wanted = desired(changed(chance, first, replacing=False))
    outcomes = apply_together(trials, [trial.plan(wanted) for trial in trials], seed)
    assert doubled(trials[0], wanted) <= named_as_doubled(outcomes)
    release_copies(trials[0])
    trials[0].run(wanted)
    trials[0].check_settled(wanted)


def test_a_plan_that_another_run_has_carried_out_makes_nothing_twice(tmp_path: Path) -> None:
    organisation = Organisation()
    early, late = (Trial(organisation, tmp_path / name) for name in ("early", "late"))
    wanted = desired(things(random.Random(1), 25))
    made = late.plan(wanted)
    early.run(wanted)
    outcomes = late.carry_out(made)
    assert {outcome.status for outcome in outcomes} == {"done"}
    assert {outcome.reason for outcome in outcomes} == {"was made by another run"}
    late.check_settled(wanted)


def test_a_create_that_meets_another_object_of_its_identity_is_refused(tmp_path: Path) -> None:
    organisation = Organisation()
    early, late = (Trial(organisation, tmp_path / name) for name in ("early", "late"))
    made = late.plan([Thing("trial/ordered/n1", "ordered", 1).desired()])
    early.run([Thing("trial/ordered/n1", "ordered", 2).desired()])
    (outcome,) = late.carry_out(made)
    assert (outcome.status, "made in Datadog since the plan" in outcome.reason) == ("refused", True)
    early.check_settled([Thing("trial/ordered/n1", "ordered", 2).desired()])


def test_a_clone_is_an_error_that_names_both_and_the_way_out(tmp_path: Path) -> None:
    trial = Trial(Organisation(), tmp_path)
    thing = Thing("trial/ordered/n1", "ordered", 1)
    trial.run([thing.desired()])
    emulator = trial.organisation.emulator
    (original,) = emulator.objects("dashboard")
    clone = emulator.put("dashboard", {name: value for name, value in original.items() if name != "id"})
    with pytest.raises(DuplicateIdentity) as raised:
        trial.plan([thing.desired()])
    said = list(raised.value.lines(lambda live: f"https://here/{live.id}"))
    assert said == [f"dashboard {thing.key}: {one} https://here/{one}" for one in (original["id"], clone)]
    assert raised.value.hint.endswith(f"ddsync release dashboard:{clone}")
    assert len(emulator.objects("dashboard")) == 2
