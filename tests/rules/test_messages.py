"""Messages: the tags they need, the states somebody hears of."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_monitor
from tests.rules.payloads import broken, monitor, rules

GROUPED = "avg(last_5m):avg:x{env:prod} by {service,pod.name} > 5"


def check(message: str, query: str = GROUPED, **fields: Any) -> list[tuple[str, str]]:
    return broken(check_monitor(monitor(query, message=message, **fields)))


@pytest.mark.parametrize(
    "message",
    [
        "{{service.name}} {{value}} {{threshold}} {{[pod.name].name}} {{pod.name}} @x",
        '{{#is_match "service.name" "web"}}@x{{/is_match}}',
        '{{#is_exact_match "value" "5"}}@x{{/is_exact_match}}',
        "no variables @x",
    ],
)
def test_tags_of_the_grouping_are_there(message: str) -> None:
    assert check(message) == []


def test_a_match_on_a_tag_that_is_not_grouped_by_never_holds() -> None:
    message = '{{#is_match "team.name" "a"}}@pagerduty-a{{/is_match}}'
    (finding,) = check_monitor(monitor(GROUPED, message=message))
    assert (finding.rule, finding.severity, finding.path) == ("match-without-tag", "error", "message")
    assert message[finding.start : finding.end] == "team.name"
    assert "not grouped by team" in finding.message
    assert finding.fix == "it is grouped by service, pod.name"


def test_a_variable_that_stays_empty_is_a_warning() -> None:
    assert check("{{team.name}} @x") == [("variable-without-tag", "message")]
    assert check("@x", name="{{team.name}} is slow") == [("variable-without-tag", "name")]
    assert rules(check_monitor(monitor(GROUPED, message="{{team.name}} @x")), "error") == set()


def test_a_misspelt_tag_is_told_the_nearest() -> None:
    (finding,) = check_monitor(monitor(GROUPED, message="{{servce.name}} @x"))
    assert "Did you mean service?" in finding.message


def test_a_tag_that_only_the_scope_names_is_a_warning() -> None:
    message = '{{#is_match "env.name" "prod"}}@x{{/is_match}}'
    assert check(message) == [("variable-without-tag", "message")]
    logs = 'logs("env:prod status:error").rollup("count").by("service").last("5m") > 5'
    assert check(message, logs, type="log alert") == [("variable-without-tag", "message")]


@pytest.mark.parametrize(
    ("query", "type_"),
    [
        ("avg(last_5m):avg:x{*} by {host} > 5", "query alert"),
        ('"a".over("*").by("*").last(2).count_by_status()', "service check"),
        ("1 && 2", "composite"),
        ('error_budget("${slo:a}").over("7d") > 75', "slo alert"),
        ('formula("a").last("5m") > 1', "cost alert"),
        ("no_query", "synthetics alert"),
    ],
)
def test_where_the_tags_cannot_be_known_nothing_is_said(query: str, type_: str) -> None:
    findings = check_monitor(monitor(query, type=type_, message='{{#is_match "role.name" "db"}}@x{{/is_match}}'))
    assert "match-without-tag" not in rules(findings)


def test_facets_are_groups_of_a_log_monitor() -> None:
    query = 'logs("a").rollup("count").by("service,@http.url").last("5m") > 5'
    assert check("{{service.name}} {{[@http.url].name}} {{log.message}} @x", query, type="log alert") == []
    assert check("{{host.name}} @x", query, type="log alert") == [("variable-without-tag", "message")]


def test_a_block_that_is_not_closed_is_named() -> None:
    assert check("{{#is_alert}}@x") == [("message-block", "message")]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("@x", []),
        ("nobody at all", []),
        ("{{#is_alert}}@x{{/is_alert}}", []),
        ("{{#is_recovery}}@x{{/is_recovery}}", [("alert-unheard", "message")]),
    ],
)
def test_somebody_hears_of_the_alert(message: str, expected: list[tuple[str, str]]) -> None:
    assert check(message) == expected


def test_messages_for_states_that_never_come_are_named() -> None:
    thresholds = {"thresholds": {"critical": 5}}
    assert check("{{#is_warning}}@x{{/is_warning}} @y", options=thresholds) == [("warning-unsent", "message")]
    assert check("{{#is_no_data}}@x{{/is_no_data}} @y", options=thresholds) == [("no-data-unsent", "message")]
    told = {"on_missing_data": "show_and_notify_no_data"}
    assert check("{{#is_no_data}}@x{{/is_no_data}} @y", options=told) == []
    assert check("@y", options={"escalation_message": "still"}) == [("escalation-unsent", "options.escalation_message")]
    assert check("@y", options={"escalation_message": "still", "renotify_interval": 60}) == []


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (["service"], []),
        (["*"], []),
        (["service", "team"], [("notify-by", "options.notify_by[1]")]),
    ],
)
def test_notifications_are_grouped_by_tags_of_the_grouping(listed: list[str], expected: list[tuple[str, str]]) -> None:
    assert check("@x", options={"notify_by": listed}) == expected
