"""One request over a real connection: what arrives, and what is known when no answer comes."""

from __future__ import annotations

import contextlib
import gzip
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from urllib3 import exceptions as broken
from urllib3.connection import HTTPConnection

from dd_sync.datadog.transport import HTTP, Address, NoAnswer, Request
from dd_sync.emulator import Emulator, Fault, RunningEmulator, running
from tests.emulator.bodies import monitor

PATH = "/api/v1/monitor"
KEYS = ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210fedcba98")


@pytest.fixture(scope="module")
def server() -> Iterator[RunningEmulator]:
    with running(Emulator(seed=7, api_keys={KEYS[0]}, app_keys={KEYS[1]})) as started:
        yield started


@pytest.fixture
def http(server: RunningEmulator) -> HTTP:
    server.emulator.reset()
    return HTTP(Address(server.url, *KEYS))


def test_keys_and_json_arrive_and_the_answer_comes_back(http: HTTP) -> None:
    made = http(Request("POST", PATH, body=monitor(name="Größe")))
    assert made.status == 200
    assert "Größe".encode() in made.body
    listed = http(Request("GET", PATH, {"name": "größe", "page": "0"}))
    assert "Größe".encode() in listed.body


def test_header_names_come_in_lower_case(http: HTTP) -> None:
    assert "x-ratelimit-remaining" in http(Request("GET", PATH)).headers


def test_a_refusal_is_an_answer_and_no_error(server: RunningEmulator, http: HTTP) -> None:
    assert http(Request("GET", f"{PATH}/5")).status == 404
    wrong = HTTP(Address(server.url, KEYS[0], "another key"))
    assert wrong(Request("GET", PATH)).status == 403


def test_nothing_is_repeated_here(server: RunningEmulator, http: HTTP) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        server.emulator.calls.clear()
        server.emulator.faults.append(Fault((method, PATH), "status", status=503, headers={"Retry-After": "0"}))
        assert http(Request(method, PATH, body={})).status == 503
        server.emulator.faults.append(Fault((method, PATH), "drop-before"))
        with pytest.raises(NoAnswer):
            http(Request(method, PATH, body={}))
        assert len(server.emulator.calls) == 2


@pytest.mark.parametrize("action", ["drop-before", "drop-after", "truncate"])
def test_a_connection_that_breaks_may_have_carried_the_request(
    server: RunningEmulator, http: HTTP, action: str
) -> None:
    server.emulator.faults.append(Fault(("POST", PATH), action))  # type: ignore[arg-type]
    with pytest.raises(NoAnswer, match="the connection broke off") as raised:
        http(Request("POST", PATH, body=monitor()))
    assert raised.value.sent


def test_a_refused_connection_carried_nothing() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(NoAnswer, match="the connection was refused") as raised:
        HTTP(Address(f"http://127.0.0.1:{port}", *KEYS))(Request("POST", PATH, body={}))
    assert not raised.value.sent


def test_an_unknown_host_carried_nothing() -> None:
    with pytest.raises(NoAnswer) as raised:
        HTTP(Address("http://nowhere.invalid", *KEYS))(Request("GET", PATH))
    assert not raised.value.sent


def test_an_answer_that_is_late_may_have_been_carried_out(server: RunningEmulator) -> None:
    server.emulator.faults.append(Fault(("POST", PATH), "slow", seconds=0.5))
    with pytest.raises(NoAnswer, match="no answer in time") as raised:
        HTTP(Address(server.url, *KEYS), read=0.05)(Request("POST", PATH, body=monitor()))
    assert raised.value.sent


def answering(*pieces: bytes, pause: float = 0.0) -> Callable[[socket.socket], None]:
    """Sends an answer piece by piece."""

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause)

    return serve


def test_an_answer_that_comes_a_byte_at_a_time_is_given_up() -> None:
    drip = answering(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b" "] * 200, pause=0.01)
    with plain_server(drip) as port, pytest.raises(NoAnswer, match="the answer did not end in time") as raised:
        HTTP(Address(f"http://127.0.0.1:{port}", *KEYS), read=5, whole=0.1)(Request("POST", PATH, body={}))
    assert raised.value.sent


@pytest.mark.parametrize("cut", [0, 1, 50])
def test_a_compressed_answer_is_read_whole_or_not_at_all(cut: int) -> None:
    text = json.dumps([monitor(name=f"m{n}") for n in range(900)]).encode()
    packed = gzip.compress(text)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    with plain_server(answering(head, packed[:100], packed[100 : len(packed) - cut])) as port:
        http = HTTP(Address(f"http://127.0.0.1:{port}", *KEYS))
        if not cut:
            assert http(Request("GET", PATH)).body == text
            return
        with pytest.raises(NoAnswer) as raised:
            http(Request("GET", PATH))
        assert raised.value.sent


def test_what_is_not_as_compressed_as_it_says_is_no_answer() -> None:
    body = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"
    with plain_server(answering(body)) as port, pytest.raises(NoAnswer) as raised:
        HTTP(Address(f"http://127.0.0.1:{port}", *KEYS))(Request("POST", PATH, body={}))
    assert raised.value.sent


@contextmanager
def plain_server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that speaks no TLS, for one request."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def test_a_server_without_tls_is_sent_nothing() -> None:
    with plain_server(answering(b"HTTP/1.1 200 OK\r\n\r\n")) as port, pytest.raises(NoAnswer) as raised:
        HTTP(Address(f"https://127.0.0.1:{port}", *KEYS))(Request("POST", PATH, body={}))
    assert not raised.value.sent


def raising(monkeypatch: pytest.MonkeyPatch, error: Exception) -> NoAnswer:
    """What becomes of an error inside urllib3, once a connection is there."""

    def request(self: HTTPConnection, *arguments: object, **named: object) -> None:
        raise error

    monkeypatch.setattr(HTTPConnection, "request", request)
    with pytest.raises(NoAnswer) as raised:
        HTTP(Address("http://127.0.0.1:1", *KEYS))(Request("POST", PATH, body={}))
    return raised.value


def test_tls_that_breaks_in_the_middle_may_have_carried_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = ssl.SSLEOFError(8, "[SSL: UNEXPECTED_EOF_WHILE_READING] EOF occurred in violation of protocol")
    found = raising(monkeypatch, lost)
    assert (found.sent, found.reason) == (True, "the connection broke off")


def test_a_certificate_that_is_not_accepted_carried_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    refused = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")
    found = raising(monkeypatch, refused)
    assert (found.sent, found.reason) == (False, "the certificate was not accepted")


@pytest.mark.parametrize(
    "error", [broken.ProtocolError("cut"), broken.DecodeError("gzip"), broken.IncompleteRead(1, 2)]
)
def test_whatever_else_breaks_may_have_carried_the_request(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    assert raising(monkeypatch, error).sent


def test_keys_are_not_shown(server: RunningEmulator) -> None:
    address = Address(server.url, *KEYS)
    assert not any(key in repr(address) or key in str(address) for key in KEYS)
    with pytest.raises(NoAnswer) as raised:
        HTTP(Address("http://nowhere.invalid", *KEYS))(Request("GET", PATH))
    assert not any(key in repr(raised.getrepr(style="long")) for key in KEYS)
