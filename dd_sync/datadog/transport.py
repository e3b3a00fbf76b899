"""One HTTP request to Datadog: site, authentication and connections are the official client's, bodies plain JSON.

The client's typed models are not used: they cost a hundred times the parsing, refuse bodies that Datadog accepts and
rewrite numbers. Its own retries are off too: they repeat a POST at once, which doubles objects.
"""

from __future__ import annotations

import json
import os
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode, urlsplit

import urllib3
from datadog_api_client.configuration import Configuration
from datadog_api_client.rest import RESTClientObject
from urllib3 import exceptions as broken

from dd_sync.datadog.proxies import proxy_for

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
WHOLE_SECONDS = 120.0
"""How long a whole answer may take: one that comes a byte a minute never runs into the time-out of a single read."""

CONNECTIONS = 32

PIECE = 65_536
"""Bytes of an answer read at once."""

LARGEST = 256 * 1024 * 1024
"""Bytes of an answer, unpacked. A page of a thousand monitors has three million."""

_LATE = "the answer did not end in time"
_LARGE = "the answer is larger than any of Datadog's"

_NEVER_SENT = (
    broken.NewConnectionError,
    broken.ConnectTimeoutError,
    broken.NameResolutionError,
    broken.LocationValueError,
    broken.ProxyError,
)


class Request(NamedTuple):
    """What is asked; `body` is JSON."""

    method: str
    path: str
    parameters: Mapping[str, str] = MappingProxyType({})
    body: Any = None


class Response(NamedTuple):
    """What came back, whatever the status; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NoAnswer(Exception):
    """No usable answer. `sent` tells whether the request may have arrived."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason, self.sent = reason, sent


class Transport(Protocol):
    """Carries one request out, once. Raises NoAnswer."""

    def __call__(self, request: Request) -> Response: ...


@dataclass(frozen=True)
class Address:
    """Where an account is: a base URL without a trailing slash, the keys, and a certificate authority if not the
    system's. Keys are never shown: not by repr, not in errors."""

    base: str
    api_key: str = field(repr=False)
    app_key: str = field(repr=False)
    ca_file: str | None = None


class HTTP:
    """The transport over real HTTP, safe to share between threads."""

    def __init__(
        self,
        address: Address,
        *,
        connect: float = CONNECT_SECONDS,
        read: float = READ_SECONDS,
        whole: float = WHOLE_SECONDS,
        largest: int = LARGEST,
    ) -> None:
        self._largest = largest
        keys = {"apiKeyAuth": address.api_key, "appKeyAuth": address.app_key}
        configuration = Configuration(host=address.base, api_key=keys, ssl_ca_cert=address.ca_file)
        if proxy := proxy_for(address.base, os.environ):
            configuration.proxy, configuration.proxy_headers = proxy
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Content-Type": "application/json",
            "User-Agent": "ddsync",
            **{setting["key"]: setting["value"] for setting in configuration.auth_settings().values()},
        }
        pools = RESTClientObject(configuration, maxsize=CONNECTIONS).pool_manager
        # There is one host: looking it up for each call takes a tenth of the call.
        self._pool = pools.connection_from_url(address.base)
        self._prefix = urlsplit(address.base).path.rstrip("/")
        self._timeout = urllib3.Timeout(connect=connect, read=read)
        self._whole = whole

    def __call__(self, request: Request) -> Response:
        url = self._prefix + request.path + (f"?{urlencode(request.parameters)}" if request.parameters else "")
        body = None if request.body is None else json.dumps(request.body).encode()
        try:
            answer = self._pool.urlopen(
                request.method,
                url,
                body=body,
                headers=self._headers,
                timeout=self._timeout,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            received = self._received(answer)
        except broken.HTTPError as error:
            raise NoAnswer(_reason(error), sent=_may_have_arrived(error)) from error
        return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, received)

    def _received(self, answer: urllib3.BaseHTTPResponse) -> bytes:
        """The whole body. A connection is used again only when nothing of the answer is left on it."""
        until = time.monotonic() + self._whole
        received: list[bytes] = []
        size = 0
        try:
            while piece := answer.read1(PIECE):
                received.append(piece)
                size += len(piece)
                if size > self._largest:
                    raise broken.HTTPError(_LARGE)
                if time.monotonic() > until:
                    raise broken.HTTPError(_LATE)
        except BaseException:
            answer.close()
            raise
        answer.release_conn()
        return b"".join(received)


def _may_have_arrived(error: broken.HTTPError) -> bool:
    """Whether the request may have been carried out. urllib3 calls a connection that TLS lost in the middle of an
    answer by the same name as one that was never made: only two of its causes are known to come first."""
    if isinstance(error, broken.SSLError):
        cause = error.args[0] if error.args else None
        unmade = getattr(cause, "reason", "") == "WRONG_VERSION_NUMBER"
        return not (unmade or isinstance(cause, ssl.SSLCertVerificationError))
    return not isinstance(error, _NEVER_SENT)


def _reason(error: broken.HTTPError) -> str:
    match error:
        case broken.ProxyError():
            return "the proxy cannot be reached, or refused"
        case broken.NameResolutionError():
            return "the host name is unknown"
        case broken.NewConnectionError():
            return "the connection was refused"
        case broken.ConnectTimeoutError():
            return "no connection in time"
        case broken.ReadTimeoutError():
            return "no answer in time"
        case broken.HTTPError() if str(error) in (_LATE, _LARGE):
            return str(error)
        case broken.SSLError() if not _may_have_arrived(error):
            return "the certificate was not accepted"
        case _:
            return "the connection broke off"
