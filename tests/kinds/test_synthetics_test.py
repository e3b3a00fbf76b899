"""Synthetics API tests: what Datadog does to one, as public recordings show it."""

from __future__ import annotations

from typing import Any

from dd_sync.core.resource import Context, Told
from dd_sync.kinds.synthetics_test import KIND, SyntheticsTest

SENT: dict[str, Any] = {
    "config": {
        "assertions": [
            {"operator": "is", "property": "{{ PROPERTY }}", "target": "text/html", "type": "header"},
            {"operator": "lessThan", "target": 2000, "timingsScope": "withoutDNS", "type": "responseTime"},
        ],
        "configVariables": [{"example": "content-type", "name": "PROPERTY", "pattern": "content-type", "type": "text"}],
        "request": {
            "certificate": {
                "cert": {"content": "cert-content", "filename": "cert", "updatedAt": "2020-10-16T09:23:24.857Z"},
                "key": {"content": "key-content", "filename": "key", "updatedAt": "2020-10-16T09:23:24.857Z"},
            },
            "headers": {"unique": "1722872413"},
            "method": "GET",
            "proxy": {"headers": {}, "url": "https://datadoghq.com"},
            "timeout": 10,
            "url": "https://datadoghq.com",
        },
    },
    "locations": ["aws:us-east-2"],
    "message": "A test",
    "name": "A test",
    "options": {"accept_self_signed": False, "min_location_failed": 1, "retry": {"count": 3}, "tick_every": 60},
    "subtype": "http",
    "tags": ["testing:api"],
    "type": "api",
}


def answered(sent: dict[str, Any]) -> dict[str, Any]:
    """The answer to a create: certificates without their content, and what only Datadog sets."""
    files = sent["config"]["request"]["certificate"]
    bare = {part: {n: v for n, v in file.items() if n != "content"} for part, file in files.items()}
    config = {**sent["config"], "request": {**sent["config"]["request"], "certificate": bare}}
    user = {"name": None, "handle": "frog@example.com", "email": "frog@example.com"}
    return {
        **sent,
        "config": config,
        "public_id": "8wt-aya-663",
        "status": "live",
        "created_at": "2024-08-05T15:40:14.528146+00:00",
        "modified_at": "2024-08-05T15:40:14.528146+00:00",
        "created_by": user,
        "modified_by": user,
        "deleted_at": None,
        "monitor_id": 150596415,
        "org_id": 321813,
    }


def test_a_recorded_answer_equals_what_was_sent_and_holds_nothing_unknown() -> None:
    live = answered(SENT)
    wanted, found = KIND.comparable(SENT, live)
    assert wanted == found
    assert KIND.unknown_fields(live) == []
    assert KIND.object_id(live) == "8wt-aya-663"
    assert KIND.modified_at(live) == 1722872414.528146


def test_a_certificate_is_known_by_its_name_and_date() -> None:
    live = answered(SENT)
    cert = {**SENT["config"]["request"]["certificate"]["cert"], "updatedAt": "2026-01-01T00:00:00.000Z"}
    request = {**SENT["config"]["request"], "certificate": {**SENT["config"]["request"]["certificate"], "cert": cert}}
    renewed = {**SENT, "config": {**SENT["config"], "request": request}}
    wanted, found = KIND.comparable(renewed, live)
    assert wanted != found
    assert KIND.update_body(renewed, live)["config"]["request"]["certificate"]["cert"]["content"] == "cert-content"


def test_the_certificates_of_steps_are_left_out_too() -> None:
    step = {"name": "first", "request": SENT["config"]["request"]}
    normal = KIND.normalise({"config": {"steps": [step]}})
    assert "content" not in str(normal)
    assert KIND.needs_detail({"config": {"steps": [step]}})
    assert not KIND.needs_detail(SENT)


def test_a_test_that_somebody_paused_is_as_defined_and_stays_paused() -> None:
    paused = {**answered(SENT), "status": "paused"}
    wanted, found = KIND.comparable(SENT, paused)
    assert wanted == found
    assert KIND.update_body({**SENT, "name": "Other"}, paused)["status"] == "paused"


def test_a_definition_that_says_so_is_paused_or_not() -> None:
    live = answered(SENT)
    wanted, found = KIND.comparable({**SENT, "status": "paused"}, live)
    assert wanted != found
    assert KIND.update_body({**SENT, "status": "paused"}, live)["status"] == "paused"


def test_tests_of_other_types_are_others() -> None:
    assert KIND.is_one({"type": "api"})
    assert not KIND.is_one({"type": "browser"})
    assert KIND.is_gone({"deleted_at": "2024-08-05T15:40:14.528146+00:00"})


def test_a_test_tells_its_owners_and_a_page_is_for_alerts_alone() -> None:
    made = SyntheticsTest(name="Cart", config=SENT["config"], locations=["aws:us-east-2"], options={"tick_every": 60})
    told = Told(page=("@pagerduty-shop",), tell=("@slack-shop",), tags=("notify:shop",))
    payload = made.render(Context("The cart is down.", tags=("service:cart",), told=lambda priority: told))
    assert payload["message"].startswith("The cart is down.\n\n{{#is_alert}}@pagerduty-shop{{/is_alert}}")
    assert payload["tags"] == ["service:cart", "notify:shop"]
    assert payload["type"] == "api"
    assert KIND.pages(payload)
    recipients = KIND.recipients(payload)
    assert set(recipients["alert"]) == {"@pagerduty-shop", "@slack-shop"}
    assert recipients["no_data"] == ()


def test_a_step_that_is_another_test_is_a_reference() -> None:
    steps = [{"subtype": "playSubTest", "subtestPublicId": "abc-def-ghi"}, {"subtype": "http"}]
    assert KIND.refers_to({"config": {"steps": steps}}) == [("synthetics-test", "abc-def-ghi")]
