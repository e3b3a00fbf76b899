"""Monitors: the model, and what Datadog does to one between a write and the next read."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dd_sync.core.resource import Context, Told
from dd_sync.kinds.monitor import KIND, Monitor

QUERY = "avg(last_5m):avg:system.cpu.user{*} > 90"


def rendered(monitor: Monitor, page: str = "", tell: str = "") -> dict[str, Any]:
    told = Told((page,) if page else (), (tell,) if tell else ())
    return monitor.render(Context("Why it matters.", tags=["env:prod"], told=lambda priority: told))


def test_critical_is_read_out_of_the_query() -> None:
    assert rendered(Monitor(name="x", query=QUERY, warning=80))["options"]["thresholds"] == {
        "critical": 90,
        "warning": 80,
    }


def test_a_critical_that_the_query_contradicts_is_refused() -> None:
    with pytest.raises(ValidationError, match="critical=80 but the query compares with 90"):
        Monitor(name="x", query=QUERY, critical=80)


@pytest.mark.parametrize(
    ("query", "thresholds"),
    [
        (QUERY, {"warning": 95}),
        (QUERY, {"critical_recovery": 90}),
        (QUERY, {"warning": 80, "warning_recovery": 85}),
        (QUERY.replace(">", "<"), {"warning": 80}),
        (QUERY.replace(">", "<"), {"critical_recovery": 80}),
    ],
)
def test_thresholds_in_the_wrong_order_are_refused(query: str, thresholds: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="set both"):
        Monitor.model_validate({"name": "x", "query": query, **thresholds})


def test_a_service_check_has_its_thresholds_beside_the_query() -> None:
    check = Monitor(type="service check", name="x", query='"a.check".over("*").last(4).count_by_status()', critical=3)
    assert rendered(check)["options"]["thresholds"] == {"critical": 3}


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(ValidationError, match="querry"):
        Monitor.model_validate({"name": "x", "querry": QUERY})


def test_only_what_was_said_is_sent() -> None:
    assert rendered(Monitor(name="x", query=QUERY)) == {
        "name": "x",
        "type": "query alert",
        "query": QUERY,
        "message": "Why it matters.",
        "tags": ["env:prod"],
        "options": {"thresholds": {"critical": 90}},
    }


def test_pagers_are_told_by_state_and_others_always() -> None:
    message = rendered(Monitor(name="x", query=QUERY), "@pagerduty-x", "@slack-x")["message"]
    told = KIND.recipients({"message": message})
    assert told["alert"] == ("@pagerduty-x", "@slack-x")
    assert told["warning"] == ("@slack-x",)
    assert told["recovery"] == ("@pagerduty-x", "@slack-x")


@pytest.mark.parametrize(
    ("options", "wakes"),
    [
        ({"on_missing_data": "show_and_notify_no_data"}, True),
        ({"notify_no_data": True, "no_data_timeframe": 20}, True),
        ({"on_missing_data": "resolve"}, False),
        ({}, False),
    ],
)
def test_missing_data_wakes_only_where_it_is_notified(options: dict[str, Any], wakes: bool) -> None:
    for priority in (1, 2, 3):
        monitor = Monitor.model_validate({"name": "x", "query": QUERY, "priority": priority, **options})
        told = KIND.recipients(rendered(monitor, "@pagerduty-x", "@slack-x"))["no_data"]
        assert ("@pagerduty-x" in told) is (wakes and priority < 3)
        assert ("@slack-x" in told) is wakes


def test_an_update_clears_top_level_fields_that_a_put_would_keep() -> None:
    live = {"tags": ["a"], "priority": 2, "message": "old", "options": {}}
    body = KIND.update_body({"name": "x", "query": QUERY, "type": "query alert"}, live)
    assert (body["tags"], body["priority"], body["message"]) == ([], None, "")


def test_an_update_carries_over_options_that_are_not_ours_and_drops_ours_it_lacks() -> None:
    live = {"options": {"invented_later": 1, "renotify_interval": 60, "silenced": {}}}
    body = KIND.update_body({"name": "x", "options": {"thresholds": {"critical": 1}}}, live)
    assert body["options"] == {"invented_later": 1, "thresholds": {"critical": 1}}


def test_a_mute_is_sent_back_so_that_an_update_does_not_end_it() -> None:
    live = {"options": {"silenced": {"host:a": 1700000000}}}
    assert KIND.update_body({"options": {}}, live)["options"]["silenced"] == {"host:a": 1700000000}


def test_a_mute_that_a_downtime_explains_is_not_sent_back() -> None:
    live = {"options": {"silenced": {"*": 1700000000}}, "matching_downtimes": [{"scope": ["*"], "end": 1700000000}]}
    assert "silenced" not in KIND.update_body({"options": {}}, live)["options"]


def test_a_mute_is_no_difference() -> None:
    muted = {"name": "x", "options": {"silenced": {"*": None}}}
    assert KIND.normalise(muted) == KIND.normalise({"name": "x"})


def test_access_counts_only_where_a_definition_declares_it() -> None:
    live = {"name": "x", "restricted_roles": ["role"]}
    assert KIND.normalise(live, {"name": "x"}) == {"name": "x"}
    assert KIND.normalise(live, {"restricted_roles": ["other"]})["restricted_roles"] == ["role"]


def test_the_two_names_of_a_metric_monitor_are_one() -> None:
    assert KIND.normalise({"type": "query alert"}) == KIND.normalise({"type": "metric alert"})
    assert KIND.why_replace({"type": "query alert"}, {"type": "metric alert"}) == ""
    assert "cannot change" in KIND.why_replace({"type": "log alert"}, {"type": "metric alert"})


def test_a_composite_refers_to_monitors_and_an_slo_alert_to_its_slo() -> None:
    assert KIND.refers_to({"type": "composite", "query": "12 && !34"}) == [("monitor", 12), ("monitor", 34)]
    assert KIND.refers_to({"type": "slo alert", "query": 'error_budget("ab12").over("7d") > 75'}) == [("slo", "ab12")]
    assert KIND.refers_to({"type": "query alert", "query": QUERY}) == []


def test_the_duplicate_datadog_names_is_read() -> None:
    assert KIND.duplicate_of(["Duplicate of an existing monitor_id:77 org_id:2"]) == 77
    assert KIND.duplicate_of(["The value provided for parameter 'query' is invalid"]) is None


def test_from_api_shows_its_fields_and_sends_what_it_was_given() -> None:
    payload = {"name": "x", "query": QUERY, "options": {"thresholds": {"critical": 90}, "new": [1.0]}}
    monitor = Monitor.from_api(payload, key="k")
    assert (monitor.query, monitor.critical, monitor.key) == (QUERY, 90, "k")
    assert rendered(monitor, "@pagerduty-x") == payload


def test_a_monitor_that_stands_as_it_was_written_is_seen_at_a_glance() -> None:
    written = rendered(Monitor(name="x", query=QUERY, warning=80))
    options = {**written["options"], "include_tags": True, "new_host_delay": 300, "silenced": {"*": None}}
    stored = {**written, "id": 1, "options": options, "overall_state": "OK", "draft_status": "published"}
    assert KIND.plainly_same(written, stored)
    assert not KIND.plainly_same(written, {**stored, "options": {**options, "include_tags": False}})
    assert not KIND.plainly_same(written, {**stored, "priority": 1})


PAGING = {
    "name": "x",
    "message": "@pagerduty-x {{#is_warning}}@slack-x{{/is_warning}}",
    "tags": ["ddsync_notify:a-page"],
}


@pytest.mark.parametrize("status", [None, "published", "draft"])
def test_a_draft_tells_nobody(status: str | None) -> None:
    payload = PAGING if status is None else {**PAGING, "draft_status": status}
    assert any(KIND.recipients(payload).values()) is (status != "draft")
    assert KIND.pages(payload) is (status != "draft")


@pytest.mark.parametrize("before", [None, "published", "draft"])
@pytest.mark.parametrize("after", [None, "published", "draft"])
def test_a_draft_is_published_by_taking_the_word_out(before: str | None, after: str | None) -> None:
    live = {"name": "x", "options": {}} | ({"draft_status": before} if before else {})
    desired = {"name": "x", "options": {}} | ({"draft_status": after} if after else {})
    stored = {**live, **KIND.update_body(desired, live)}  # a PUT merges top-level fields
    assert (stored.get("draft_status") == "draft") is (after == "draft")
    ours, theirs = KIND.comparable(desired, live)
    assert (ours == theirs) is ((before == "draft") == (after == "draft"))


def test_a_restriction_policy_is_sent_where_it_is_declared() -> None:
    policy = {"bindings": [{"relation": "editor", "principals": ["role:a"]}]}
    monitor = Monitor(name="x", query=QUERY, restriction_policy=policy)
    assert rendered(monitor)["restriction_policy"] == policy
    assert KIND.create_body({"name": "x", "restriction_policy": policy})["restriction_policy"] == policy
    assert "restriction_policy" not in KIND.update_body({"name": "x"}, {"restriction_policy": policy, "options": {}})
    assert KIND.needs_detail({"restriction_policy": policy})


def test_a_custom_schedule_is_taken_off_by_making_the_monitor_anew() -> None:
    scheduled = {"options": {"scheduling_options": {"custom_schedule": {"recurrences": [{"rrule": "FREQ=DAILY"}]}}}}
    assert "custom schedule" in KIND.why_replace({"options": {}}, scheduled)
    assert KIND.why_replace(scheduled, {"options": {}}) == ""


@pytest.mark.parametrize(
    ("type_", "options", "told"),
    [
        ("query alert", {"notify_no_data": True}, True),
        ("query alert", {"notify_no_data": False}, False),
        ("query alert", {"on_missing_data": "default"}, False),
        ("service check", {"notify_no_data": True}, False),
    ],
)
def test_the_older_way_of_missing_data_is_told_of_where_there_is_a_newer(
    type_: str, options: dict[str, Any], told: bool
) -> None:
    assert bool(KIND.retiring({"type": type_, "options": options})) is told
