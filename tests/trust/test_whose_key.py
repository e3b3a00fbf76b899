"""Keys and writes stay where they belong, whatever the shell, the project or an answer says."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from dd_sync.emulator.answers import Refusal
from tests.workbench import API_KEY, APP_KEY, MONITOR, Workbench

ROOT = Path(__file__).parents[2]
EMULATED = "{emulator: .ddsync/local.sqlite}"
AWAY = (
    "https://api.datadoghq.eu",
    "https://127.0.0.1.example.com",
    "https://2130706433",
    "https://localhost.example.com/",
    "https://example.com:8126/127.0.0.1",
)


@pytest.fixture
def emulated(bench: Workbench) -> Workbench:
    bench.write("ddsync.yaml", (bench.root / "ddsync.yaml").read_text().replace("{site: datadoghq.eu}", EMULATED))
    return bench


@pytest.mark.parametrize("host", AWAY)
@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("drift",), ("doctor",), ("import", "--all")])
def test_an_emulator_never_leaves_this_machine(emulated: Workbench, host: str, command: tuple[str, ...]) -> None:
    ran = emulated.ddsync(*command, status=64, DD_HOST=host)
    assert "target prod is an emulator" in ran.err
    assert "unset DD_HOST" in ran.err


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_an_emulator_is_followed_to_another_port_of_this_machine(emulated: Workbench, host: str) -> None:
    emulated.environment["DD_HOST"] = emulated.environment["DD_HOST"].replace("127.0.0.1", host) + "/"
    emulated.apply()
    assert len(emulated.live("monitor")) == 1


def test_make_hands_no_datadog_variable_of_the_shell_on() -> None:
    around = {**os.environ, "DD_HOST": "https://api.datadoghq.eu", "DD_API_KEY": "k", "DD_ANYTHING": "x"}
    words = ["make", "-s", "-f", "Makefile", "--eval", "show:\n\t@env", "show"]
    done = subprocess.run(words, cwd=ROOT, env=around, capture_output=True, text=True, check=True)
    assert "PATH=" in done.stdout
    assert "DD_" not in done.stdout


# --- what Datadog, or a gateway before it, repeats in an error


HOOK = "https://hooks.slack.com/services/T0PLANTED/B0PLANTED/planted0hook"
PLANTED = (API_KEY, APP_KEY, "planted0hook", "planted0pass", "planted-in-the-environment")


class Repeating:
    """Answers some calls with an error that repeats the whole request, as gateways do; `counts` is how often so far."""

    def __init__(self, method: str, status: int) -> None:
        self.method, self.status, self.count = method, status, 0

    def check(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        if method == self.method and path != "/api/v1/validate":
            self.count += 1
            told = {name: value for name, value in headers.items() if name.startswith("dd-")}
            raise Refusal(self.status, f"refused {told} {HOOK} https://bot:planted0pass@ci/ planted-in-the-environment")


CALLS = [("GET", status) for status in (400, 403)] + [
    (method, status) for method in ("POST", "PUT", "DELETE") for status in (400, 403, 404, 409, 422)
]


@pytest.mark.parametrize(("method", "status"), CALLS)
def test_what_an_error_repeats_lands_in_no_file_and_no_output(bench: Workbench, method: str, status: int) -> None:
    bench.environment["A_TOKEN"] = "planted-in-the-environment"
    bench.apply()
    (made,) = bench.live("monitor")
    bench.emulator.edit("monitor", made["id"], lambda body: body | {"name": "edited"})
    bench.write("monitors/eks.py", (bench.root / "monitors/eks.py").read_text().replace("CPU above", "CPU over"))
    bench.write("monitors/more.py", MONITOR.replace("[EKS]", "more"))
    bench.emulator.keys = repeating = Repeating(method, status)  # type: ignore[assignment]
    shown = ""
    for words in (
        ("apply", "--yes", "--drift", "revert", "--format", "json"),
        ("apply", "--yes", "--drift", "revert", "--log-format", "json"),
        ("undo", "last", "--yes", "--drift", "revert"),
        ("release", "--yes", f"monitor:{made['id']}"),
        ("plan", "--save", "plan.json"),
        ("import", "--all", "--out", "imported"),
        ("drift",),
        ("history", "last"),
    ):
        ran = bench.ddsync(*words, status=None)
        shown += ran.out + ran.err
    (bench.root / "monitors/eks.py").unlink()
    bench.ddsync("apply", "--yes", "--drift", "revert", "--allow-delete", "1", status=None)
    assert repeating.count > 0
    told = (method, status) != ("DELETE", 404)  # which is no error: it is gone
    assert ("••••" in shown) == told
    kept = {path: path.read_bytes() for path in bench.root.rglob("*") if path.is_file()}
    assert any(b"refused" in content for content in kept.values()) or method == "GET" or not told
    leaked = [(str(path), one) for path, content in kept.items() for one in PLANTED if one.encode() in content]
    assert leaked == []
    assert [one for one in PLANTED if one in shown] == []


def test_an_object_that_holds_a_key_leaves_it_in_no_file(bench: Workbench) -> None:
    bench.apply()
    (made,) = bench.live("monitor")
    bench.emulator.edit("monitor", made["id"], lambda body: body | {"message": f"{body['message']} {API_KEY}"})
    board = {"title": f"with {APP_KEY}", "layout_type": "ordered", "widgets": []}
    bench.emulator.put("dashboard", {**board, "description": "managed_by:ddsync ddsync_id:acme/prod/a"}, "abc-def-ghi")
    bench.apply("--drift", "revert", "--format", "json", "--allow-delete", "1")
    bench.ddsync("plan", "--save", "plan.json")
    bench.ddsync("undo", "last", "--yes", status=None)
    for path in bench.root.rglob("*"):
        if path.is_file():
            assert not any(key.encode() in path.read_bytes() for key in (API_KEY, APP_KEY)), path
