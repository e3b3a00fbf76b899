"""What Datadog does not change in place."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import refused_change
from tests.emulator.bodies import dashboard, monitor

SCHEDULED = {"scheduling_options": {"custom_schedule": {"recurrences": [{"rrule": "FREQ=DAILY"}]}}}


@pytest.mark.parametrize(
    ("kind", "before", "after", "rule"),
    [
        ("monitor", monitor(), monitor(name="Other"), ""),
        ("monitor", monitor(), monitor(type="metric alert"), ""),
        ("monitor", monitor(), monitor(type="log alert"), "monitor-type-change"),
        ("monitor", monitor(options=SCHEDULED), monitor(), "schedule-removed"),
        ("monitor", monitor(), monitor(options=SCHEDULED), ""),
        ("dashboard", dashboard(), dashboard(layout_type="free"), "dashboard-layout-change"),
        ("slo", {}, {"type": "metric"}, ""),
    ],
)
def test_some_changes_take_a_new_object(kind: str, before: dict[str, Any], after: dict[str, Any], rule: str) -> None:
    assert [answer.rule for answer in refused_change(kind, before, after)] == ([rule] if rule else [])
