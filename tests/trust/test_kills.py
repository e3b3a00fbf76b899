"""An apply that is killed at any call, before or after Datadog carried it out, is finished by running it again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trust.deaths import Scene, check_death, scene
from tests.trust.wire import Trouble

DEATHS: tuple[Trouble, ...] = ("killed before", "killed after")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return scene(tmp_path_factory.mktemp("small") / "scene", 3, 30)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return scene(tmp_path_factory.mktemp("large") / "scene", 5, 200)


@pytest.mark.parametrize("how", DEATHS)
def test_every_call_of_a_small_apply_may_be_the_last(small: Scene, tmp_path: Path, how: Trouble) -> None:
    number = 0
    while check_death(small, tmp_path / str(number), number, how):
        number += 1
    assert number > 60


@pytest.mark.parametrize("number", range(11, 480, 47))
@pytest.mark.parametrize("how", DEATHS)
def test_a_large_apply_may_end_at_any_of_its_calls(large: Scene, tmp_path: Path, number: int, how: Trouble) -> None:
    check_death(large, tmp_path / "copy", number, how)
