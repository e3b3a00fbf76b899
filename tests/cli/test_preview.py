"""`ddsync preview`, over HTTP, in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from dd_sync.runs.preview_server import snapshot
from tests.workbench import MONITOR, SETTINGS, Workbench

SOON = 20.0  # seconds a page may take to notice


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "monitors").mkdir()
    (tmp_path / "ddsync.yaml").write_text(SETTINGS)
    (tmp_path / "monitors/eks.py").write_text(MONITOR)
    return tmp_path


@pytest.fixture
def url(project: Path) -> Iterator[str]:
    """A preview of the project, until the test is over."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DD_") and name != "CI"}
    command = [sys.executable, "-c", "from dd_sync.cli import main; main()", "preview", "--port", "0"]
    with subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        assert process.wait(SOON) == 0


def news(url: str, since: str) -> str:
    """The next version other than this one."""
    with requests.get(f"{url}/changes", params={"since": since}, stream=True, timeout=SOON) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines(decode_unicode=True):
            if line.startswith("data: ") and line != f"data: {since}":
                return str(line.removeprefix("data: "))
    raise AssertionError("the stream ended")


def test_pages_show_the_project_and_follow_what_is_saved(url: str, project: Path) -> None:
    version = news(url, "0")
    page = requests.get(url, timeout=SOON).text
    assert "[EKS] CPU above 90% on prod-eu-1" in page
    assert "compared with nothing" in page
    assert f'<meta name="version" content="{version}">' in page

    (project / "monitors/eks.py").write_text(MONITOR.replace("CPU above", "Processor above"))
    version = news(url, version)
    assert "[EKS] Processor above 90%" in requests.get(url, timeout=SOON).text

    (project / "monitors/eks.py").write_text("def broken(:\n")
    version = news(url, version)
    broken = requests.get(url, timeout=SOON).text
    assert "monitors/eks.py:1" in broken
    assert "The page comes back by itself" in broken
    assert "prod-eu-1" in broken, "the tree of the last good build stays"

    (project / "monitors/eks.py").write_text(MONITOR)
    news(url, version)
    assert "[EKS] CPU above 90%" in requests.get(url, timeout=SOON).text


def test_a_branch_has_a_page_of_its_own_and_an_unknown_one_shows_everything(url: str) -> None:
    news(url, "0")
    for of in ("Clusters/prod-eu-1", "Clusters/nowhere", ""):
        assert "eks/cpu-high/prod-eu-1" in requests.get(url, params={"of": of}, timeout=SOON).text


def test_it_answers_to_this_machine_s_own_names_alone(url: str) -> None:
    assert requests.get(url, headers={"Host": "rebound.example"}, timeout=SOON).status_code == 400
    assert url.startswith("http://127.0.0.1:")
    assert requests.get(url, timeout=SOON).headers["x-frame-options"] == "DENY"


def test_a_port_that_is_taken_is_named(bench: Workbench) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert f"port {port}" in bench.ddsync("preview", "--port", port, status=64).err


def test_outside_of_a_project_it_says_so(bench: Workbench) -> None:
    (bench.root / "ddsync.yaml").unlink()
    assert "no ddsync.yaml" in bench.ddsync("preview", status=64).err


def test_files_that_a_build_may_read_are_watched_and_hidden_ones_are_not(tmp_path: Path) -> None:
    for name in ("a.py", "services/b.yaml", "c.json", ".ddsync/d.json", "__pycache__/e.py", "notes.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
    seen = snapshot(tmp_path)
    assert {Path(path).name for path in seen} == {"a.py", "b.yaml", "c.json"}
    (tmp_path / "a.py").write_text("xy")
    assert snapshot(tmp_path) != seen
