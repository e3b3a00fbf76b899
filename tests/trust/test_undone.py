"""An undo that is killed at any call, or troubled on its way, is finished by undoing again."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dd_sync.core.resource import Desired
from tests.trust.deaths import RECEIPTS, STATE, at
from tests.trust.projects import Things, changed, desired, things
from tests.trust.trial import Organisation, Trial, failed
from tests.trust.undone import State, latest, state, undo
from tests.trust.wire import Killed, Trouble


@dataclass(frozen=True)
class Regretted:
    """An organisation on disk in which a change was applied that is to be undone."""

    folder: Path
    before: State = field(repr=False)
    project: Things = field(repr=False)
    """What is applied now."""

    def copy(self, place: Path) -> Trial:
        shutil.copytree(self.folder, place)
        organisation = Organisation(place / STATE, seed=9)
        organisation.clock.sleep(7200)
        return Trial(organisation, place / RECEIPTS)


def regretted(folder: Path, seed: int, size: int) -> Regretted:
    """Applies two versions of a project; the second made, changed, replaced and deleted objects."""
    chance = random.Random(seed)
    folder.mkdir()
    organisation = Organisation(folder / STATE)
    trial = Trial(organisation, folder / RECEIPTS)
    first = things(chance, size)
    organisation.emulator.put("monitor", {"name": "a stranger's", "type": "query alert", "query": "q"})
    assert not failed(trial.run(desired(first)))
    before = state(trial)
    second = changed(chance, first)
    assert not failed(trial.run(desired(second)))
    assert state(trial) != before
    organisation.emulator.close()
    return Regretted(folder, before, second)


def check_death(case: Regretted, place: Path, number: int, how: Trouble) -> bool:
    """Kills an undo at one call and undoes again: all is as it was. Returns whether there was such a call."""
    trial = case.copy(place)
    receipt = latest(trial)
    calls = at(number, how)
    died = False
    try:
        undo(trial, receipt, trial.wire(lambda request: next(calls, None)))
    except Killed:
        died = True
    found, outcomes = undo(trial, receipt)
    assert (failed(outcomes), found.left) == ([], ()), (number, how)
    assert state(trial) == case.before, (number, how)
    trial.organisation.emulator.close()
    shutil.rmtree(place)
    return died


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Regretted:
    return regretted(tmp_path_factory.mktemp("small") / "scene", 3, 30)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Regretted:
    return regretted(tmp_path_factory.mktemp("large") / "scene", 5, 200)


@pytest.mark.parametrize("how", ["killed before", "killed after"])
def test_every_call_of_a_small_undo_may_be_the_last(small: Regretted, tmp_path: Path, how: Trouble) -> None:
    number = 0
    while check_death(small, tmp_path / str(number), number, how):
        number += 1
    assert number > 60


@pytest.mark.parametrize("number", range(11, 480, 67))
@pytest.mark.parametrize("how", ["killed before", "killed after"])
def test_a_large_undo_may_end_at_any_of_its_calls(large: Regretted, tmp_path: Path, number: int, how: Trouble) -> None:
    check_death(large, tmp_path / "copy", number, how)


def check_half_an_apply(case: Regretted, second: Sequence[Desired], place: Path, number: int, how: Trouble) -> bool:
    """Kills an apply at one call and undoes what it did: all is as it was before."""
    trial = case.copy(place)
    before = state(trial)
    calls = at(number, how)
    died = False
    try:
        trial.carry_out(trial.plan(second), trial.wire(lambda request: next(calls, None)))
    except Killed:
        died = True
    found, outcomes = undo(trial, latest(trial))
    assert (failed(outcomes), found.left) == ([], ()), (number, how)
    assert state(trial) == before, (number, how)
    trial.organisation.emulator.close()
    shutil.rmtree(place)
    return died


@pytest.mark.parametrize("how", ["killed before", "killed after"])
def test_an_apply_that_was_killed_at_any_call_is_undone_whole(small: Regretted, tmp_path: Path, how: Trouble) -> None:
    second = desired(changed(random.Random(12), small.project))
    number = 0
    while check_half_an_apply(small, second, tmp_path / str(number), number, how):
        number += 1
    assert number > 40
