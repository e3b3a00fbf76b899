"""Two applies at once two hundred times, two targets a thousand times, five hundred projects applied and planned."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.soak.seeds import part
from tests.trust.projects import changed, desired, things
from tests.trust.test_edits import check_other_target_untouched
from tests.trust.test_together import check_first_applies_together, check_one_change_together
from tests.trust.trial import Organisation, Trial, failed


@pytest.mark.parametrize("number", range(100))
def test_two_first_applies_at_once_leave_no_double_unnoticed(tmp_path: Path, number: int) -> None:
    check_first_applies_together(tmp_path, part(number))


@pytest.mark.parametrize("number", range(100))
def test_two_applies_of_one_change_at_once_end_as_one_would(tmp_path: Path, number: int) -> None:
    check_one_change_together(tmp_path, part(number))


@pytest.mark.parametrize("hundred", range(10))
def test_nothing_of_another_target_is_touched(tmp_path: Path, hundred: int) -> None:
    for number in range(100):
        check_other_target_untouched(part(hundred * 100 + number), tmp_path / str(number))


@pytest.mark.parametrize("hundred", range(5))
def test_an_applied_plan_leaves_nothing_to_plan(tmp_path: Path, hundred: int) -> None:
    for number in range(100):
        chance = random.Random(part(hundred * 100 + number))
        trial = Trial(Organisation(), tmp_path / str(number))
        project = things(chance, chance.randrange(1, 60))
        for _ in range(2):
            assert not failed(trial.run(desired(project)))
            trial.check_settled(desired(project))
            project = changed(chance, project)
