"""Answers of Datadog, and of what stands before it: damaged, endless, packed, odd. None of them is kept or obeyed."""

from __future__ import annotations

import gzip
import http.server
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from dd_sync.datadog.transport import HTTP, Address, NoAnswer, Request
from tests.workbench import Workbench

BOARD = """\
from dd_sync import Dashboard, define

@define
def board() -> Dashboard:
    "Why."
    note = {"definition": {"type": "note", "content": "hello"}}
    return Dashboard.from_api({"title": "Board", "layout_type": "ordered", "widgets": [note]})
"""


class Endless(http.server.BaseHTTPRequestHandler):
    """Answers that do not end, or unpack to far more than was sent."""

    def do_GET(self) -> None:
        self.send_response(200)
        if self.path == "/bomb":
            body = gzip.compress(b"0" * 400_000_000, 1)
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"[" * 1_000_000)
        except OSError:
            return

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def endless() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/bomb", "/endless"])
def test_an_answer_over_the_limit_ends_that_call(endless: str, path: str) -> None:
    started = time.monotonic()
    with pytest.raises(NoAnswer, match="larger than any of Datadog's") as told:
        HTTP(Address(endless, "k", "k"), largest=50_000_000)(Request("GET", path))
    assert told.value.sent
    assert time.monotonic() - started < 20


ODD: tuple[Any, ...] = (
    {"tags": "x"},
    {"tags": [1, None, {}]},
    {"options": []},
    {"options": "x"},
    {"name": ["x"]},
    {"message": 1},
    {"query": {}},
    {"restricted_roles": "x"},
    {"options": {"thresholds": [], "silenced": 3, "variables": "x"}},
)


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("ours", [True, False])
def test_one_odd_monitor_ends_no_plan_and_no_apply(bench: Workbench, odd: dict[str, Any], ours: bool) -> None:
    bench.apply()
    (made,) = bench.live("monitor")
    if ours:
        bench.emulator.edit("monitor", made["id"], lambda body: body | odd)
    else:
        bench.emulator.put("monitor", {"name": "theirs", "type": "metric alert", "query": "a", "tags": []} | odd, 77)
    bench.write("monitors/more.py", (bench.root / "monitors/eks.py").read_text().replace("[EKS]", "more"))
    ran = bench.apply(status=None)
    assert "bug" not in ran.err
    assert "more" in json.dumps([one["name"] for one in bench.live("monitor")]), ran.err
    marks = [tag for one in bench.live("monitor") for tag in one.get("tags") or () if str(tag).startswith("ddsync_id")]
    assert len(marks) == len(set(marks)), "nothing is made twice"


@pytest.mark.parametrize(
    "odd", [{"widgets": "x"}, {"widgets": [None, 3]}, {"widgets": [{"definition": []}]}, {"title": 3}, {"tags": [1]}]
)
def test_a_damaged_dashboard_is_never_cached(bench: Workbench, odd: dict[str, Any]) -> None:
    bench.write("dashboards/board.py", BOARD)
    bench.apply()
    (board,) = bench.live("dashboard")
    sound = {name: board[name] for name in odd if name in board}
    bench.emulator.edit("dashboard", board["id"], lambda body: body | odd)
    bench.ddsync("plan")
    kept = [path.read_bytes() for path in (bench.root / ".ddsync/cache").glob("*.cache")]
    assert not any(b"dashboard:" in content for content in kept), "what is odd is read, and read again"
    bench.emulator.edit("dashboard", board["id"], lambda body: {**body, **sound} if sound else {**body, "tags": []})
    assert bench.plan()["changes"] == []


@pytest.mark.parametrize("change", [{"title": "forged"}, {"widgets": []}, {"id": "zzz-zzz-zzz"}, {"modified_at": "x"}])
def test_a_cache_of_another_version_or_object_is_not_believed(bench: Workbench, change: dict[str, Any]) -> None:
    bench.write("dashboards/board.py", BOARD)
    bench.apply()
    bench.plan()
    (cache,) = (bench.root / ".ddsync/cache").glob("*.cache")
    head, line, _ = cache.read_bytes().split(b"\n")
    name, version, answer = line.split(b"\t", 2)
    forged = json.loads(answer) | change | ({} if "id" in change else {"modified_at": "2020-01-01T00:00:00Z"})
    cache.write_bytes(b"\n".join((head, b"\t".join((name, version, json.dumps(forged).encode())), b"")))
    assert bench.plan()["changes"] == []
