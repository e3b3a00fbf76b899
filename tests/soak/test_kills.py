"""An apply of 200 objects, and its undo, killed before and after every one of their calls."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.trust.deaths import Scene, check_death, scene
from tests.trust.projects import changed, desired
from tests.trust.test_undone import Regretted, check_half_an_apply, regretted
from tests.trust.test_undone import check_death as check_death_of_undo
from tests.trust.wire import Trouble

PARTS = 40


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return scene(tmp_path_factory.mktemp("large") / "scene", 5, 200)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("how", ["killed before", "killed after"])
def test_every_call_may_be_the_last(large: Scene, tmp_path: Path, part: int, how: Trouble) -> None:
    number = part
    while check_death(large, tmp_path / str(number), number, how):
        number += PARTS
    assert number > 400


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Regretted:
    return regretted(tmp_path_factory.mktemp("done") / "scene", 5, 200)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("how", ["killed before", "killed after"])
def test_every_call_of_an_undo_may_be_the_last(done: Regretted, tmp_path: Path, part: int, how: Trouble) -> None:
    number = part
    while check_death_of_undo(done, tmp_path / str(number), number, how):
        number += PARTS
    assert number > 400


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("how", ["killed before", "killed after"])
def test_an_apply_killed_at_any_call_is_undone_whole(done: Regretted, tmp_path: Path, part: int, how: Trouble) -> None:
    second = desired(changed(random.Random(12), done.project))
    number = part
    while check_half_an_apply(done, second, tmp_path / str(number), number, how):
        number += PARTS
    assert number > 240
