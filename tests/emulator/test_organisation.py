"""What an organisation keeps beside its objects, in the shapes of Datadog's API description."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask

EVENTS = "/api/v2/audit/events"
POLICY = "/api/v2/monitor/policy"


def event(id: str, action: str, timestamp: str) -> dict[str, Any]:
    """One audit event of a monitor."""
    inner = {"usr": {"email": "sam@example.com"}, "asset": {"type": "monitor", "id": id}, "action": action}
    return {"type": "audit", "attributes": {"timestamp": timestamp, "service": "web-ui", "attributes": inner}}


@pytest.fixture
def busy(emulator: Emulator) -> Emulator:
    """An organisation in which twelve monitors were changed, one a minute."""
    for n in range(12):
        action = "deleted" if n == 3 else "modified"
        emulator.put("audit", event(str(n), action, f"2026-01-01T00:{n:02}:00Z"), id=f"e{n}")
    return emulator


def ids(answered: Any) -> list[str]:
    return [found["attributes"]["attributes"]["asset"]["id"] for found in answered.body["data"]]


def test_audit_events_come_latest_first_and_a_page_at_a_time(busy: Emulator) -> None:
    first = ask(busy, "GET", EVENTS)
    assert ids(first) == [str(n) for n in range(11, 1, -1)]
    second = ask(busy, "GET", EVENTS, query={"page[cursor]": first.body["meta"]["page"]["after"]})
    assert ids(second) == ["1", "0"]
    assert second.body["meta"]["page"] == {}


def test_audit_events_are_found_by_asset_and_action(busy: Emulator) -> None:
    found = ask(busy, "GET", EVENTS, query={"filter[query]": "@asset.id:(2 OR 3 OR 4) @action:(modified OR created)"})
    assert ids(found) == ["4", "2"]
    assert ids(ask(busy, "GET", EVENTS, query={"filter[query]": "@asset.id:3"})) == ["3"]


def test_a_tag_policy_is_made_listed_and_deleted(emulator: Emulator) -> None:
    policy = {"tag_key": "env", "tag_key_required": True, "valid_tag_values": ["prod"]}
    body = {"data": {"type": "monitor-config-policy", "attributes": {"policy_type": "tag", "policy": policy}}}
    made = ask(emulator, "POST", POLICY, body).body["data"]
    assert made["attributes"]["policy"] == policy
    assert ask(emulator, "GET", POLICY).body == {"data": [made]}
    assert ask(emulator, "DELETE", f"{POLICY}/{made['id']}").status == 204
    assert ask(emulator, "GET", POLICY).body == {"data": []}
    assert ask(emulator, "DELETE", f"{POLICY}/{made['id']}").status == 404
    assert ask(emulator, "POST", POLICY, {"data": {}}).status == 400


def test_policies_do_not_stand_in_the_way_of_monitors(emulator: Emulator) -> None:
    assert ask(emulator, "GET", "/api/v1/monitor").body == []


def test_application_keys_of_a_user_are_those_that_were_put_there(emulator: Emulator) -> None:
    path = "/api/v2/current_user/application_keys"
    assert ask(emulator, "GET", path).body["data"] == []
    emulator.put("application_key", {"attributes": {"last4": "abcd", "scopes": ["monitors_read"]}}, id="k")
    assert ask(emulator, "GET", path).body["data"][0]["attributes"]["scopes"] == ["monitors_read"]
