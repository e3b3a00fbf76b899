"""The way in and the way out: exit statuses, what goes to which stream, never a trace."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.workbench import Workbench


def test_help_shows_every_command_with_an_example(bench: Workbench) -> None:
    from dd_sync.cli.app import app

    names = [
        command.callback.__name__.rstrip("_").replace("_", "-")
        for command in app.registered_commands
        if command.callback
    ]
    assert {"plan", "apply", "render", "validate", "explain"} <= set(names)
    for command in app.registered_commands:
        assert command.callback is not None
        _, _, example = (command.callback.__doc__ or "").partition("Example:")
        assert "ddsync" in example, command.callback.__name__


def test_an_error_nobody_foresaw_is_one_line_and_no_trace(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise RuntimeError("something odd")

    monkeypatch.setattr("dd_sync.cli.planning.load_project", broken)
    ran = bench.ddsync("plan", status=1)
    assert "this is a bug of ddsync: RuntimeError: something odd" in ran.err
    assert "--debug" in ran.err


def test_a_file_that_cannot_be_written_names_it(bench: Workbench) -> None:
    ran = bench.ddsync("plan", "--out", "nowhere/at/all.txt", status=1)
    assert "nowhere/at/all.txt: No such file or directory" in ran.err


def test_json_is_alone_on_standard_output(bench: Workbench) -> None:
    ran = bench.ddsync("plan", "--format", "json")
    assert ran.json["format"] == 1
    assert ran.out.lstrip().startswith("{")


def test_a_reader_that_goes_away_is_no_error(bench: Workbench) -> None:
    code = "from dd_sync.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "plan", "--format", "json"],
        cwd=bench.root,
        env={**bench.environment, "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    process.wait()
    process.stderr.close()


def test_the_version_is_shown() -> None:
    code = "from dd_sync.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("ddsync ")
