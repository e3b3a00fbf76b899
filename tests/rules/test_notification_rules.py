"""Notification rules."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check
from tests.rules.payloads import rules


def told(**changes: Any) -> dict[str, Any]:
    return {"name": "All", "filter": {"tags": ["team:a"]}, "recipients": ["slack-a"], **changes}


CONDITION = {"scope": "transition_type:is_alert", "recipients": ["pagerduty-a"]}


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (told(), set()),
        (told(recipients=["@slack-a"]), {"rule-handle"}),
        (told(recipients=None), {"rule-recipients"}),
        (told(recipients=[]), {"field-count"}),
        (told(recipients=["a"] * 21), {"field-count"}),
        (told(filter={"scope": "service:web AND env:prod"}), set()),
        (told(filter={"scope": "service:web AND prod"}), {"rule-scope"}),
        (told(filter={"scope": "service:web-*"}), {"rule-scope"}),
        (told(filter={"scope": ""}), {"field-length"}),
        (told(filter={"tags": ["a:b"], "env": "prod"}), {"field-unknown"}),
        (told(recipients=None, conditional_recipients={"conditions": [CONDITION]}), set()),
        (told(conditional_recipients={"conditions": [CONDITION]}), {"rule-recipients"}),
        (told(recipients=None, conditional_recipients={"conditions": [{"recipients": ["a"]}]}), {"field-missing"}),
    ],
)
def test_a_rule_tells_somebody_of_something(payload: dict[str, Any], expected: set[str]) -> None:
    assert rules(check("notification-rule", payload), "error") == expected
