"""Downtimes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from dd_sync.rules import check
from tests.rules.payloads import rules

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def downtime(**changes: Any) -> dict[str, Any]:
    return {"scope": "env:prod", "monitor_identifier": {"monitor_tags": ["service:a"]}, **changes}


def recurring(**changes: Any) -> dict[str, Any]:
    recurrence = {"rrule": "FREQ=DAILY", "duration": "2h", **changes}
    return downtime(schedule={"timezone": "Europe/Paris", "recurrences": [recurrence]})


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (downtime(), set()),
        (downtime(scope="*"), set()),
        (downtime(scope=None), {"downtime-scope"}),
        (downtime(scope="prod"), {"downtime-scope"}),
        (downtime(monitor_identifier=None), {"field-missing"}),
        (downtime(monitor_identifier={"monitor_id": 1, "monitor_tags": ["a:b"]}), {"downtime-monitors"}),
        (downtime(notify_end_states=["ok"]), {"field-value"}),
        (downtime(schedule={"end": "2037-01-02T22:00:00Z"}), set()),
        (downtime(schedule={"end": "2020-01-02T22:00:00Z"}), {"downtime-over"}),
        (downtime(schedule={"end": "2037-01-02T22:00:00+01:00"}), {"downtime-times"}),
        (downtime(schedule={"start": "2037-01-02T22:00:00Z", "end": "2037-01-02T21:00:00Z"}), {"downtime-times"}),
        (recurring(), set()),
        (recurring(duration="90s"), {"downtime-recurrence"}),
        (recurring(duration=None), {"downtime-recurrence"}),
        (recurring(start="2037-01-02T20:00:00Z"), {"downtime-recurrence"}),
        (recurring(rrule="FREQ=DAILY;DURATION=PT2H"), {"downtime-recurrence"}),
    ],
)
def test_a_downtime_says_what_when_and_how_long(payload: dict[str, Any], expected: set[str]) -> None:
    assert rules(check("downtime", payload, NOW), "error") - {"field-unknown"} == expected


def test_without_a_clock_no_end_is_in_the_past() -> None:
    assert check("downtime", downtime(schedule={"end": "2020-01-02T22:00:00Z"})) == []


def test_what_nobody_has_seen_refused_is_doubtful() -> None:
    assert rules(check("downtime", recurring(rrule="every day")), "warning") == {"downtime-rrule"}
    assert rules(check("downtime", downtime(display_timezone="Paris")), "warning") == {"downtime-timezone"}
