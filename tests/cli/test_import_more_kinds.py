"""Downtimes and notification rules of an account become typed definitions, where they are synced."""

from __future__ import annotations

import json
from typing import Any

import urllib3

from tests.emulator.asking import KEYS
from tests.terraform import states
from tests.workbench import Workbench


def made(bench: Workbench, path: str, type_: str, attributes: dict[str, Any]) -> str:
    """Makes an object as Datadog's pages do."""
    body = json.dumps({"data": {"type": type_, "attributes": attributes}})
    headers = {**KEYS, "Content-Type": "application/json"}
    answer = urllib3.request("POST", f"{bench.environment['DD_HOST']}{path}", body=body, headers=headers)
    assert answer.status in (200, 201), answer.data
    return str(json.loads(answer.data)["data"]["id"])


def lived_in(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "")
    thresholds = {"thresholds": {"critical": 1.0}}
    cpu = {"name": "CPU", "type": "query alert", "query": "avg(last_5m):avg:a{*} > 1", "message": ""}
    watched = bench.emulator.put("monitor", {**cpu, "options": thresholds})
    rule = {"rrule": "FREQ=DAILY;INTERVAL=1", "duration": "2h", "start": "2037-01-01T22:00:00"}
    for attributes in (
        {"scope": "env:staging", "monitor_identifier": {"monitor_tags": ["*"]}, "message": "Nights.\n\nNobody looks."},
        {"scope": "env:prod", "monitor_identifier": {"monitor_id": watched}},
        {
            "scope": "env:dev",
            "monitor_identifier": {"monitor_tags": ["team:shop"]},
            "schedule": {"timezone": "Europe/Berlin", "recurrences": [rule]},
            "mute_first_recovery_notification": True,
        },
    ):
        made(bench, "/api/v2/downtime", "downtime", attributes)
    path, type_ = "/api/v2/monitor/notification_rule", "monitor-notification-rule"
    made(bench, path, type_, {"name": "Shop", "filter": {"tags": ["team:shop"]}, "recipients": ["slack-shop"]})
    conditions = [{"scope": "transition_type:is_alert", "recipients": ["pagerduty-shop"]}]
    conditional = {"conditions": conditions, "fallback_recipients": ["slack-shop"]}
    made(bench, path, type_, {"name": "By state", "filter": {"scope": "team:a"}, "conditional_recipients": conditional})


def test_they_are_imported_typed_where_they_are_synced_and_nothing_is_left_to_plan(bench: Workbench) -> None:
    lived_in(bench)
    settings = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", f"{settings}sync: [downtime, notification-rule]\n")
    found = bench.ddsync("import", "--all", "--adopt", "--format", "json").json
    assert sorted(one["kind"] for one in found["objects"]) == [
        *["downtime"] * 3,
        "monitor",
        *["notification-rule"] * 2,
    ]
    assert not any(one["verbatim"] for one in found["objects"])
    assert found["differences"] == []
    text = "".join(path.read_text() for path in (bench.root / "monitors").glob("*.py"))
    assert "Downtime(" in text
    assert "NotificationRule(" in text
    assert "from_api" not in text
    assert ".ref()" in text
    assert [(change["action"], change["fields"]) for change in bench.plan()["changes"]] == [("adopt", [])] * 6
    bench.apply()
    assert bench.plan()["changes"] == []


def test_where_they_are_not_synced_they_are_nobodys_business(bench: Workbench) -> None:
    lived_in(bench)
    found = bench.ddsync("import", "--all", "--format", "json").json
    assert [one["kind"] for one in found["objects"]] == ["monitor"]


def test_they_come_out_of_a_terraform_state_too(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "")
    ids = made(
        bench, "/api/v2/downtime", "downtime", {"scope": "env:a", "monitor_identifier": {"monitor_tags": ["team:shop"]}}
    )
    values = {
        "id": ids,
        "scope": "env:a",
        "monitor_identifier": {"monitor_tags": ["team:shop"], "monitor_id": None},
        "one_time_schedule": {"start": "2037-01-01T00:00:00Z", "end": None},
        "notify_end_states": ["alert", "no data", "warn"],
        "notify_end_types": ["expired"],
    }
    bench.write("state.json", states.state(states.resource("datadog_downtime_schedule.night", values)))
    settings = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", f"{settings}sync: [downtime]\n")
    said = bench.ddsync("import-terraform", "state.json").out
    assert "converted 1 downtime" in said
    (change,) = bench.plan()["changes"]
    assert (change["action"], change["id"]) == ("adopt", ids)
