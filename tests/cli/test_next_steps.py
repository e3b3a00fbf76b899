"""What a command says is wrong, and what it says to do next: doing it works."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator

import pytest

from tests.workbench import SETTINGS, Workbench

SERVICE = """\
apiVersion: v3
kind: service
metadata: {name: cart, owner: platform}
extensions:
  ddsync:
    kind: http
    operation: fastapi.request
    envs: [prod]
"""


def test_undo_without_a_terminal_says_how_to_undo(bench: Workbench) -> None:
    bench.apply()
    ran = bench.ddsync("undo", "last", status=3)
    assert "ddsync undo last --yes" in ran.err
    assert "ddsync apply" not in ran.err
    bench.ddsync("undo", "last", "--yes")
    assert bench.live("monitor") == []


def test_without_keys_the_way_without_an_account_is_one_of_this_project(bench: Workbench) -> None:
    for name in ("DD_HOST", "DD_API_KEY", "DD_APP_KEY"):
        bench.environment.pop(name)
    assert "ddsync local serve" in bench.ddsync("plan", status=1).err
    bench.write("ddsync.yaml", SETTINGS + "  tryout: {emulator: .ddsync/tryout.sqlite}\n")
    ran = bench.ddsync("plan", "--target", "prod", status=1)
    (command,) = re.findall(r"without an account: ddsync (.*)", ran.err)
    assert bench.ddsync(*command.split()).status == 0


@pytest.fixture
def portal() -> Iterator[str]:
    """A page that asks who is there, whatever was asked for."""

    class Portal(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<!doctype html><title>Sign in</title>"
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None: ...

    with http.server.HTTPServer(("127.0.0.1", 0), Portal) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_web_page_in_place_of_the_api_is_called_one(bench: Workbench, portal: str) -> None:
    bench.environment["DD_HOST"] = portal
    ran = bench.ddsync("plan", status=1)
    assert "a web page answered GET /api/v1/" in ran.err
    assert "look at the target's site or DD_HOST" in ran.err


def test_a_number_switched_off_with_another_word_is_told_the_right_one(bench: Workbench) -> None:
    bench.write("ddsync.yaml", SETTINGS.replace("packs: []", "packs: [service]"))
    bench.write("services/cart.yaml", SERVICE + "    monitors: {error-rate: disabled}\n")
    found = bench.ddsync("validate", status=1).out
    (edit,) = re.findall(r"to switch it off: (.*)", found)
    bench.write("services/cart.yaml", SERVICE + f"    monitors: {{{edit}}}\n")
    bench.ddsync("validate")
    assert not any("error-rate" in one["key"] for one in bench.plan()["changes"])


def broken(bench: Workbench, old: str, new: str) -> str:
    file = bench.root / "monitors/eks.py"
    text = file.read_text()
    file.write_text(text.replace(old, new))
    assert file.read_text() != text
    found = bench.ddsync("validate", status=1).out
    file.write_text(text)
    return found


def test_a_field_by_another_tool_s_name_is_told_ours(bench: Workbench) -> None:
    assert "monitors/eks.py:10: error: Monitor has no field title. Did you mean name?" in broken(
        bench, "name=", "title="
    )
    assert "Did you mean query?" in broken(bench, "query=", "expr=")


REFERS = '''

from dd_sync import SLO


@define
def promise(cluster: Cluster) -> SLO:
    """Nodes have time."""
    return SLO(name="Nodes", monitors=[HERE], target=99.9, timeframe="30d")
'''


@pytest.mark.parametrize(
    ("here", "says"),
    [
        ("cpu_high(cluster)", "got a whole Monitor: refer to one by its definition, NAME.ref(entry)"),
        ("cpu_high.ref()", ".ref() needs what the definition is repeated over: NAME.ref(entry)"),
        ("cpu_high.ref('prod-eu-1')", "names no entry of the inventory"),
    ],
)
def test_a_reference_written_wrongly_is_told_in_a_line(bench: Workbench, here: str, says: str) -> None:
    file = bench.root / "monitors/eks.py"
    text = file.read_text()
    file.write_text(text + REFERS.replace("HERE", here))
    found = bench.ddsync("validate", status=1).out
    assert says in found
    assert max(map(len, found.splitlines())) < 400
    file.write_text(text + REFERS.replace("HERE", "cpu_high.ref(cluster)"))
    bench.ddsync("validate")


@pytest.mark.parametrize(
    ("query", "type"),
    [
        ('logs("status:error").index("*").rollup("count").last("5m") > 5', "log alert"),
        ('"datadog.agent.up".over("*").by("host").last(2).count_by_status()', "service check"),
        ("avg(last_5m):avg:system.cpu.user{*} > 5", "query alert"),
        ('events("source:kubernetes").rollup("count").last("5m") > 5', "event-v2 alert"),
    ],
)
def test_a_type_that_is_left_out_is_the_query_s(bench: Workbench, query: str, type: str) -> None:
    definition = f'''from dd_sync import Monitor, define


@define
def one() -> Monitor:
    """Something is wrong.

    First step: look.
    """
    return Monitor(name="One", query={query!r}{", critical=1, warning=1, ok=1" if type == "service check" else ""})
'''
    bench.write("monitors/one.py", definition)
    bench.apply()
    assert type in {one["type"] for one in bench.live("monitor")}
    assert bench.plan()["changes"] == []
