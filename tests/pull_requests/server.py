"""The comments of GitHub and GitLab on 127.0.0.1: what their documentation says of these few paths, and no more."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "glpat-0123456789abcdefghij"

GITHUB_ALL = re.compile(r"/repos/acme/alerts/issues/(\d+)/comments")
GITHUB_ONE = re.compile(r"/repos/acme/alerts/issues/comments/(\d+)")
GITLAB_ALL = re.compile(r"/projects/42/merge_requests/(\d+)/notes")
GITLAB_ONE = re.compile(r"/projects/42/merge_requests/\d+/notes/(\d+)")

LONGEST = {"github": 65_536, "gitlab": 1_000_000}


@dataclass
class Served:
    """One provider: its comments by number of the pull request, what was asked, and what is to go wrong next."""

    url: str = ""
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Statuses and headers (and `message`) with which the next requests are answered, before anything is done."""
    lose_after: list[str] = field(default_factory=list)
    """Methods whose next request is carried out and answered with 502."""

    def texts(self, number: int) -> list[str]:
        return [str(one["body"]) for one in self.comments.get(number, ())]


@contextlib.contextmanager
def served() -> Iterator[Served]:
    """A server for as long as the block lasts."""
    state = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.handle_one("GET")

        def do_POST(self) -> None:
            self.handle_one("POST")

        def do_PATCH(self) -> None:
            self.handle_one("PATCH")

        def do_PUT(self) -> None:
            self.handle_one("PUT")

        def do_DELETE(self) -> None:
            self.handle_one("DELETE")

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

        def handle_one(self, method: str) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            state.asked.append((method, parts.path))
            if state.faults:
                status, headers = state.faults.pop(0)
                return self.answer({"message": headers.pop("message", "trouble")}, status, headers)
            if not self.allowed():
                return self.answer({"message": "Bad credentials"}, 401)
            status, found = act(state, method, parts.path, parse_qs(parts.query), body)
            if method in state.lose_after:
                state.lose_after.remove(method)
                return self.answer({"message": "lost"}, 502)
            return self.answer(found, status)

        def allowed(self) -> bool:
            return TOKEN in (self.headers.get("PRIVATE-TOKEN"), (self.headers.get("Authorization") or "")[7:])

        def answer(self, body: Any, status: int, headers: dict[str, str] | None = None) -> None:
            content = b"" if status == 204 else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()


def act(state: Served, method: str, path: str, query: dict[str, list[str]], body: dict[str, Any]) -> tuple[int, Any]:
    """What the provider does and answers."""
    provider = "github" if path.startswith("/repos") else "gitlab"
    if len(str(body.get("body", ""))) > LONGEST[provider]:
        return 422, {"message": "Validation Failed"}
    if found := GITHUB_ALL.fullmatch(path) or GITLAB_ALL.fullmatch(path):
        comments = state.comments.setdefault(int(found[1]), [])
        if method == "GET" and not isinstance(comments, list):
            return 200, comments
        if method == "GET":
            page, size = int(query["page"][0]), int(query["per_page"][0])
            return 200, comments[(page - 1) * size : page * size]
        made = comment(state, body["body"])
        if isinstance(comments, list):
            comments.append(made)
        return 201, made
    if found := GITHUB_ONE.fullmatch(path) or GITLAB_ONE.fullmatch(path):
        for comments in state.comments.values():
            for one in comments if isinstance(comments, list) else ():
                if isinstance(one, dict) and one.get("id") == int(found[1]):
                    if one.get("locked"):
                        return 403, {"message": "Resource not accessible"}
                    if method == "DELETE":
                        comments.remove(one)
                        return 204, None
                    one["body"] = body["body"]
                    return 200, one
    return 404, {"message": "Not Found"}


def comment(state: Served, body: str, **more: Any) -> dict[str, Any]:
    listed = [one for comments in state.comments.values() if isinstance(comments, list) for one in comments]
    ids = [one.get("id") for one in listed if isinstance(one, dict)]
    number = 1 + max((one for one in ids if isinstance(one, int)), default=0)
    return {"id": number, "body": body, "html_url": f"https://github.example/c/{number}", "system": False} | more
