"""The emulator over HTTP: reads a request, checks it, and applies the simulated fault.

The gate is, in this order: latency, faults, keys, rate limit. Only then does an endpoint see the request.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from email.utils import formatdate
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from dd_sync.emulator import kinds
from dd_sync.emulator.answers import Answer, Call, Refusal, answer, refusal_answer
from dd_sync.emulator.faults import Fault
from dd_sync.emulator.keys import Keys
from dd_sync.emulator.limits import Limits, bucket, too_many
from dd_sync.emulator.world import Endpoint, World

TRANSPORT = "ddsync.transport"
"""Key of the request's scope that holds its connection; there when served by `dd_sync.emulator.serving`."""

LARGEST = 16 * 1024 * 1024
"""Bytes of a request's body: more than anything Datadog takes in one call, and not enough to fill a memory."""

_PATIENCE = 4 * LARGEST
"""Bytes of a body that is too large after which the rest is not read."""

_HTML = Answer(b"<html><body><h1>502 Bad Gateway</h1></body></html>\n", 200, "text/html")


class House(Protocol):
    """What the application has to know of the emulator it answers for."""

    latency_ms: float
    lock: threading.RLock
    world: World
    keys: Keys
    limits: Limits

    def next_fault(self, method: str, path: str) -> Fault | None:
        """What goes wrong with this request, if anything."""

    def saw(self, method: str, path: str, status: int) -> None:
        """Notes a request and how it was answered."""

    def seconds(self) -> float:
        """The clock rate limits go by."""


class Dropped(Exception):
    """Stands for a closed connection where there is none, as when the application is called without a server."""


def application(house: House) -> ASGIApp:
    """The ASGI application that answers for an emulator."""
    routes = [_route(endpoint) for endpoint in kinds.ENDPOINTS]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        if not _is_here(request.headers.get("host", "")):
            refused = refusal_answer(Refusal(403, "The emulator answers to this machine's own names alone"))
            return await Response(refused.content, refused.status, media_type=refused.content_type)(
                scope, receive, send
            )
        body = await _body(request)
        if body is None:
            return await _refuse_size(scope, receive, send)
        method, path = request.method, request.url.path
        if house.latency_ms:
            await asyncio.sleep(house.latency_ms / 1000)
        fault = house.next_fault(method, path)
        if fault and fault.action == "slow":
            await asyncio.sleep(fault.seconds)
        if fault and fault.action == "drop-before":
            house.saw(method, path, 0)
            return _drop(scope)
        found = _faulty(fault) or _answer(house, routes, request, body)
        if fault and fault.action == "drop-after":
            house.saw(method, path, 0)
            return _drop(scope)
        house.saw(method, path, found.status)
        if fault and fault.action == "truncate":
            return await _truncate(found, scope, send)
        shown = _HTML if fault and fault.action == "not-json" else found
        response = Response(shown.content, shown.status, {**shown.headers}, shown.content_type)
        await response(scope, receive, send)

    return app


async def _body(request: Request) -> bytes | None:
    """A request's body; None for one over LARGEST, of which nothing is kept. What is left of it is read for a while
    longer, since most clients look at the answer only once they have sent everything."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            parts.clear()
            if size > _PATIENCE:
                break
        else:
            parts.append(part)
    return b"".join(parts) if size <= LARGEST else None


async def _refuse_size(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers, and closes the connection: the server would go on reading what is left of the body."""
    refused = refusal_answer(Refusal(413, f"Payload too large: at most {LARGEST:,} bytes"))
    headers = {"Connection": "close"}
    await Response(refused.content, refused.status, headers, refused.content_type)(scope, receive, send)
    transport = scope.get(TRANSPORT)
    if transport is not None:
        transport.close()


def _is_here(host: str) -> bool:
    """Whether a request was meant for this machine. A page of somebody else's whose name was made to lead here
    (DNS rebinding) sends that name; what sends none is no browser."""
    return not host or re.fullmatch(r"(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?", host.lower()) is not None


def _route(endpoint: Endpoint) -> tuple[Route, Endpoint]:
    # Starlette matches the path; what answers is called below, so the route's own function is never reached.
    return Route(endpoint.path, lambda _: Response(), methods=[endpoint.method]), endpoint


def _faulty(fault: Fault | None) -> Answer | None:
    if fault is None or fault.action != "status":
        return None
    found = answer({"errors": [f"Fault injected: {fault.status}"]}, fault.status)
    return Answer(found.content, found.status, headers=fault.headers)


def _answer(house: House, routes: list[tuple[Route, Endpoint]], request: Request, body: bytes) -> Answer:
    method, path = request.method, request.url.path
    with house.lock:
        passes, headers = house.limits.count(bucket(path), house.seconds())
        try:
            house.keys.check(method, path, request.headers)
            found = _handled(house, routes, request, body) if passes else too_many(house.limits)
        except Refusal as refusal:
            found = refusal_answer(refusal)
        except (TypeError, AttributeError, KeyError, IndexError, ValueError, RecursionError, OverflowError) as error:
            # A body of a form that nobody sends: Datadog refuses it, in words of its own.
            found = refusal_answer(Refusal(400, f"Invalid payload ({type(error).__name__})"))
    date = formatdate(house.world.clock().timestamp(), usegmt=True)
    return Answer(found.content, found.status, found.content_type, {"Date": date, **headers, **found.headers})


def _handled(house: House, routes: list[tuple[Route, Endpoint]], request: Request, body: bytes) -> Answer:
    endpoint, params = _matched(routes, request.scope)
    call = Call(request.method, request.url.path, params, dict(request.query_params), _parsed(body))
    if request.method == "GET":
        return endpoint.handler(house.world, call)
    with house.world.store.together():
        return endpoint.handler(house.world, call)


def _matched(routes: list[tuple[Route, Endpoint]], scope: Scope) -> tuple[Endpoint, dict[str, Any]]:
    known_path = False
    for route, endpoint in routes:
        match = route.path_regex.match(scope["path"])
        if match and endpoint.method == scope["method"]:
            return endpoint, match.groupdict()
        known_path = known_path or match is not None
    raise Refusal(405, "Method Not Allowed") if known_path else Refusal(404, "Not found")


def _parsed(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "The request body is not valid JSON") from None


def _drop(scope: Scope) -> None:
    transport = scope.get(TRANSPORT)
    if transport is None:
        raise Dropped
    transport.abort()


async def _truncate(found: Answer, scope: Scope, send: Send) -> None:
    """Promises the whole body, sends half of it and closes: what a client sees when a proxy dies midway."""
    headers = [(b"content-type", found.content_type.encode()), (b"content-length", b"%d" % len(found.content))]
    await send({"type": "http.response.start", "status": found.status, "headers": headers})
    await send({"type": "http.response.body", "body": found.content[: len(found.content) // 2], "more_body": True})
    transport = scope.get(TRANSPORT)
    if transport is None:
        raise Dropped
    transport.close()
