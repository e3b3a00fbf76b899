"""A provider to talk to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pull_requests.server import Served, served


@pytest.fixture
def provider() -> Iterator[Served]:
    """GitHub and GitLab in one, without a comment."""
    with served() as state:
        yield state
