"""An empty organisation for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dd_sync.emulator import Emulator


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """Made with a seed, so that ids and the order of tags are the same in every run."""
    made = Emulator(seed=7)
    yield made
    made.close()
