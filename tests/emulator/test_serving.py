"""Starting and stopping the server."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3

from dd_sync.emulator import Emulator, running
from tests.emulator.asking import KEYS
from tests.emulator.bodies import monitor


def test_a_running_emulator_answers_at_its_address() -> None:
    with running() as server:
        response = urllib3.request("GET", f"{server.url}/api/v1/validate", headers=KEYS)
        assert response.json() == {"valid": True}
        assert server.url.startswith("http://127.0.0.1:")


def test_nothing_listens_and_no_thread_is_left_afterwards() -> None:
    before = threading.active_count()
    with running() as server:
        port = int(server.url.rsplit(":", 1)[-1])
        with socket.create_connection(("127.0.0.1", port)):
            pass
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))
    assert threading.active_count() == before


def test_a_client_that_keeps_its_connection_does_not_hold_up_the_end() -> None:
    with urllib3.PoolManager(headers=KEYS) as connections:
        with running() as server:
            connections.request("GET", f"{server.url}/api/v1/validate")
        with pytest.raises(urllib3.exceptions.MaxRetryError):
            connections.request("GET", f"{server.url}/api/v1/validate", retries=0)


def test_a_port_can_be_chosen_and_a_taken_one_is_an_error() -> None:
    with running() as first:
        port = int(first.url.rsplit(":", 1)[-1])
        with pytest.raises(OSError, match="in use"), running(port=port):
            pass
    with running(port=port) as again:
        assert again.url == first.url


def test_settings_reach_the_emulator(tmp_path: Path) -> None:
    with running(state=tmp_path / "state.sqlite", rate_limit=5, latency_ms=1) as server:
        assert (server.emulator.limits.limit, server.emulator.latency_ms) == (5, 1)
    assert (tmp_path / "state.sqlite").exists()


def test_an_emulator_of_ones_own_outlives_its_server() -> None:
    emulator = Emulator()
    with running(emulator) as server:
        urllib3.request("POST", f"{server.url}/api/v1/monitor", json=monitor(), headers=KEYS)
    assert [found["name"] for found in emulator.objects("monitor")] == ["Load"]
    emulator.close()


def test_requests_of_many_threads_are_all_carried_out() -> None:
    with running() as server, urllib3.PoolManager(headers=KEYS, maxsize=8) as connections:

        def create(number: int) -> int:
            body = monitor(name=f"m{number}")
            return connections.request("POST", f"{server.url}/api/v1/monitor", json=body).status

        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(create, range(100))) == {200}
        stored = server.emulator.objects("monitor")
        assert len({found["id"] for found in stored}) == len({found["name"] for found in stored}) == 100


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_serving_ends_on_a_signal_and_keeps_what_was_stored(tmp_path: Path, sent: signal.Signals) -> None:
    program = textwrap.dedent(
        """
        import signal, sys
        from dd_sync.emulator import serve
        signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            serve(sys.argv[1], on_ready=lambda url: print(url, flush=True))
        except KeyboardInterrupt:
            pass
        """
    )
    state = tmp_path / "state.sqlite"
    command = [sys.executable, "-c", program, str(state)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().strip()
        urllib3.request("POST", f"{url}/api/v1/monitor", json=monitor(), headers=KEYS)
        os.kill(process.pid, sent)
        process.wait(10)
        assert (process.stdout.read(), process.stderr.read()) == ("", "")
    kept = Emulator(state)
    assert [found["name"] for found in kept.objects("monitor")] == ["Load"]
    kept.close()
