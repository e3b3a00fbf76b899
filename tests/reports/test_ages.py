"""How long ago something was edited."""

from __future__ import annotations

import pytest

from dd_sync.reports.ages import ago, edited_ago, modified_at
from tests.reports.plans import NOW, World, monitor


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "just now"), (59, "just now"), (60, "1 min ago"), (7_300, "2 h ago"), (3 * 86_400, "3 d ago")],
)
def test_a_span_is_told_in_its_largest_unit(seconds: float, text: str) -> None:
    assert ago(seconds) == text


def test_objects_say_when_they_changed_each_in_its_own_form() -> None:
    assert modified_at({"modified": "2027-01-15T08:00:00+00:00"}) == NOW
    assert modified_at({"modified_at": "2027-01-15T08:00:00.000Z"}) == NOW
    assert modified_at({"modified_at": "2027-01-15T08:00:00"}) == NOW
    assert modified_at({"modified_at": 1_800_000_000}) == NOW


@pytest.mark.parametrize("live", [{}, {"modified": None}, {"modified": True}, {"modified": "yesterday"}])
def test_an_object_that_does_not_say_has_no_age(live: dict[str, object]) -> None:
    assert modified_at(live) is None


def test_a_create_has_no_age() -> None:
    (change,) = World().wants("monitor", "a/b", monitor()).plan().changes
    assert edited_ago(change, NOW) == ""
