"""Searching monitors."""

from __future__ import annotations

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask
from tests.emulator.bodies import Body, monitor

PATH = "/api/v1/monitor/search"


@pytest.fixture(autouse=True)
def _monitors(emulator: Emulator) -> None:
    ask(emulator, "POST", "/api/v1/monitor", monitor(name="Load of web", tags=["team:web", "env:prod"]))
    query = 'logs("*").index("*").rollup("count").last("5m") > 5'
    ask(emulator, "POST", "/api/v1/monitor", monitor(name="Errors", type="log alert", query=query, tags=["team:web"]))
    composite = monitor(name="Both", type="composite", query="1 && 2", tags=["env:prod"])
    emulator.put("monitor", composite | {"options": {"silenced": {"*": None}}, "overall_state": "Alert"})


def search(emulator: Emulator, query: str, **more: int) -> Body:
    answered = ask(emulator, "GET", PATH, query={"query": query, **more})
    assert answered.status == 200
    found: Body = answered.body
    return found


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Load of web", "Errors", "Both"]),
        ("load", ["Load of web"]),
        ("tag:team:web", ["Load of web", "Errors"]),
        ('tag:("team:web") tag:"env:prod"', ["Load of web"]),
        ("type:log", ["Errors"]),
        ("type:metric", ["Load of web"]),
        ('status:"no data"', ["Load of web", "Errors"]),
        ("status:Alert", ["Both"]),
        ("muted:true", ["Both"]),
        ("weather:sunny", []),
    ],
)
def test_every_term_has_to_hold(emulator: Emulator, query: str, names: list[str]) -> None:
    assert [found["name"] for found in search(emulator, query)["monitors"]] == names


def test_counts_cover_what_was_found(emulator: Emulator) -> None:
    counts = search(emulator, "tag:team:web")["counts"]
    assert counts["tag"] == [{"count": 2, "name": "team:web"}, {"count": 1, "name": "env:prod"}]
    assert counts["status"] == [{"count": 2, "name": "No Data"}]
    assert counts["muted"] == [{"count": 2, "name": False}]


def test_a_result_names_metrics_and_who_is_notified(emulator: Emulator) -> None:
    found = search(emulator, "load")["monitors"][0]
    assert found["metrics"] == ["system.load.1"]
    assert found["notifications"] == [{"handle": "ops", "name": "ops"}]
    assert found["classification"] == "metric"


def test_search_is_read_by_pages(emulator: Emulator) -> None:
    pages = [search(emulator, "", page=page, per_page=2) for page in range(2)]
    assert [len(page["monitors"]) for page in pages] == [2, 1]
    assert pages[1]["metadata"] == {"total_count": 3, "page_count": 2, "page": 1, "per_page": 2}


@pytest.mark.parametrize("path", [PATH, "/api/v1/monitor/groups/search"])
def test_a_status_that_does_not_exist_is_refused(emulator: Emulator, path: str) -> None:
    answered = ask(emulator, "GET", path, query={"query": "status:notastatus"})
    sentence = "Query parsing error: 'notastatus' is not a valid monitor status"
    assert answered.pair() == (400, {"errors": [sentence]})


def test_no_monitor_has_groups(emulator: Emulator) -> None:
    body = ask(emulator, "GET", "/api/v1/monitor/groups/search").body
    assert body["groups"] == []
