"""Alert events: kept by a replay, searched a page at a time."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask

MONITOR = {
    "name": "CPU",
    "type": "query alert",
    "query": "avg(last_5m):avg:cpu{*} by {host} > 90",
    "message": "@slack-x",
    "tags": ["team:x"],
    "options": {"thresholds": {"critical": 90}},
}
START = 1_700_000_040


@pytest.fixture
def monitor(emulator: Emulator) -> int:
    id = emulator.put("monitor", MONITOR)
    assert isinstance(id, int)
    return id


def search(emulator: Emulator, query: str = "source:alert", **page: Any) -> Any:
    body = {"filter": {"query": query, "from": "2023-11-14T00:00:00Z", "to": "2023-11-16T00:00:00Z"}, "page": page}
    return ask(emulator, "POST", "/api/v2/events/search", {**body, "sort": "timestamp"}).body


def test_a_replay_keeps_what_monitors_would_have_told_of(emulator: Emulator, monitor: int) -> None:
    points = [(START + 60 * n, 99.0 if 30 <= n < 50 else 1.0) for n in range(120)]
    told = emulator.replay([{"metric": "cpu", "tags": ["host:a"], "points": points}])
    assert told == {"monitors": 1, "events": 2, "not_evaluated": {}}
    first, second = search(emulator, f"source:alert @monitor.id:{monitor}", limit=10)["data"]
    inner = first["attributes"]["attributes"]
    assert inner["monitor"]["transition"] == {
        "transition_type": "alert",
        "source_state": "OK",
        "destination_state": "Alert",
    }
    assert (inner["monitor_id"], inner["monitor_groups"]) == (monitor, ["host:a"])
    assert first["attributes"]["timestamp"] == "2023-11-14T22:49:00.000Z"
    assert second["attributes"]["attributes"]["monitor"]["transition"]["transition_type"] == "alert recovery"


def test_monitors_that_cannot_be_evaluated_are_named(emulator: Emulator) -> None:
    query = 'logs("x").index("*").rollup("count").last("5m") > 1'
    id = emulator.put("monitor", {**MONITOR, "type": "log alert", "query": query})
    told = emulator.replay([{"metric": "cpu", "tags": [], "points": [[START, 1]]}])
    assert told["not_evaluated"] == {str(id): "a monitor of type log alert is not evaluated"}


def test_events_come_in_pages_and_the_last_is_empty(emulator: Emulator, monitor: int) -> None:
    for n in range(5):
        emulator.put_alert_event(monitor, ["host:a"], "OK", "Alert", START + n)
    first = search(emulator, limit=3)
    assert len(first["data"]) == 3
    second = search(emulator, limit=3, cursor=first["meta"]["page"]["after"])
    assert len(second["data"]) == 2
    assert search(emulator, limit=3, cursor=second["meta"]["page"]["after"]) == {"data": []}
    assert search(emulator, f"@monitor.id:({monitor} OR 7)", limit=9)["data"] != []
    assert search(emulator, "@monitor.id:7", limit=9)["data"] == []
    listed = ask(emulator, "GET", "/api/v2/events", query={"filter[from]": "now-1h"})
    assert listed.body == {"data": []}


def test_a_search_that_datadog_would_refuse_is_refused(emulator: Emulator, monitor: int) -> None:
    refused = ask(emulator, "POST", "/api/v2/events/search", {"page": {"limit": 5, "cursor": "?"}})
    assert refused.status == 400
    assert "invalid cursor" in refused.body["errors"][0]
    assert ask(emulator, "POST", "/api/v2/events/search", {"page": {"limit": 5000}}).status == 400
    assert ask(emulator, "POST", "/api/v2/events/search", {"filter": {"from": "soon"}}).status == 400
    with pytest.raises(KeyError, match="no monitor 1"):
        emulator.put_alert_event(1, [], "OK", "Alert", START)
