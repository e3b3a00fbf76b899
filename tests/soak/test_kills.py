"""An apply of 200 objects, killed before and after every one of its calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trust.deaths import Scene, check_death, scene
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
