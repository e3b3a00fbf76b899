"""What all tests share: a project and a Datadog to run it against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.workbench import Workbench, workbench

settings.register_profile("untimed", deadline=None)  # a busy machine fails no test
settings.load_profile("untimed")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    """A project with one cluster and one monitor, and an empty Datadog it syncs with."""
    with workbench(tmp_path) as made:
        yield made
