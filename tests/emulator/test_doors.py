"""Who the emulator answers, and that no body ends it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import pytest
import urllib3

from dd_sync.emulator import running
from dd_sync.emulator.http import LARGEST

HEADERS = {"DD-API-KEY": "k", "DD-APPLICATION-KEY": "k"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8126", 200),
        ("localhost:1", 200),
        ("LocalHost", 200),
        ("[::1]:8126", 200),
        ("evil.example.com", 403),
        ("evil.example.com:8126", 403),
        ("127.0.0.1.example.com", 403),
        ("localhost.example.com", 403),
        ("127.0.0.1@evil.example.com", 403),
        ("api.datadoghq.com", 403),
    ],
)
def test_a_request_for_another_host_is_refused(host: str, status: int) -> None:
    with running() as served:
        answer = urllib3.request("GET", f"{served.url}/api/v1/monitor", headers={**HEADERS, "Host": host})
        assert answer.status == status
        assert served.emulator.objects("monitor") == []


ODD = (
    b"",
    b"{",
    b"null",
    b"3",
    b'"x"',
    b"[]",
    b"[[]]",
    b"{}",
    b"\xff\xfe",
    b"\x00",
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"name": "\\ud83d"}',
    b'{"name": 1e999}',
    b'{"name": NaN}',
    b'{"type": [], "query": {}, "name": []}',
    b'{"type": "metric alert", "query": 3, "options": "x", "tags": 3}',
    b'{"type": "query alert", "query": "avg(last_5m):a{*} > 1", "name": "x", "options": []}',
    b"9" * 5_000,
    b'{"widgets": 3, "title": [], "layout_type": {}}',
    b'{"name": "x", "thresholds": "x", "type": "metric", "query": []}',
    b'{"options": {"thresholds": [1]}}',
)


@pytest.mark.parametrize(
    "path", ["monitor", "dashboard", "slo", "monitor/validate", "monitor/1", "slo/x", "dashboard/a"]
)
def test_no_body_ends_it(path: str) -> None:
    with running() as served:
        for body in ODD:
            for method in ("POST", "PUT", "DELETE"):
                answer = urllib3.request(
                    method, f"{served.url}/api/v1/{path}", body=body, headers=HEADERS, retries=False
                )
                assert answer.status < 500, (method, body[:60], answer.data[:200])
                json.loads(answer.data or b"null")
        assert urllib3.request("GET", f"{served.url}/api/v1/monitor", headers=HEADERS).status == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused_and_the_next_request_is_answered(chunked: bool) -> None:
    body = b'{"name": "' + b"x" * LARGEST + b'"}'
    parts = [body[at : at + 2**20] for at in range(0, len(body), 2**20)]
    with running() as served:
        url = f"{served.url}/api/v1/monitor"
        answer = urllib3.request("POST", url, headers=HEADERS, body=iter(parts) if chunked else body)
        assert answer.status == 413
        assert "Payload too large" in answer.json()["errors"][0]
        assert served.emulator.objects("monitor") == []
        assert urllib3.request("GET", url, headers=HEADERS).status == 200


def test_a_body_that_does_not_end_is_not_read_for_ever() -> None:
    sent: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(1024):
            sent.append(number)
            yield b"x" * 2**20

    with running() as served:
        url = f"{served.url}/api/v1/monitor"
        # Depending on the moment the client sees the answer, or the connection closed while it still sends.
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            assert urllib3.request("POST", url, headers=HEADERS, body=endless(), retries=False).status == 413
        assert len(sent) < 1024
        assert urllib3.request("GET", url, headers=HEADERS).status == 200
