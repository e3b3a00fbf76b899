"""Trouble on the way, as a client sees it over a real connection."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.emulator import Emulator, Fault, RunningEmulator, running
from dd_sync.emulator.faults import by_chance, take
from dd_sync.emulator.http import Dropped
from tests.emulator.asking import KEYS, ask
from tests.emulator.bodies import Body, monitor

PATH = "/api/v1/monitor"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningEmulator]:
    """One server for all tests here; each begins with an empty organisation."""
    with running(seed=7) as started:
        yield started


@pytest.fixture(autouse=True)
def _empty(server: RunningEmulator) -> None:
    server.emulator.reset()


def send(server: RunningEmulator, method: str, body: Body | None = None, path: str = PATH) -> tuple[int, Any]:
    with urllib3.PoolManager(headers=KEYS, retries=False) as connections:
        content = None if body is None else json.dumps(body)
        response = connections.request(method, server.url + path, body=content)
        return response.status, json.loads(response.data)


@pytest.mark.parametrize(("action", "stored"), [("drop-before", 0), ("drop-after", 1), ("truncate", 1)])
def test_a_broken_connection_leaves_the_write_undone_or_done(server: RunningEmulator, action: Any, stored: int) -> None:
    server.emulator.faults.append(Fault(("POST", PATH), action))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        send(server, "POST", monitor())
    assert len(server.emulator.objects("monitor")) == stored
    assert send(server, "GET")[0] == 200


def test_a_truncated_answer_is_the_first_half_of_the_whole(server: RunningEmulator) -> None:
    send(server, "POST", monitor())
    server.emulator.faults.append(Fault(("GET", PATH), "truncate"))
    with urllib3.PoolManager(headers=KEYS, retries=False) as connections:
        response = connections.request("GET", server.url + PATH, preload_content=False)
        length = int(response.headers["content-length"])
        with pytest.raises(urllib3.exceptions.ProtocolError, match=f"{length // 2} bytes read"):
            response.read()


def test_a_page_of_html_comes_with_200_and_the_write_is_done(server: RunningEmulator) -> None:
    server.emulator.faults.append(Fault(("POST", PATH), "not-json"))
    with pytest.raises(json.JSONDecodeError):
        send(server, "POST", monitor())
    assert len(server.emulator.objects("monitor")) == 1


def test_an_error_status_comes_with_its_headers_and_nothing_is_done(server: RunningEmulator) -> None:
    server.emulator.faults.append(Fault(("POST", PATH), "status", status=503, headers={"Retry-After": "7"}))
    with urllib3.PoolManager(headers=KEYS, retries=False) as connections:
        response = connections.request("POST", server.url + PATH, body=json.dumps(monitor()))
    assert (response.status, response.headers["Retry-After"]) == (503, "7")
    assert response.json()["errors"]
    assert server.emulator.objects("monitor") == []


def test_a_slow_answer_takes_its_time_and_is_right(server: RunningEmulator) -> None:
    server.emulator.faults.append(Fault(("GET", PATH), "slow", seconds=0.2))
    began = time.monotonic()
    assert send(server, "GET") == (200, [])
    assert time.monotonic() - began >= 0.2


def test_a_dropped_request_is_noted_without_a_status(server: RunningEmulator) -> None:
    server.emulator.faults.append(Fault(("POST", PATH), "drop-after"))
    with pytest.raises(urllib3.exceptions.ProtocolError):
        send(server, "POST", monitor())
    assert server.emulator.calls == [("POST", PATH, 0)]


# Which requests a fault is meant for


def test_a_fault_happens_as_often_as_it_says(emulator: Emulator) -> None:
    emulator.faults.append(Fault(("GET", PATH), "status", status=502, times=2))
    statuses = [ask(emulator, "GET", PATH).status for _ in range(3)]
    assert statuses == [502, 502, 200]
    assert emulator.faults == []


def test_faults_pass_by_requests_they_are_not_meant_for(emulator: Emulator) -> None:
    emulator.faults.append(Fault(lambda method, path: path.endswith("/7"), "status"))
    emulator.faults.append(Fault(("PUT", "/api/v1/slo"), "status"))
    emulator.faults.append(Fault(("*", "/api/v1/dashboard"), "status"))
    requests = [("GET", PATH), ("GET", "/api/v1/slo"), ("GET", "/api/v1/dashboard"), ("GET", f"{PATH}/7")]
    assert [ask(emulator, method, path).status for method, path in requests] == [200, 200, 500, 500]


def test_without_a_server_a_dropped_connection_is_an_exception(emulator: Emulator) -> None:
    for action in ("drop-before", "drop-after", "truncate"):
        emulator.faults.append(Fault(("POST", PATH), action))
        with pytest.raises(Dropped):
            ask(emulator, "POST", PATH, monitor(name=action))
    assert [found["name"] for found in emulator.objects("monitor")] == ["drop-after", "truncate"]


# Faults by chance


@given(st.integers())
def test_the_same_seed_brings_the_same_faults(seed: int) -> None:
    def drawn() -> list[str]:
        chance = random.Random(seed)
        return [fault.action if (fault := by_chance(chance, 0.5)) else "" for _ in range(20)]

    assert drawn() == drawn()


def test_a_rate_of_zero_brings_none_and_of_one_always_some() -> None:
    chance = random.Random(1)
    assert not any(by_chance(chance, 0) for _ in range(50))
    assert all(by_chance(chance, 1) for _ in range(50))


def test_planned_faults_come_before_those_by_chance() -> None:
    planned = Fault(("GET", "/"), "status", status=418)
    emulator = Emulator(fault_rate=1, seed=1)
    emulator.faults.append(planned)
    assert ask(emulator, "GET", PATH).status == 418


def test_taking_from_an_empty_list_takes_nothing() -> None:
    assert take([], "GET", "/") is None
