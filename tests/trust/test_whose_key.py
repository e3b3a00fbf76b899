"""Keys and writes stay where they belong, whatever the shell, the project or an answer says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.workbench import Workbench

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
