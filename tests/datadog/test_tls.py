"""TLS is verified always: against the system's authorities, or those of `ca_file` alone."""

from __future__ import annotations

import datetime
import http.server
import ipaddress
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dd_sync.datadog.transport import HTTP, Address, NoAnswer, Request

x509 = pytest.importorskip("cryptography.x509")
ASK = Request("GET", "/api/v1/validate")


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate that vouches for itself at 127.0.0.1, and its key."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    certificate_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    certificate_file.write_bytes(made.public_bytes(encoding))
    key_file.write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
    return certificate_file, key_file


class _Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"valid": true}')

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A server over TLS that no authority of the system vouches for: its address and its certificate."""
    certificate_file, key_file = certificate(tmp_path, "own")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    served.socket = context.wrap_socket(served.socket, server_side=True)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{served.server_port}", certificate_file
    served.shutdown()
    served.server_close()
    thread.join()


def test_an_unknown_certificate_is_refused_before_the_keys_are_sent(server: tuple[str, Path]) -> None:
    with pytest.raises(NoAnswer, match="certificate was not accepted") as raised:
        HTTP(Address(server[0], "key", "key"))(ASK)
    assert not raised.value.sent


def test_ones_own_authority_is_trusted_where_it_is_named(server: tuple[str, Path]) -> None:
    url, certificate_file = server
    assert HTTP(Address(url, "key", "key", str(certificate_file)))(ASK).status == 200


def test_another_authority_is_not(server: tuple[str, Path], tmp_path: Path) -> None:
    other, _ = certificate(tmp_path, "other")
    with pytest.raises(NoAnswer, match="certificate was not accepted"):
        HTTP(Address(server[0], "key", "key", str(other)))(ASK)


@pytest.mark.parametrize("name", ["PYTHONHTTPSVERIFY", "DD_VERIFY_SSL", "CURL_INSECURE", "DD_SKIP_SSL_VALIDATION"])
def test_no_variable_turns_it_off(server: tuple[str, Path], name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "0")
    with pytest.raises(NoAnswer, match="certificate was not accepted"):
        HTTP(Address(server[0], "key", "key"))(ASK)
