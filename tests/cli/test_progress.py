"""Bars move where a person watches, and nowhere else; nothing of them stays."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator

import pytest

from dd_sync.runs import logs
from dd_sync.runs.console import Console
from dd_sync.runs.progress import FEW, Progress, Reading
from tests.workbench import Workbench


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    monkeypatch.setenv("TERM", "xterm")
    yield Terminal()
    logs.choose("text")


def read(console: Console, total: int) -> None:
    with contextlib.redirect_stderr(console._err), Reading(console) as progress:
        for done in range(1, total + 1):
            progress("objects", done, total)


def test_reading_much_is_shown_on_a_terminal_and_taken_away(terminal: Terminal) -> None:
    read(Console({}, io.StringIO(), terminal), 3 * FEW)
    shown = terminal.getvalue()
    assert "reading objects" in shown
    assert f"{3 * FEW}/{3 * FEW}" in shown
    assert shown.rstrip().endswith("\x1b[2K")  # the line is cleared


def test_reading_little_is_not(terminal: Terminal) -> None:
    read(Console({}, io.StringIO(), terminal), FEW - 1)
    assert terminal.getvalue() == ""


def test_an_error_in_the_middle_leaves_no_bar(terminal: Terminal) -> None:
    def broken() -> None:
        console = Console({}, io.StringIO(), terminal)
        with contextlib.redirect_stderr(terminal), Reading(console) as progress:
            progress("objects", 1, 5 * FEW)
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - our own
        broken()
    assert terminal.getvalue().rstrip().endswith("\x1b[2K")


@pytest.mark.parametrize("environment", [{"CI": "1"}])
def test_on_ci_nothing_moves(terminal: Terminal, environment: dict[str, str]) -> None:
    console = Console(environment, io.StringIO(), terminal)
    read(console, 3 * FEW)
    with Progress(console, 3):
        pass
    assert terminal.getvalue() == ""


def test_a_log_of_json_holds_no_bar(terminal: Terminal) -> None:
    logs.choose("json")
    read(Console({}, io.StringIO(), terminal), 3 * FEW)
    assert terminal.getvalue() == ""


def test_where_no_terminal_is_nothing_is_written() -> None:
    stream = io.StringIO()
    read(Console({}, io.StringIO(), stream), 3 * FEW)
    assert stream.getvalue() == ""


def test_a_plan_reads_with_a_bar_only_before_people(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    board = '''\
from collections.abc import Iterator
from dd_sync import Dashboard, define


@define
def boards() -> Iterator[Dashboard]:
    """Many."""
    for n in range(30):
        yield Dashboard.from_api({"title": f"Board {n}", "layout_type": "ordered", "widgets": []}, key=f"b{n}")
'''
    bench.write("dashboards/many.py", board)
    bench.apply()
    assert "reading" not in bench.ddsync("plan").err
    monkeypatch.setattr(Console, "watched", property(lambda self: True))
    monkeypatch.setattr("rich.console.Console.is_terminal", property(lambda self: True))
    monkeypatch.setenv("TERM", "xterm")
    assert "reading objects" in bench.ddsync("plan").err
