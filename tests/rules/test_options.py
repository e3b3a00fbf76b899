"""A monitor's delays, groups and roles."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_monitor
from tests.rules.payloads import monitor, rules

WHOLE = "avg(last_5m):avg:x{*} > 5"
ROLE = "f9692ca4-f87e-4ba3-aafb-dcece31262ec"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (monitor(options={"new_group_delay": 60}), set()),
        (monitor(WHOLE, options={"new_group_delay": 60}), {"group-delay-ungrouped"}),
        (monitor(WHOLE, options={"new_group_delay": 0}), set()),
        (monitor(WHOLE, options={"group_retention_duration": "2h"}), {"group-retention"}),
        (monitor(options={"notify_by": ["*"]}), set()),
        (monitor(options={"notify_by": ["pod"]}), {"notify-by"}),
        (monitor(restricted_roles=[ROLE]), set()),
        (monitor(restricted_roles=["Datadog Admin Role"]), {"restricted-roles"}),
        (monitor(tags=[f"k{n}:v" for n in range(80)]), set()),
        (monitor(tags=[f"k{n}:v" for n in range(81)]), {"tags-many"}),
        (monitor(options={"renotify_interval": -1}), {"delay-range"}),
    ],
)
def test_options_are_as_datadog_takes_them(payload: dict[str, Any], expected: set[str]) -> None:
    assert rules(check_monitor(payload), "error") == expected


def test_saying_how_to_notify_again_without_when_is_doubtful() -> None:
    assert rules(check_monitor(monitor(options={"renotify_occurrences": 3})), "warning") == {"renotify-options"}
