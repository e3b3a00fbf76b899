"""How long ago something was edited."""

from __future__ import annotations

import pytest

from dd_sync.reports.ages import ago, edited_ago
from tests.reports.plans import NOW, World, monitor, slo


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "just now"), (59, "just now"), (60, "1 min ago"), (7_300, "2 h ago"), (3 * 86_400, "3 d ago")],
)
def test_a_span_is_told_in_its_largest_unit(seconds: float, text: str) -> None:
    assert ago(seconds) == text


def test_a_change_is_as_old_as_the_last_edit_of_its_object() -> None:
    edited = {**monitor(), "modified": "2027-01-15T06:00:00+00:00"}
    (change,) = World().changes("monitor", "a/b", edited, monitor(critical=6)).plan().changes
    assert edited_ago(change, NOW) == "2 h ago"
    (change,) = World().changes("slo", "a/b", {**slo(99), "modified_at": 1_800_000_000}, slo(98)).plan().changes
    assert edited_ago(change, NOW + 60) == "1 min ago"
    assert edited_ago(change, None) == ""


def test_a_create_has_no_age() -> None:
    (change,) = World().wants("monitor", "a/b", monitor()).plan().changes
    assert edited_ago(change, NOW) == ""
