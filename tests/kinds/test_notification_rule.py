"""Notification rules: what people write, what Datadog answers, who is told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.core.identity import Identity, Marks
from dd_sync.core.resource import Context
from dd_sync.kinds.notification_rule import KIND, NotificationRule

MARKS = Marks()
IDENTITY = Identity("acme/prod/routing/payments", "1-0123abcd")

# As the endpoint answers (public recordings): times that definitions lack, tags in the order they were sent.
ANSWERED: dict[str, Any] = {
    "id": "da2c8a3b-94ea-49be-a85b-39c5eff99d6a",
    "name": "Payments",
    "filter": {"tags": ["team:payments", "env:prod"]},
    "recipients": ["slack-payments", "pagerduty-payments"],
    "created_at": "2025-04-10T10:29:57.930349+00:00",
    "modified_at": "1970-01-01T00:00:00+00:00",
}

TAGS = {"tags": ["team:payments"]}


def rule(**fields: Any) -> dict[str, Any]:
    return NotificationRule(**{"name": "Payments", "filter": TAGS, **fields}).complete(Context(""))


def test_handles_are_written_as_in_messages_and_sent_as_rules_take_them() -> None:
    conditional = {
        "conditions": [{"scope": "transition_type:is_alert", "recipients": ["@pagerduty-payments", "jira"]}],
        "fallback_recipients": ["@slack-payments"],
    }
    assert rule(recipients=["@slack-payments", "jira"])["recipients"] == ["slack-payments", "jira"]
    assert rule(conditional_recipients=conditional)["conditional_recipients"] == {
        "conditions": [{"scope": "transition_type:is_alert", "recipients": ["pagerduty-payments", "jira"]}],
        "fallback_recipients": ["slack-payments"],
    }


def test_a_rule_says_no_more_than_its_author() -> None:
    assert rule(recipients=["a"]) == {"name": "Payments", "filter": TAGS, "recipients": ["a"]}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "give recipients or conditional_recipients"),
        ({"recipients": ["a"], "conditional_recipients": {"conditions": []}}, "give recipients or"),
        ({"recipients": []}, "1 to 20 recipients, not 0"),
        ({"recipients": ["a"] * 21}, "1 to 20 recipients, not 21"),
        ({"conditional_recipients": {"conditions": [{"scope": "a:b", "recipients": []}]}}, "not 0"),
        ({"recipients": ["a"], "filter": {}}, "filter takes tags or scope"),
        ({"recipients": ["a"], "filter": {"tags": []}}, "filter takes tags or scope"),
        ({"recipients": ["a"], "filter": {"tags": ["a:b"], "scope": "a:b"}}, "filter takes tags or scope"),
        ({"recipients": ["a"], "name": "n" * 701}, "700 characters"),
    ],
)
def test_what_datadog_would_refuse_is_refused_where_it_is_written(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rule(**fields)


def test_the_identity_stands_in_brackets_behind_the_name() -> None:
    stamped = KIND.stamp({"name": "Payments [EU]"}, IDENTITY, MARKS)
    assert stamped["name"] == "Payments [EU] [ddsync_id:acme/prod/routing/payments ddsync_rev:1-0123abcd]"
    assert KIND.identity(stamped, MARKS) == IDENTITY
    assert KIND.unstamp(stamped, MARKS) == {"name": "Payments [EU]"}


@pytest.mark.parametrize("name", ["Payments [EU]", "Payments []", "[a] b", "", "Payments [ddsync_id:x team:y]"])
def test_brackets_of_a_name_are_no_identity(name: str) -> None:
    assert KIND.identity({"name": name}, MARKS) is None
    assert KIND.unstamp({"name": name}, MARKS) == {"name": name}


@given(st.text(max_size=80))
def test_any_name_survives_being_marked(name: str) -> None:
    payload = {"name": name}
    if KIND.identity(payload, MARKS) is None:
        stamped = KIND.stamp(payload, IDENTITY, MARKS)
        assert KIND.identity(stamped, MARKS) == IDENTITY
        assert KIND.normalise(KIND.unstamp(stamped, MARKS)) == KIND.normalise(payload)


def test_what_datadog_adds_is_no_difference() -> None:
    wanted = rule(filter=ANSWERED["filter"], recipients=["@pagerduty-payments", "@slack-payments"])
    assert KIND.comparable(wanted, ANSWERED)[0] == KIND.comparable(wanted, ANSWERED)[1]
    assert KIND.unknown_fields(ANSWERED) == []


def test_a_plain_rule_tells_in_every_state() -> None:
    told = KIND.recipients({"recipients": ["slack-a"]})
    assert set(told.values()) == {("@slack-a",)}


def test_conditions_on_the_state_tell_in_that_state_and_the_rest_falls_back() -> None:
    conditions = [
        {"scope": "transition_type:is_alert", "recipients": ["pagerduty-a"]},
        {"scope": "transition_type:is_recovery", "recipients": ["pagerduty-a"]},
    ]
    payload = {"conditional_recipients": {"conditions": conditions, "fallback_recipients": ["slack-a"]}}
    assert KIND.recipients(payload) == {
        "alert": ("@pagerduty-a",),
        "warning": ("@slack-a",),
        "no_data": ("@slack-a",),
        "recovery": ("@pagerduty-a",),
    }
    assert KIND.pages(payload)


def test_a_condition_on_a_tag_may_hold_in_every_state() -> None:
    payload = {"conditional_recipients": {"conditions": [{"scope": "env:prod", "recipients": ["pagerduty-a"]}]}}
    assert set(KIND.recipients(payload).values()) == {("@pagerduty-a",)}


MONITOR = {"query": "avg(last_5m):avg:a{*} > 1", "tags": ["team:payments", "env:prod"], "priority": 1, "options": {}}


def test_a_rule_adds_its_recipients_to_the_monitors_it_matches() -> None:
    added = KIND.adds({"filter": TAGS, "recipients": ["slack-a"]}, MONITOR)
    assert added == {"alert": ("@slack-a",), "warning": ("@slack-a",), "no_data": (), "recovery": ("@slack-a",)}
    assert KIND.adds({"filter": {"tags": ["team:shop"]}, "recipients": ["slack-a"]}, MONITOR) == {}


def test_missing_data_is_told_where_the_monitor_tells_it() -> None:
    loud = {**MONITOR, "options": {"on_missing_data": "show_and_notify_no_data"}}
    assert KIND.adds({"filter": TAGS, "recipients": ["slack-a"]}, loud)["no_data"] == ("@slack-a",)


def test_a_rule_may_go_by_priority_and_never_matches_what_is_no_alert() -> None:
    payload = {"filter": {"scope": "priority:p1"}, "recipients": ["slack-a"]}
    assert KIND.adds(payload, MONITOR)["alert"] == ("@slack-a",)
    assert KIND.adds(payload, {**MONITOR, "priority": 2}) == {}
    assert KIND.adds(payload, {"title": "A dashboard", "tags": ["team:payments"]}) == {}


def test_recipients_inside_conditions_are_sets() -> None:
    def conditional(*told: str, fallback: tuple[str, ...] = ("c", "d")) -> dict[str, Any]:
        conditions = [{"scope": "transition_type:is_alert", "recipients": list(told)}]
        return {
            "name": "x",
            "conditional_recipients": {"conditions": conditions, "fallback_recipients": list(fallback)},
        }

    def equal(one: dict[str, Any], other: dict[str, Any]) -> bool:
        ours, theirs = KIND.comparable(one, other)
        return ours == theirs

    assert equal(conditional("a", "b"), conditional("b", "a", fallback=("d", "c")))
    assert not equal(conditional("a"), conditional("b"))


def test_a_rule_adds_nobody_to_a_draft() -> None:
    rule = {"name": "x", "filter": {"tags": ["team:shop"]}, "recipients": ["pagerduty-shop"]}
    monitor = {"query": "q", "tags": ["team:shop"]}
    assert KIND.adds(rule, monitor)["alert"] == ("@pagerduty-shop",)
    assert not any(KIND.adds(rule, {**monitor, "draft_status": "draft"}).values())
