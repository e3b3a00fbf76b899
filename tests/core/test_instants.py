"""Points in time, in the spellings of Datadog's answers."""

from __future__ import annotations

import pytest

from dd_sync.core.instants import as_seconds

NOON = 1_800_000_000.0


@pytest.mark.parametrize(
    "value", ["2027-01-15T08:00:00+00:00", "2027-01-15T08:00:00.000Z", "2027-01-15T08:00:00", 1_800_000_000, NOON]
)
def test_every_spelling_is_the_same_point(value: object) -> None:
    assert as_seconds(value) == NOON


@pytest.mark.parametrize("value", [None, True, "", "yesterday", [], {}])
def test_what_is_no_point_in_time_is_none(value: object) -> None:
    assert as_seconds(value) is None
