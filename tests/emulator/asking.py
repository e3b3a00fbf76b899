"""Asks an emulator without a server in between: the same application, called directly."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dd_sync.emulator import Emulator

KEYS = {"DD-API-KEY": "key", "DD-APPLICATION-KEY": "key"}


@dataclass(frozen=True)
class Answered:
    """One answer: its status, its headers in lower case, its JSON (None where there is no body)."""

    status: int
    headers: Mapping[str, str]
    body: Any

    def pair(self) -> tuple[int, Any]:
        return self.status, self.body


def ask(
    emulator: Emulator,
    method: str,
    path: str,
    body: Any = None,
    query: Mapping[str, Any] | None = None,
    *,
    headers: Mapping[str, str] = KEYS,
) -> Answered:
    """Sends one request; `body` is JSON, or bytes that go as they are."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return asyncio.run(_asked(emulator, method, path, urlencode(query or {}), content, headers))


async def _asked(
    emulator: Emulator, method: str, path: str, query: str, content: bytes, headers: Mapping[str, str]
) -> Answered:
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }
    await emulator.app(scope, receive, send)
    text = b"".join(message["body"] for message in sent[1:])
    shown = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answered(sent[0]["status"], shown, json.loads(text) if text else None)
