"""The emulator from the command line: served on a port, its state kept, forgotten when told."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3

from tests.workbench import Workbench


@contextmanager
def served(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`ddsync local serve` in a process of its own, with the URL it prints first."""
    command = [
        sys.executable,
        "-c",
        "from dd_sync.cli import main; main()",
        "local",
        "serve",
        "--port",
        "0",
        *arguments,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=10)


def test_the_first_line_is_the_url_and_an_interrupt_ends_it_calmly() -> None:
    with served() as (url, process):
        headers = {"DD-API-KEY": "k", "DD-APPLICATION-KEY": "k"}
        answer = urllib3.request("GET", f"{url}/api/v1/monitor", headers=headers)
        assert (answer.status, answer.json()) == (200, [])
    assert process.returncode == 0


def test_state_survives_a_restart(bench: Workbench) -> None:
    state = str(bench.root / "state.sqlite")
    for create in (1, 0):
        with served("--state", state) as (url, _):
            bench.environment["DD_HOST"] = url
            assert bench.plan()["summary"]["create"] == create
            bench.apply()


def test_reset_forgets_the_embedded_state(bench: Workbench) -> None:
    bench.environment = {"NO_COLOR": "1"}
    bench.write("ddsync.yaml", (bench.root / "ddsync.yaml").read_text().replace("{site: datadoghq.eu}", EMBEDDED))
    bench.apply()
    assert bench.plan()["summary"]["create"] == 0
    bench.ddsync("local", "reset")
    assert bench.plan()["summary"]["create"] == 1


EMBEDDED = "{emulator: .ddsync/local.sqlite}"


def test_a_real_target_is_never_reset(bench: Workbench) -> None:
    assert "no emulator" in bench.ddsync("local", "reset", status=64).err


def test_a_port_that_is_taken_says_so(bench: Workbench) -> None:
    with served() as (url, _):
        port = url.rpartition(":")[2]
        ran = bench.ddsync("local", "serve", "--port", port, status=64)
        assert f"port {port}" in ran.err


def test_what_is_kept_in_the_folder_is_kept_out_of_git(bench: Workbench) -> None:
    bench.apply()
    assert (bench.root / ".ddsync/.gitignore").read_text() == "*\n"
    receipts = Path(bench.root / ".ddsync/receipts")
    assert os.stat(receipts).st_mode & 0o077 == 0


def test_series_from_files_are_replayed_and_backtested(bench: Workbench) -> None:
    bench.apply()
    rows = [f"{1_780_000_020 + 60 * n},{99 if 100 <= n < 130 else 10}" for n in range(600)]
    bench.write("cpu.csv", "\n".join(rows) + "\n")
    words = ("--metric", "system.cpu.user", "--tags", "host:a,kube_cluster_name:prod-eu-1,env:prod", "-t", "local")
    settings = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", settings + "  local: {emulator: .ddsync/local.sqlite}\n")
    assert "monitors evaluated" in bench.ddsync("local", "replay", "cpu.csv", *words).out
    assert bench.live("series")
    assert "is no emulator" in bench.ddsync("local", "replay", "cpu.csv", "-t", "prod", status=64).err
    bench.write("bad.csv", "when,what\n1,2\nthree,4\n")
    assert "bad.csv:3: not a point" in bench.ddsync("local", "replay", "bad.csv", "-t", "local", status=1).err
    bench.write("bad.jsonl", '{"metric": "x"}\n')
    assert "bad.jsonl:1: not a series" in bench.ddsync("local", "replay", "bad.jsonl", "-t", "local", status=1).err
    bench.write("good.jsonl", '{"metric": "x", "points": [[1780000020, 5]]}\n')
    bench.ddsync("local", "replay", "good.jsonl", "-t", "local")
