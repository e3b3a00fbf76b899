"""The way in and the way out: exit statuses, what goes to which stream, never a trace."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import click
import pytest
import typer.main

from tests.workbench import Workbench


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Every command by its words, those of groups too: `local serve`."""
    from dd_sync.cli.app import app

    command = command or typer.main.get_command(app([]))
    inner = getattr(command, "commands", None)
    if not inner:
        yield " ".join(path), command
    for name, one in (inner or {}).items():
        yield from commands(one, (*path, name))


EVERY = dict(commands())


def test_there_are_commands() -> None:
    assert {"plan", "apply", "render", "validate", "explain", "local serve"} <= set(EVERY)


@pytest.mark.parametrize("name", EVERY)
def test_the_help_of_every_command_has_an_example_of_it_that_could_be_run(name: str) -> None:
    """The command itself, with options that it has and arguments where it needs some."""
    command = EVERY[name]
    _, _, text = (command.help or "").partition("Example:")
    parts = [part.strip() for line in text.splitlines() for part in re.split(r"&&|\|", line.partition("#")[0])]
    examples = [shlex.split(part)[1:] for part in parts if part.startswith(f"ddsync {name}")]
    assert examples, "no example of its own"
    for words in examples:
        command.make_parser(click.Context(command)).parse_args(words[len(name.split()) :])


def test_commands_are_listed_as_they_are() -> None:
    """`--help` reads no parameters, and says the same."""
    from dd_sync.cli.app import app

    whole, listed = (typer.main.get_command(app(arguments)).commands for arguments in ([], ["--help"]))  # type: ignore[attr-defined]
    assert list(listed) == list(whole)
    for name, command in whole.items():
        assert listed[name].get_short_help_str() == command.get_short_help_str()


def test_help_says_what_a_command_does_and_shows_the_example(bench: Workbench) -> None:
    shown = bench.ddsync("comment", "--help").out
    assert "Example: ddsync comment plan.json" in " ".join(shown.split())


def test_an_error_nobody_foresaw_is_one_line_and_no_trace(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise RuntimeError("something odd")

    monkeypatch.setattr("dd_sync.runs.plan.load_project", broken)
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
