"""The way to Datadog through a company's proxy, with its certificates: tried through one on this machine."""

from __future__ import annotations

import base64
import http.server
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dd_sync.core.errors import UsageError
from dd_sync.datadog.proxies import proxy_for
from dd_sync.datadog.transport import HTTP, Address, NoAnswer, Request
from tests.datadog.test_tls import ASK, _Answers, certificate

EU = "https://api.datadoghq.eu"
VARIABLES = ("https_proxy", "http_proxy", "all_proxy", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A server over TLS that a company's own authority vouches for: its port and that certificate."""
    certificate_file, key_file = certificate(tmp_path, "company")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    served.socket = context.wrap_socket(served.socket, server_side=True)
    threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
    yield served.server_port, certificate_file
    served.shutdown()
    served.server_close()


class Tunnels(http.server.BaseHTTPRequestHandler):
    """A proxy: notes where it is asked to lead and by whom, and leads there, or refuses."""

    asked: list[tuple[str, str]]
    refuses: bool

    def do_CONNECT(self) -> None:
        self.asked.append((self.path, self.headers.get("Proxy-Authorization") or ""))
        if self.refuses:
            self.send_error(407)
            return
        host, _, port = self.path.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            pair = {there: self.connection, self.connection: there}
            while True:
                for ready in select.select([*pair], [], [], 5)[0]:
                    data = ready.recv(65_536)
                    if not data:
                        return
                    pair[ready].sendall(data)

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def proxy() -> Iterator[tuple[str, type[Tunnels]]]:
    made = type("Made", (Tunnels,), {"asked": [], "refuses": False})
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), made)
    threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
    yield f"127.0.0.1:{served.server_port}", made
    served.shutdown()
    served.server_close()


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_call_goes_through_the_proxy_with_the_company_s_certificate(
    server: tuple[int, Path], proxy: tuple[str, type[Tunnels]], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (port, authority), (place, tunnels) = server, proxy
    monkeypatch.setenv(name, f"http://us%40er:pass@{place}")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    assert HTTP(Address(f"https://127.0.0.1:{port}", "k", "k"))(ASK).body == b'{"valid": true}'
    user = base64.b64encode(b"us@er:pass").decode()
    assert tunnels.asked == [(f"127.0.0.1:{port}", f"Basic {user}")]


def test_a_certificate_that_nobody_vouches_for_is_refused_through_a_proxy_too(
    server: tuple[int, Path], proxy: tuple[str, type[Tunnels]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy[0])
    with pytest.raises(NoAnswer, match="certificate"):
        HTTP(Address(f"https://127.0.0.1:{server[0]}", "k", "k"))(ASK)


def test_what_no_proxy_names_is_reached_straight(
    server: tuple[int, Path], proxy: tuple[str, type[Tunnels]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy[0])
    monkeypatch.setenv("NO_PROXY", "example.com, 127.0.0.0/8")
    assert HTTP(Address(f"https://127.0.0.1:{server[0]}", "k", "k", str(server[1])))(ASK).status == 200
    assert proxy[1].asked == []


@pytest.mark.parametrize("refuses", [True, False])
def test_a_write_that_a_proxy_kept_was_never_sent(
    proxy: tuple[str, type[Tunnels]], monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    proxy[1].refuses = refuses
    monkeypatch.setenv("HTTPS_PROXY", proxy[0] if refuses else "http://127.0.0.1:9")
    with pytest.raises(NoAnswer, match="proxy") as told:
        HTTP(Address(EU, "k", "k"))(Request("POST", "/api/v1/monitor", {}, {}))
    assert not told.value.sent


@pytest.mark.parametrize(
    ("no_proxy", "straight"),
    [
        ("", False),
        ("*", True),
        ("datadoghq.eu", True),
        (".datadoghq.eu", True),
        ("*.datadoghq.eu", True),
        ("API.datadoghq.EU", True),
        ("api.datadoghq.eu:443", True),
        ("api.datadoghq.eu:8443", False),
        ("atadoghq.eu", False),
        ("10.0.0.0/8, example.com", False),
    ],
)
def test_no_proxy_names_hosts_and_domains(no_proxy: str, straight: bool) -> None:
    found = proxy_for(EU, {"HTTPS_PROXY": "proxy:3128", "NO_PROXY": no_proxy})
    assert (found is None) == straight


def test_this_machine_over_plain_http_is_never_reached_by_a_proxy() -> None:
    around = {"HTTP_PROXY": "http://proxy:1", "HTTPS_PROXY": "http://proxy:1", "ALL_PROXY": "http://proxy:1"}
    assert proxy_for("http://127.0.0.1:8126", around) is None


@pytest.mark.parametrize("told", ["socks5://user:secret@proxy:1080", "http://", "http://user:secret@proxy:port"])
def test_what_is_no_proxy_is_said_without_its_password(told: str) -> None:
    with pytest.raises(UsageError, match="HTTPS_PROXY") as wrong:
        proxy_for(EU, {"HTTPS_PROXY": told})
    assert "secret" not in f"{wrong.value.message}{wrong.value.hint}"
