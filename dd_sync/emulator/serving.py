"""Serving an emulator on 127.0.0.1: beside the work of this process, or until somebody stops it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from dd_sync.emulator.emulator import Emulator
from dd_sync.emulator.http import TRANSPORT

_HOST = "127.0.0.1"


@dataclass(frozen=True)
class RunningEmulator:
    """An emulator that answers at `url`."""

    url: str
    emulator: Emulator


@contextlib.contextmanager
def running(
    emulator: Emulator | None = None, *, state: str | Path = ":memory:", port: int = 0, **settings: Any
) -> Iterator[RunningEmulator]:
    """Serves an emulator from a thread of this process for as long as the block lasts.

    Without `emulator` one is made with `state` and `settings` (see `Emulator`), and closed at the end. Port 0 takes
    a free one. OSError when the port is taken.
    """
    served = emulator or Emulator(state, **settings)
    listener = _listener(port)
    server = _Server(served)
    thread = threading.Thread(target=server.run, args=([listener],), name="ddsync emulator", daemon=True)
    thread.start()
    server.ready.wait()
    try:
        yield RunningEmulator(_url(listener), served)
    finally:
        server.stop()
        thread.join()
        if emulator is None:
            served.close()


def serve(
    state: str | Path = ":memory:", *, port: int = 0, on_ready: Callable[[str], None] = lambda _: None, **settings: Any
) -> None:
    """Serves an emulator from this thread until the process is interrupted (SIGINT, SIGTERM).

    `on_ready` is told the URL once requests are answered; `settings` as for `Emulator`. Prints nothing.
    """
    emulator = Emulator(state, **settings)
    listener = _listener(port)
    url = _url(listener)
    server = _Server(emulator, lambda: on_ready(url))
    try:
        server.run([listener])
    finally:
        emulator.close()


def _listener(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only where TCP is named; with it each answer comes 40 ms late.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


def _url(listener: socket.socket) -> str:
    return f"http://{_HOST}:{listener.getsockname()[1]}"


class _Line(H11Protocol):
    """A connection that requests can be told to close: uvicorn offers no other way to leave one unanswered."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        app = self.app

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            await app({**scope, TRANSPORT: transport}, receive, send)

        self.app = with_transport


class _Server(uvicorn.Server):
    """A server that says when it is ready and stops at once when told to."""

    def __init__(self, emulator: Emulator, on_ready: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                emulator.app,
                http=_Line,
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="critical",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
            )
        )
        self.ready = threading.Event()
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake: asyncio.Event | None = None

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serves until `stop`; whoever waits for `ready` is let go even when the start fails."""
        try:
            super().run(sockets)
        finally:
            self.ready.set()

    def stop(self) -> None:
        """Ends the server from another thread."""
        if self._loop and self._wake:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._loop, self._wake = asyncio.get_running_loop(), asyncio.Event()
        self.ready.set()
        self._on_ready()

    async def main_loop(self) -> None:
        # uvicorn looks ten times a second whether to stop; tests that start hundreds of servers feel that.
        assert self._wake is not None
        await self._wake.wait()

    def handle_exit(self, sig: int, frame: Any) -> None:
        super().handle_exit(sig, frame)
        self.stop()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Waiting for clients to hang up, as uvicorn does, would take as long as their slowest keep-alive.
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            if connection.transport:
                connection.transport.abort()
        await asyncio.sleep(0)
