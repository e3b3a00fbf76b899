"""Attributes as payloads: the examples of the provider's documentation, and what a state holds for nothing said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dd_sync.core.normal import same
from dd_sync.kinds import KINDS
from dd_sync.terraform.attributes import Unknown
from dd_sync.terraform.conversion import convert_state, dashboard
from dd_sync.terraform.monitors import monitor
from dd_sync.terraform.notices import downtime, notification_rule
from dd_sync.terraform.slos import slo
from dd_sync.terraform.state import Resource
from tests.terraform import states

# The provider's documentation, "datadog_monitor", as a state has it.
DOCUMENTED: dict[str, Any] = {
    "id": "2081",
    "name": "Name for monitor foo",
    "type": "metric alert",
    "message": "Monitor triggered. Notify: @hipchat-channel",
    "escalation_message": "Escalation message @pagerduty",
    "query": "avg(last_1h):avg:aws.ec2.cpu{environment:foo,host:foo} by {host} > 4",
    "monitor_thresholds": [
        {"warning": "2", "warning_recovery": "1", "critical": "4.0", "critical_recovery": "3", "ok": "", "unknown": ""}
    ],
    "monitor_threshold_windows": [],
    "notify_no_data": False,
    "no_data_timeframe": 10,
    "renotify_interval": 60,
    "notify_audit": False,
    "timeout_h": 60,
    "include_tags": True,
    "new_host_delay": 300,
    "evaluation_delay": 0,
    "require_full_window": True,
    "locked": False,
    "priority": 0,
    "tags": ["baz", "foo:bar"],
    "force_delete": None,
    "validate": None,
}


def test_the_documented_monitor() -> None:
    assert monitor(DOCUMENTED) == {
        "name": "Name for monitor foo",
        "type": "metric alert",
        "message": "Monitor triggered. Notify: @hipchat-channel",
        "query": "avg(last_1h):avg:aws.ec2.cpu{environment:foo,host:foo} by {host} > 4",
        "tags": ["baz", "foo:bar"],
        "options": {
            "escalation_message": "Escalation message @pagerduty",
            "renotify_interval": 60,
            "timeout_h": 60,
            "include_tags": True,
            "new_host_delay": 300,
            "require_full_window": True,
            "thresholds": {"warning": 2, "critical": 4, "warning_recovery": 1, "critical_recovery": 3},
        },
    }


def options(**values: Any) -> dict[str, Any]:
    found: dict[str, Any] = monitor({"name": "x", "type": "query alert", "query": "q", "message": "", **values})[
        "options"
    ]
    return found


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"new_host_delay": 0}, {"new_host_delay": 0}),
        ({"require_full_window": False, "include_tags": False}, {"require_full_window": False, "include_tags": False}),
        ({"require_full_window": None}, {}),
        ({"no_data_timeframe": 10, "notify_no_data": False}, {}),
        ({"no_data_timeframe": 20, "notify_no_data": True}, {"notify_no_data": True, "no_data_timeframe": 20}),
        ({"enable_logs_sample": False}, {}),
        ({"enable_logs_sample": False, "type": "log alert"}, {"enable_logs_sample": False}),
        ({"monitor_thresholds": [{"critical": "0"}]}, {"thresholds": {"critical": 0}}),
        ({"monitor_thresholds": [{"critical": "", "warning": None}]}, {}),
        ({"thresholds": {"critical": "90", "warning": 80}}, {"thresholds": {"critical": 90, "warning": 80}}),
        (
            {"monitor_threshold_windows": [{"trigger_window": "last_5m", "recovery_window": ""}]},
            {"threshold_windows": {"trigger_window": "last_5m"}},
        ),
        ({"renotify_statuses": ["alert", "warn"]}, {"renotify_statuses": ["alert", "warn"]}),
        (
            {"scheduling_options": [{"evaluation_window": [{"day_starts": "04:00", "hour_starts": None}]}]},
            {"scheduling_options": {"evaluation_window": {"day_starts": "04:00"}}},
        ),
        (
            {
                "scheduling_options": [
                    {"custom_schedule": [{"recurrence": [{"rrule": "FREQ=DAILY", "timezone": "UTC"}]}]}
                ]
            },
            {"scheduling_options": {"custom_schedule": {"recurrences": [{"rrule": "FREQ=DAILY", "timezone": "UTC"}]}}},
        ),
    ],
)
def test_what_options_say(values: dict[str, Any], expected: dict[str, Any]) -> None:
    assert options(**values) == expected


def test_tags_of_the_provider_are_tags_of_the_monitor() -> None:
    values = {**DOCUMENTED, "effective_tags": ["baz", "foo:bar", "managed-by:terraform"]}
    assert monitor(values)["tags"] == ["baz", "foo:bar", "managed-by:terraform"]


def test_priorities_are_texts_in_newer_versions() -> None:
    assert monitor({**DOCUMENTED, "priority": "3"})["priority"] == 3
    assert "priority" not in monitor({**DOCUMENTED, "priority": None})


def test_queries_that_a_formula_names() -> None:
    group = {"facet": "@http.url", "limit": 5, "sort": [{"aggregation": "count", "order": "desc", "metric": ""}]}
    event = {
        "data_source": "rum",
        "name": "query1",
        "indexes": ["*"],
        "search": [{"query": "@type:error"}],
        "compute": [{"aggregation": "count", "interval": 0, "metric": ""}],
        "group_by": [group],
    }
    cost = {"data_source": "cloud_cost", "name": "query2", "query": "sum:aws.cost{*}", "aggregator": "sum"}
    assert options(variables=[{"event_query": [event], "cloud_cost_query": [cost]}])["variables"] == [
        {
            "data_source": "rum",
            "name": "query1",
            "indexes": ["*"],
            "search": {"query": "@type:error"},
            "compute": {"aggregation": "count"},
            "group_by": [{"facet": "@http.url", "limit": 5, "sort": {"aggregation": "count", "order": "desc"}}],
        },
        cost,
    ]


def test_queries_of_data_quality_and_of_data_jobs() -> None:
    """The provider's schema, `variables`: what is not used stands there empty."""
    quality = {"name": "q", "data_source": "data_quality_metrics", "measure": "row_count", "filter": "f", "scope": ""}
    said = {"custom_sql": "", "custom_where": "a > 1", "group_by_columns": None}
    jobs = {"name": "run_query", "jobs_query": "job_name:*", "job_type": "dbt.job", "query_dialect": "metric"}
    blocks = {
        "event_query": [],
        "aggregate_augmented_query": [],
        "data_quality_query": [{**quality, "group_by": ["entity_id"], "monitor_options": [said]}],
        "data_jobs_query": [jobs],
    }
    assert options(variables=[blocks])["variables"] == [
        {
            **{name: value for name, value in quality.items() if value},
            "group_by": ["entity_id"],
            "monitor_options": {"custom_where": "a > 1"},
        },
        jobs,
    ]


def test_thresholds_that_are_queries_stay_texts() -> None:
    block = {"critical": "2", "critical_query": "avg:x{*} * 2", "critical_recovery_query": ""}
    assert options(monitor_thresholds=[block])["thresholds"] == {"critical": 2, "critical_query": "avg:x{*} * 2"}


# The provider's documentation, "datadog_service_level_objective".
def test_the_documented_slo() -> None:
    values = {
        "id": "12345678901234567890123456789012",
        "name": "Example Metric SLO",
        "type": "metric",
        "description": "My custom metric SLO",
        "query": [{"numerator": "sum:good{*}.as_count()", "denominator": "sum:all{*}.as_count()"}],
        "thresholds": [
            {
                "timeframe": "7d",
                "target": 99.9,
                "warning": 99.99,
                "target_display": "99.900",
                "warning_display": "99.990",
            },
            {"timeframe": "30d", "target": 99.0, "warning": 0, "target_display": "99.", "warning_display": ""},
        ],
        "tags": ["baz", "foo:bar"],
        "monitor_ids": None,
        "groups": None,
        "timeframe": "30d",
        "target_threshold": 99.0,
        "warning_threshold": 0,
    }
    assert slo(values) == {
        "name": "Example Metric SLO",
        "type": "metric",
        "description": "My custom metric SLO",
        "query": {"numerator": "sum:good{*}.as_count()", "denominator": "sum:all{*}.as_count()"},
        "thresholds": [{"timeframe": "7d", "target": 99.9, "warning": 99.99}, {"timeframe": "30d", "target": 99}],
        "tags": ["baz", "foo:bar"],
        "timeframe": "30d",
        "target_threshold": 99.0,
    }


def test_an_slo_on_monitors_names_them_by_number() -> None:
    found = slo({"name": "x", "type": "monitor", "monitor_ids": ["3", 1], "groups": ["host:a"]})
    assert (found["monitor_ids"], found["groups"]) == ([1, 3], ["host:a"])


SLICE = {
    "query": {
        "formulas": [{"formula": "query1"}],
        "queries": [{"data_source": "metrics", "name": "query1", "query": "avg:trace.latency{*}"}],
    },
    "comparator": "<",
    "threshold": 0.5,
    "query_interval_seconds": 300,
}
COUNT = {
    "good_events_formula": {"formula": "query1 - query2"},
    "bad_events_formula": {"formula": "query2"},
    "queries": [
        {"data_source": "metrics", "name": "query1", "query": "sum:hits{*}.as_count()"},
        {"data_source": "metrics", "name": "query2", "query": "sum:errors{*}.as_count()"},
    ],
}


@pytest.mark.parametrize(
    ("type_", "specification"), [("time_slice", {"time_slice": SLICE}), ("metric", {"count": COUNT})]
)
def test_specifications_come_out_of_their_blocks(type_: str, specification: dict[str, Any]) -> None:
    payload = {"name": "x", "type": type_, "thresholds": [], "sli_specification": specification}
    assert slo(states.slo(payload))["sli_specification"] == specification


def test_a_dashboard_is_what_its_json_says() -> None:
    board = {
        "title": "x",
        "layout_type": "ordered",
        "widgets": [{"id": 1, "definition": {"type": "note", "content": "y"}}],
    }
    assert dashboard(states.dashboard(board)) == board


@pytest.mark.parametrize("text", ["", "{", "[]", '"x"'])
def test_a_dashboard_that_is_none_is_left(text: str) -> None:
    with pytest.raises(Unknown):
        dashboard({"dashboard": text})


@pytest.mark.parametrize(
    ("type_", "values", "why"),
    [
        ("datadog_monitor", {"shiny_new": "x"}, "shiny_new is not known to this version of ddsync"),
        (
            "datadog_monitor",
            {"variables": [{"aggregate_other_query": [{"name": "q"}]}]},
            "variables.aggregate_other_query is not",
        ),
        (
            "datadog_monitor",
            {"variables": [{"data_quality_query": [{"name": "q", "limit": 5}]}]},
            "variables.data_quality_query.limit is not",
        ),
        (
            "datadog_monitor",
            {"monitor_thresholds": [{"critical": "1", "emergency": "2"}]},
            "monitor_thresholds.emergency is not",
        ),
        ("datadog_monitor", {"variables": [{"event_query": [{"compute": [{}, {}]}]}]}, "more than one compute"),
        ("datadog_monitor", {"variables": [{"event_query": [{"compute": [{"new": 1}]}]}]}, "event_query.compute.new"),
        ("datadog_monitor", {"variables": [{"event_query": [{"search": [{"new": 1}]}]}]}, "event_query.search.new"),
        ("datadog_monitor", {"variables": [{"event_query": [{"group_by": [{"new": 1}]}]}]}, "event_query.group_by.new"),
        ("datadog_monitor", {"variables": [{"cloud_cost_query": [{"new": 1}]}]}, "cloud_cost_query.new"),
        ("datadog_monitor", {"scheduling_options": [{"evaluation_window": [{"new": 1}]}]}, "evaluation_window.new"),
        ("datadog_monitor", {"scheduling_options": [{"new": 1}]}, "scheduling_options.new"),
        ("datadog_service_level_objective", {"thresholds": [{"new": 1}]}, "thresholds.new"),
        ("datadog_service_level_objective", {"sli_specification": [{"time_slice": [{"new": 1}]}]}, "time_slice.new"),
        ("datadog_downtime_schedule", {"new": 1}, "new is not"),
        ("datadog_downtime_schedule", {"recurring_schedule": {"recurrence": [{"new": 1}]}}, "recurrence.new"),
        ("datadog_monitor_notification_rule", {"filter": {"new": 1}}, "filter.new"),
        ("datadog_monitor_json", {"monitor": "[]"}, "no object"),
        ("datadog_service_level_objective", {"sli_specification": [{"other": [{}]}]}, "sli_specification.other is not"),
        ("datadog_downtime", {}, "is no kind that is converted"),
    ],
)
def test_what_cannot_be_said_whole_is_left_and_named(type_: str, values: dict[str, Any], why: str) -> None:
    found = convert_state([Resource(f"{type_}.x", type_, {"id": "12", **values})])
    assert not found.objects
    assert why in found.left[0][1]


def test_what_is_left_says_how_to_get_it_otherwise() -> None:
    boards = Resource("datadog_dashboard.x", "datadog_dashboard", {"id": "a-b-c"})
    odd = Resource("datadog_monitor.x", "datadog_monitor", {"id": "12", "shiny_new": "x"})
    whys = [why for _, why in convert_state([boards, odd]).left]
    assert "ddsync import --id dashboard:a-b-c" in whys[0]
    assert "ddsync import --id monitor:12" in whys[1]


def test_falsy_values_of_attributes_that_came_later_are_no_reason() -> None:
    later: dict[str, Any] = {"shiny_new": None, "other_new": False, "third_new": [], "fourth_new": ""}
    assert convert_state([Resource("datadog_monitor.x", "datadog_monitor", {**DOCUMENTED, **later})]).objects


def test_ids_are_what_datadog_calls_them() -> None:
    board = Resource("datadog_dashboard_json.b", "datadog_dashboard_json", {"id": "a-b-c", "dashboard": json.dumps({})})
    found = convert_state([Resource("datadog_monitor.x", "datadog_monitor", DOCUMENTED), board])
    assert [(live.kind, live.id) for _, live in found.objects] == [("monitor", 2081), ("dashboard", "a-b-c")]


@pytest.mark.parametrize("kind", ["monitor", "slo"])
def test_a_payload_survives_the_way_through_a_state(kind: str) -> None:
    payload = (
        monitor(DOCUMENTED)
        if kind == "monitor"
        else {"name": "x", "type": "metric", "sli_specification": {"count": COUNT}}
    )
    back = (monitor if kind == "monitor" else slo)(getattr(states, kind)(payload))
    assert same(*KINDS[kind].comparable(back, payload))


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ({"hour_starts": 0}, {"hour_starts": 0}),
        ({"day_starts": "", "hour_starts": 0, "month_starts": 0}, {"hour_starts": 0}),
        ({"day_starts": "04:00", "hour_starts": 0, "month_starts": 0}, {"day_starts": "04:00"}),
        ({"hour_starts": 30}, {"hour_starts": 30}),
    ],
)
def test_a_zero_inside_a_block_is_kept_where_it_says_something(window: dict[str, Any], said: dict[str, Any]) -> None:
    found = options(scheduling_options=[{"evaluation_window": [window]}])
    assert found["scheduling_options"] == {"evaluation_window": said}


def test_what_lies_one_level_down_is_kept() -> None:
    query = {
        "data_source": "logs",
        "name": "q",
        "search": [{"query": "*"}],
        "compute": [{"aggregation": "count", "name": "n"}],
        "group_by": [{"facet": "a", "source": "filter_query", "sort": []}],
    }
    (found,) = options(variables=[{"event_query": [query]}])["variables"]
    assert found["compute"]["name"] == "n"
    assert found["group_by"] == [{"facet": "a", "source": "filter_query"}]
    slices = {**SLICE, "no_data_strategy": "COUNT_AS_DOWNTIME"}
    payload = {"name": "x", "type": "time_slice", "thresholds": [], "sli_specification": {"time_slice": slices}}
    assert slo(states.slo(payload))["sli_specification"] == {"time_slice": slices}


def test_a_monitor_that_is_json_is_what_it_says() -> None:
    body = {"name": "x", "type": "query alert", "query": "q", "options": {"thresholds": {"critical": 1}}}
    values = {"id": "12", "monitor": json.dumps(body), "url": ""}
    ((_, live),) = convert_state([Resource("datadog_monitor_json.x", "datadog_monitor_json", values)]).objects
    assert (live.kind, live.id, live.payload) == ("monitor", 12, {**body, "id": 12})


def test_downtimes_of_both_schedules() -> None:
    """The provider's schema, `datadog_downtime_schedule`: blocks are objects, sets come sorted."""
    usual = {"notify_end_states": ["warn", "alert"], "notify_end_types": ["expired"], "display_timezone": "UTC"}
    once = {
        **usual,
        "id": "ab-c",
        "scope": "env:prod",
        "monitor_identifier": {"monitor_id": None, "monitor_tags": ["team:shop"]},
        "one_time_schedule": {"start": "2027-01-01T00:00:00Z", "end": None},
        "recurring_schedule": None,
        "message": None,
    }
    assert downtime(once) == {
        "scope": "env:prod",
        "display_timezone": "UTC",
        "monitor_identifier": {"monitor_tags": ["team:shop"]},
        "notify_end_states": ["alert", "warn"],
        "notify_end_types": ["expired"],
        "schedule": {"start": "2027-01-01T00:00:00Z"},
    }
    rule = {"rrule": "FREQ=DAILY", "duration": "2h", "start": "2027-01-01T00:00"}
    again = {
        **once,
        "one_time_schedule": None,
        "monitor_identifier": {"monitor_id": 12, "monitor_tags": None},
        "recurring_schedule": {"timezone": "UTC", "recurrence": [rule]},
    }
    assert downtime(again)["monitor_identifier"] == {"monitor_id": 12}
    assert downtime(again)["schedule"] == {"timezone": "UTC", "recurrences": [rule]}


def test_notification_rules() -> None:
    values = {"id": "ab-c", "name": "shop", "recipients": ["slack-b", "slack-a"], "filter": {"tags": ["team:shop"]}}
    assert notification_rule(values) == {
        "name": "shop",
        "recipients": ["slack-a", "slack-b"],
        "filter": {"tags": ["team:shop"]},
    }
    conditions = [{"scope": "transition_type:is_alert", "recipients": ["pagerduty-shop"]}]
    conditional = {"conditions": conditions, "fallback_recipients": None}
    scoped = {"id": "x", "name": "y", "filter": [{"scope": "team:a"}], "conditional_recipients": [conditional]}
    assert notification_rule(scoped) == {
        "name": "y",
        "filter": {"scope": "team:a"},
        "conditional_recipients": {"conditions": conditions},
    }


def test_tags_that_terraform_ignores_are_told_of() -> None:
    values = {**DOCUMENTED, "ignore_tag_keys": ["team", "cost"]}
    found = convert_state([Resource("datadog_monitor.x", "datadog_monitor", values)])
    assert found.objects
    assert "team, cost (ignore_tag_keys)" in found.notes[0][1]
