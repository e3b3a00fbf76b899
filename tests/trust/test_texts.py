"""Texts of others on a terminal, in a log and in files: shown, never obeyed, in any encoding."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.emulator.answers import Refusal
from dd_sync.reports.escaping import one_line, terminal
from dd_sync.runs.console import Console
from tests.workbench import API_KEY, MONITOR, Workbench

HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07\r::error::forged\n::add-mask::x\n  ::stop-commands::t\n##[error]forged"
    "\x9b1m\u202egnp.exe \ud83d"
)
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]|^\s*::|##\[", re.MULTILINE)


def seeded(bench: Workbench) -> Any:
    """A project whose objects, live and defined, have hostile texts wherever a text can be."""
    bench.write("monitors/more.py", MONITOR.replace("[EKS]", "more"))
    bench.apply()
    first, second = bench.live("monitor")
    hostile = {"name": HOSTILE, "message": f"{HOSTILE} @x", "tags": [*first["tags"], f"team:{HOSTILE}"]}
    bench.emulator.edit("monitor", first["id"], lambda body: body | hostile)
    bench.emulator.edit("monitor", second["id"], lambda body: body | hostile | {"tags": second["tags"]})
    tags = ["managed_by:ddsync", f"ddsync_id:acme/prod/gone/{HOSTILE}", "ddsync_rev:1-00000000"]
    bench.emulator.put(
        "monitor", {"name": HOSTILE, "type": "metric alert", "query": "avg(last_5m):a{*} > 1", "tags": tags}
    )
    board = {"title": HOSTILE, "description": HOSTILE, "layout_type": "ordered"}
    note = {"definition": {"type": "note", "content": HOSTILE}}
    bench.emulator.put("dashboard", {**board, "widgets": [note]}, "abc-def-ghi")
    (bench.root / "monitors/more.py").unlink()
    return first


COMMANDS = [
    ("plan",),
    ("plan", "--format", "json"),
    ("plan", "--format", "markdown"),
    ("plan", "--format", "html"),
    ("plan", "--log-format", "json", "--save", "plan.json"),
    ("drift",),
    ("drift", "--format", "json"),
    ("absorb", "eks/cpu-high/prod-eu-1"),
    ("doctor",),
    ("doctor", "--format", "json"),
    ("import", "--all", "--out", "imported"),
    ("import", "--all", "--out", "imported", "--format", "json"),
    ("apply", "--yes", "--drift", "revert", "--allow-delete", "2"),
    ("apply", "--yes", "--drift", "revert", "--allow-delete", "2", "--format", "json"),
    ("release", "--yes", "monitor:1"),
    ("history",),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_texts_of_live_objects_are_shown_and_never_obeyed(bench: Workbench, words: tuple[str, ...]) -> None:
    seeded(bench)
    ran = bench.ddsync(*words, status=None)
    assert "bug of ddsync" not in ran.err
    for text in (ran.out, ran.err):
        assert OBEYED.search(text) is None, repr(text)
    if "json" in words and words[0] in ("plan", "drift", "doctor") and "--save" not in words:
        json.loads(ran.out)
    if words == ("plan",):
        assert "\\u001b[2J" in ran.out or "\\u001b]0" in ran.out


class Answering:
    """An error with hostile words to every call but those that check keys."""

    def check(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        if path != "/api/v1/validate":
            raise Refusal(400, HOSTILE)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_what_an_error_says_is_shown_and_never_obeyed(bench: Workbench, words: tuple[str, ...]) -> None:
    seeded(bench)
    bench.emulator.keys = Answering()  # type: ignore[assignment]
    ran = bench.ddsync(*words, status=None)
    assert "bug of ddsync" not in ran.err
    for text in (ran.out, ran.err):
        assert OBEYED.search(text) is None, repr(text)


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "ascii", "utf-8", "cp437", "shift_jis", "utf-16"])
@pytest.mark.parametrize(
    "words", [("plan",), ("plan", "--format", "json"), ("drift",), ("--help",), ("plan", "--help")]
)
def test_output_works_in_any_encoding(bench: Workbench, encoding: str, words: tuple[str, ...]) -> None:
    first = seeded(bench)
    bench.emulator.edit("monitor", first["id"], lambda body: body | {"name": "é → 日本 💥 \ud83d"})
    around = {name: value for name, value in os.environ.items() if not name.startswith(("DD_", "PYTHON"))}
    around |= {**bench.environment, "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-c", "from dd_sync.cli import main; main()", *words]
    done = subprocess.run(command, cwd=bench.root, env=around, capture_output=True, check=False)
    err = done.stderr.decode(encoding)
    assert done.returncode in (0, 2), err
    assert "bug" not in err
    assert "Traceback" not in err
    out = done.stdout.decode(encoding)
    if "json" in words:
        assert "é → 日本 💥 \ud83d" in json.dumps(json.loads(out), ensure_ascii=False)


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "C"}]
)
def test_output_works_in_the_posix_locale(bench: Workbench, locale: dict[str, str]) -> None:
    seeded(bench)
    around = {
        name: value for name, value in os.environ.items() if not name.startswith(("DD_", "PYTHON", "LC_", "LANG"))
    }
    command = [sys.executable, "-c", "from dd_sync.cli import main; main()", "plan"]
    environment = {**around, **bench.environment, **locale}
    done = subprocess.run(command, cwd=bench.root, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert b"bug" not in done.stderr


def test_half_an_emoji_of_others_survives_an_update(bench: Workbench) -> None:
    bench.apply()
    (made,) = bench.live("monitor")
    options = {**made["options"], "somebody_s_own": "half \ud83d"}
    bench.emulator.edit("monitor", made["id"], lambda body: body | {"options": options})
    bench.write("monitors/eks.py", (bench.root / "monitors/eks.py").read_text().replace("CPU above", "CPU over"))
    bench.apply()
    (now,) = bench.live("monitor")
    assert now["name"].startswith("[EKS] CPU over")
    assert now["options"]["somebody_s_own"] == "half \ud83d"


def test_half_an_emoji_of_a_definition_is_applied_and_planned_to_nothing(bench: Workbench) -> None:
    bench.write("monitors/eks.py", MONITOR.replace("[EKS] CPU", "[EKS] \\ud83d CPU"))
    bench.apply()
    assert bench.plan()["changes"] == []
    bench.ddsync("render", "--out", "out")
    assert bench.plan("--rendered", "out")["changes"] == []
    bench.ddsync("plan", "--format", "html", "--out", "plan.html")
    bench.ddsync("render", "--catalogue", "--out", "pages")
    bench.ddsync("validate", "--format", "junit", status=None)
    bench.ddsync("validate", "--format", "sarif", status=None)
    bench.ddsync("undo", "last", "--yes")
    assert bench.live("monitor") == []


def test_colours_are_ours_alone() -> None:
    out = io.StringIO()
    shown = Console({"FORCE_COLOR": "1"}, out, out)
    shown.result(f"{shown.paint('mine', 'red')} \x1b[32mtheirs\x1b[0m {shown.paint(HOSTILE, 'green')}")
    assert re.findall(r"\x1b\[\d+m", out.getvalue()) == ["\x1b[31m", "\x1b[0m", "\x1b[32m", "\x1b[0m"]
    assert out.getvalue().count("\x1b") == 4


@given(st.text())
def test_no_text_is_obeyed(text: str) -> None:
    assert OBEYED.search(terminal(text)) is None
    assert "\n" not in one_line(text)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_is_the_same_value_when_it_was_made_harmless(value: Any) -> None:
    for text in (json.dumps(value, ensure_ascii=False), json.dumps(value, ensure_ascii=False, indent=2)):
        assert json.loads(terminal(text)) == value


def test_a_key_is_masked_before_it_is_spelled_out() -> None:
    out = io.StringIO()
    Console({"DD_API_KEY": API_KEY}, out, out).result(f"\x1b{API_KEY}\r")
    assert API_KEY not in out.getvalue()
