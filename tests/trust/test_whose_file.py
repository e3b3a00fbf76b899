"""Files of others stay as they are: nothing is removed, overwritten or reached that ddsync did not write itself."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workbench import Workbench

PAYLOAD = "monitor/eks/cpu-high/prod-eu-1.json"
NAMES = ("notes.txt", "monitor/mine.json", "monitor/deep/er/mine.json", ".env", "sub/x")


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


# --- a folder to render into


@pytest.mark.parametrize("name", [*NAMES, "index.json"])
@pytest.mark.parametrize("command", ["render", "check"])
def test_a_folder_with_files_of_others_is_refused_and_left(bench: Workbench, name: str, command: str) -> None:
    bench.write(f"out/{name}", '{"mine": true}')
    before = contents(bench.root / "out")
    ran = bench.ddsync("render", "--out", "out", *(["--check"] if command == "check" else []), status=64)
    assert "nothing was written" in ran.err
    assert "name a folder that is empty" in ran.err
    assert contents(bench.root / "out") == before


@pytest.mark.parametrize("out", [".", "..", "monitors"])
def test_the_project_itself_is_no_place_to_render_into(bench: Workbench, out: str) -> None:
    before = contents(bench.root)
    bench.ddsync("render", "--out", out, status=64)
    assert {name: text for name, text in contents(bench.root).items() if ".ddsync" not in name} == before


def test_an_empty_folder_is_filled_and_filled_again(bench: Workbench) -> None:
    (bench.root / "out").mkdir()
    (bench.root / "out/.gitkeep").touch()
    bench.ddsync("render", "--out", "out")
    bench.write("out/mine.txt", "mine")
    bench.ddsync("render", "--out", "out")
    assert {*contents(bench.root / "out")} == {".gitkeep", "mine.txt", "index.json", PAYLOAD}


@pytest.mark.parametrize("name", NAMES)
def test_only_what_the_index_lists_is_removed(bench: Workbench, name: str) -> None:
    bench.ddsync("render", "--out", "out")
    bench.write(f"out/{name}", "{}")
    (bench.root / "monitors/eks.py").unlink()
    bench.ddsync("render", "--out", "out")
    assert {*contents(bench.root / "out")} == {name, "index.json"}


FORGED = (
    "monitor:../../victim",
    "monitor:a/../../../victim",
    "monitor:/etc/victim",
    "monitor:..",
    "monitor:",
    "monitor:a//b",
    "monitor:a\\..\\victim",
    "monitor:a\x00b",
    "monitor:a\nb",
    "monitor:nul",
    "../victim:x",
    "nothing:x",
    "monitor",
    "",
)


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("words", [("render", "--out", "out/r"), ("plan", "--rendered", "out/r")])
def test_a_forged_index_reaches_no_other_file(bench: Workbench, name: str, words: tuple[str, ...]) -> None:
    bench.ddsync("render", "--out", "out/r")
    bench.write("victim.json", "{}")
    bench.write("out/victim.json", "{}")
    index = json.loads((bench.root / "out/r/index.json").read_text())
    index["objects"][name] = {}
    bench.write("out/r/index.json", json.dumps(index))
    before = contents(bench.root)
    ran = bench.ddsync(*words, status=64 if words[0] == "render" else 1)
    assert "is no object of a rendered project" in ran.err
    after = contents(bench.root)
    assert {name: after[name] for name in before} == before


@pytest.mark.parametrize("where", ["out", "out/monitor", "out/monitor/eks", "out/monitor/eks/cpu-high"])
def test_a_link_in_the_way_is_not_followed(bench: Workbench, tmp_path: Path, where: str) -> None:
    bench.ddsync("render", "--out", "out")
    away = tmp_path / "away"
    (bench.root / where).rename(away)
    (bench.root / where).symlink_to(away)
    before = contents(away)
    bench.write("monitors/eks.py", (bench.root / "monitors/eks.py").read_text().replace("CPU above", "CPU over"))
    ran = bench.ddsync("render", "--out", "out", status=None)
    assert ran.status in (1, 64)
    assert "link" in ran.err
    assert contents(away) == before


@pytest.mark.parametrize("name", [PAYLOAD, "index.json"])
def test_a_link_in_place_of_a_file_is_neither_read_nor_written_through(bench: Workbench, name: str) -> None:
    bench.ddsync("render", "--out", "out")
    victim = bench.write("victim.json", (bench.root / "out" / name).read_text())
    before = victim.read_bytes()
    (bench.root / "out" / name).unlink()
    (bench.root / "out" / name).symlink_to(victim)
    assert "link" in bench.ddsync("plan", "--rendered", "out", status=1).err
    bench.ddsync("render", "--out", "out", "--check", status=None if name == "index.json" else 1)
    bench.write("monitors/eks.py", (bench.root / "monitors/eks.py").read_text().replace("CPU above", "CPU over"))
    bench.ddsync("render", "--out", "out", status=None)
    assert victim.read_bytes() == before


KEYS = ("../x", "a/../../x", "/x", "a//b", ".", "..", "a\\b", "a\nb", "a\x1bb", "nul", "com1.txt", "a/aux/b", "\ud83d")


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_would_leave_its_folder_is_refused_where_it_is_defined(
    bench: Workbench, key: str, several: bool
) -> None:
    body = f"Monitor(name='x', query='avg(last_5m):avg:a{{{{*}}}} > 1', key={key!r})"
    hint, made = ("list[Monitor]", f"[{body}]") if several else ("Monitor", body)
    bench.write(
        "monitors/odd.py", f"from dd_sync import *\n\n@define\ndef odd() -> {hint}:\n    'Why.'\n    return {made}\n"
    )
    before = contents(bench.root)
    ran = bench.ddsync("render", "--out", "out", status=1)
    assert "monitors/odd.py:3" in ran.err
    assert "key" in ran.err
    assert contents(bench.root) == before


# --- the emulator's file


EMULATED = "{{emulator: {place}}}"


def emulated(bench: Workbench, place: str) -> None:
    bench.environment = {"NO_COLOR": "1"}
    settings = (bench.root / "ddsync.yaml").read_text()
    bench.write("ddsync.yaml", settings.replace("{site: datadoghq.eu}", EMULATED.format(place=place)))


def test_reset_removes_no_file_that_is_no_emulator_s(bench: Workbench) -> None:
    victim = bench.write("victim", "precious")
    other = bench.root / "other.sqlite"
    with sqlite3.connect(other) as rows:
        rows.execute("CREATE TABLE orders (id INTEGER)")
    rows.close()
    bench.write("half", "SQLite format 3\0 and then something")
    (bench.root / "link").symlink_to(victim)
    settings = (bench.root / "ddsync.yaml").read_text()
    for place in ("victim", "other.sqlite", "half", "link", "monitors"):
        bench.write("ddsync.yaml", settings)
        emulated(bench, place)
        before = contents(bench.root)
        assert "not a state file of the emulator" in bench.ddsync("local", "reset", status=1).err, place
        assert contents(bench.root) == before, place


def test_the_emulator_makes_no_tables_in_somebody_s_database(bench: Workbench) -> None:
    other = bench.root / "other.sqlite"
    with sqlite3.connect(other) as rows:
        rows.execute("CREATE TABLE orders (id INTEGER)")
    rows.close()
    emulated(bench, "other.sqlite")
    before = other.read_bytes()
    assert "a database of something else" in bench.ddsync("plan", status=1).err
    assert other.read_bytes() == before


def test_reset_removes_the_receipts_of_what_it_removes_and_no_others(bench: Workbench) -> None:
    bench.apply()
    theirs = contents(bench.root / ".ddsync/receipts")
    emulated(bench, ".ddsync/local.sqlite")
    bench.apply()
    assert len(contents(bench.root / ".ddsync/receipts")) == 2
    assert "1 receipt removed" in bench.ddsync("local", "reset").out
    assert contents(bench.root / ".ddsync/receipts") == theirs
    assert not list((bench.root / ".ddsync").glob("local.sqlite*"))
    bench.ddsync("local", "reset")


# --- a full disk, and folders that cannot be written


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
from dd_sync.cli import main
main()
"""


def on_a_full_disk(bench: Workbench, *words: str, limit: int) -> subprocess.CompletedProcess[str]:
    """A command in a process that can write no file of more than `limit` bytes."""
    command = [sys.executable, "-c", FULL.format(limit=limit), *words]
    around = {name: value for name, value in os.environ.items() if not name.startswith("DD_")} | bench.environment
    return subprocess.run(command, cwd=bench.root, env=around, capture_output=True, text=True, check=False)


WRITING = {
    "render": ("render", "--out", "out"),
    "save": ("plan", "--save", "plan.json"),
    "out": ("plan", "--format", "html", "--out", "plan.html"),
    "catalogue": ("render", "--catalogue", "--out", "pages"),
}


@pytest.mark.parametrize("limit", [0, 40])
@pytest.mark.parametrize("name", WRITING)
def test_a_full_disk_ends_with_one_line_and_nothing_half_written(bench: Workbench, name: str, limit: int) -> None:
    bench.ddsync(*WRITING[name])
    before = contents(bench.root)
    bench.write("monitors/eks.py", (bench.root / "monitors/eks.py").read_text().replace("CPU above", "CPU over"))
    bench.write("monitors/more.py", (bench.root / "monitors/eks.py").read_text().replace("[EKS]", "more"))
    source = {"monitors/eks.py", "monitors/more.py"}
    done = on_a_full_disk(bench, *WRITING[name], limit=limit)
    assert done.returncode == 1, done.stdout + done.stderr
    lines = [line for line in done.stderr.splitlines() if "File too large" in line]
    assert len(lines) == 1, done.stderr
    assert "bug" not in done.stderr
    after = contents(bench.root)
    kept = {one: text for one, text in after.items() if not one.startswith(".ddsync/") and one not in source}
    assert kept == {one: text for one, text in before.items() if not one.startswith(".ddsync/") and one not in source}


@pytest.mark.parametrize("limit", [0, 200, 1500])
def test_an_apply_whose_receipt_finds_no_room_says_so_and_tears_nothing(bench: Workbench, limit: int) -> None:
    done = on_a_full_disk(bench, "apply", "--yes", limit=limit)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "bug" not in done.stderr
    assert "Traceback" not in done.stderr
    assert "receipt" in done.stderr
    assert not list((bench.root / ".ddsync/receipts").glob("*.sealing"))
    bench.apply()
    assert bench.plan()["changes"] == []
    assert len(bench.live("monitor")) == 1


def test_a_cache_that_finds_no_room_costs_time_and_nothing_else(bench: Workbench) -> None:
    bench.write(
        "dashboards/board.py",
        "from dd_sync import Dashboard, define\n\n@define\ndef board() -> Dashboard:\n    'Why.'\n"
        "    return Dashboard.from_api({'title': 'b', 'layout_type': 'ordered', 'widgets': []})\n",
    )
    bench.apply()
    done = on_a_full_disk(bench, "plan", limit=0)
    assert done.returncode == 0, done.stderr
    assert not list((bench.root / ".ddsync/cache").glob("tmp*"))


@pytest.mark.parametrize("name", ["save", "out"])
def test_a_folder_that_cannot_be_written_is_said_in_one_line(bench: Workbench, name: str) -> None:
    words = WRITING[name]
    ran = bench.ddsync(*words[:-1], f"/proc/{words[-1]}", status=1)
    assert len([line for line in ran.err.splitlines() if "/proc" in line]) == 1
    bench.write("file", "")
    ran = bench.ddsync(*words[:-1], f"file/{words[-1]}", status=1)
    assert "Not a directory" in ran.err
    ran = bench.ddsync(*words[:-1], f"{'n' * 300}", status=1)
    assert "File name too long" in ran.err


def test_a_report_goes_to_what_is_no_file(bench: Workbench) -> None:
    bench.ddsync("plan", "--format", "markdown", "--out", "/dev/null")
    assert Path("/dev/null").is_char_device()


def test_a_plan_that_others_could_read_is_its_owner_s_alone_afterwards(bench: Workbench) -> None:
    bench.write("plan.json", "").chmod(0o644)
    bench.ddsync("plan", "--save", "plan.json")
    assert (bench.root / "plan.json").stat().st_mode & 0o777 == 0o600


def test_output_that_finds_no_room_is_said_in_one_line(bench: Workbench) -> None:
    around = {name: value for name, value in os.environ.items() if not name.startswith("DD_")} | bench.environment
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-c", "from dd_sync.cli import main; main()", "plan"],
            cwd=bench.root,
            env=around,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "the output: No space left on device\n")
