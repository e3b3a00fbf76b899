"""Real objects imported, adopted and applied: nothing but their identity changes, and the code is good code."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dd_sync.core.identity import Marks
from dd_sync.kinds import KINDS
from tests.corpus.recordings import lines, needs_recordings
from tests.workbench import Workbench, workbench

pytestmark = [pytest.mark.corpus, needs_recordings]


def objects() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the recordings, as Datadog had it, with ids of their own where they shared one."""
    for line in lines("monitors.jsonl"):
        yield "monitor", line["body"]
    for line in lines("dashboards.jsonl"):
        yield "dashboard", line["body"]
    for line in lines("pairs.jsonl"):
        yield line["kind"], line["live"] or line["response"]


def fill(bench: Workbench) -> dict[tuple[str, str], dict[str, Any]]:
    """Puts all of them into the emulator, once each; returns them less identity, by kind and id."""
    seen = set()
    for n, (kind, body) in enumerate(objects()):
        text = json.dumps([kind, KINDS[kind].normalise(body)], sort_keys=True)
        if text in seen:
            continue
        seen.add(text)
        object_id = 20_000_000 + n if kind == "monitor" else f"obj-{n:04}-xyz"
        bench.emulator.put(kind, {"modified_at": f"2026-01-01T00:00:{n:06}", **body}, id=object_id)
    return state(bench)


OF_THE_WRITE = {"tags", "description", "modified", "modified_at", "url", "is_read_only"}
"""What an apply changes (the identity), Datadog does with every write, or takes from nobody any more (`is_read_only`).
The first two are compared without marks."""


def state(bench: Workbench) -> dict[tuple[str, str], dict[str, Any]]:
    """Everything live without marks, by kind and id."""
    kinds = {name: KINDS[name] for name in ("monitor", "slo", "dashboard")}
    return {
        (name, str(live["id"])): kind.unstamp(live, Marks())
        for name, kind in kinds.items()
        for live in bench.live(name)
    }


def changed(kind: str, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What an object lost or has otherwise: what it says, and every value that was there; Datadog may fill in more."""
    said = [KINDS[kind].normalise(one, {"query": {}}) for one in (before, after)]
    found = [f"says {name}" for name in said[0].keys() | said[1].keys() if said[0].get(name) != said[1].get(name)]
    rest = {name: value for name, value in before.items() if name not in OF_THE_WRITE}
    return found + list(_lost(rest, after, ""))


def _lost(before: Any, after: Any, path: str) -> Iterator[str]:
    match before, after:
        case dict(), dict():
            for name, value in before.items():
                if value is not None:
                    yield from _lost(value, after.get(name), f"{path}.{name}")
        case list(), list() if len(before) == len(after):
            for n, value in enumerate(before):
                yield from _lost(value, after[n], f"{path}[{n}]")
        case str(), str() if before.strip() == after.strip():
            return
        case _ if before != after:
            yield f"{path}: {before} is {after}"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workbench, dict[Any, Any]]]:
    """A project into which all of them were imported, and how they were before."""
    with workbench(tmp_path_factory.mktemp("imported")) as bench:
        bench.write("monitors/eks.py", "")
        before = fill(bench)
        ran = bench.ddsync("import", "--all", "--adopt", "--format", "json")
        assert ran.json["differences"] == []
        assert ran.json["left"] == {}
        yield bench, before


def test_the_next_plan_adopts_every_object_and_changes_no_field(imported: tuple[Workbench, dict[Any, Any]]) -> None:
    bench, before = imported
    changes = bench.plan()["changes"]
    assert [change for change in changes if change["action"] != "adopt" or change["fields"]] == []
    assert len(changes) == len(before)


def test_the_code_passes_a_linter_and_a_formatter(imported: tuple[Workbench, dict[Any, Any]]) -> None:
    bench, _ = imported
    # Letters that look like others are the authors' own; everything else is ours.
    rules = "--select=E,F,W,I,B,UP,SIM,RUF,PT,C4,PIE,T20,BLE,TID,PLE,PERF,N,S"
    for tool in (
        ["check", "--isolated", "--line-length=120", rules, "--ignore=RUF001,RUF002"],
        ["format", "--isolated", "--line-length=120", "--check"],
    ):
        done = run("ruff", *tool, ".", cwd=bench.root)
        assert done.returncode == 0, done.stdout[-4000:]


def test_the_code_passes_a_type_checker(imported: tuple[Workbench, dict[Any, Any]]) -> None:
    bench, _ = imported
    files = [path.relative_to(bench.root).as_posix() for path in bench.root.glob("*/*.py")]
    boards = sorted(name for name in files if name.startswith("dashboards/"))
    sample = random.Random(7).sample(boards, 4) + [name for name in files if name not in boards]
    done = run("mypy", "--strict", "--config-file=", "--explicit-package-bases", *sample, cwd=bench.root)
    assert done.returncode == 0, done.stdout[-4000:]


def test_most_objects_and_nearly_all_widgets_are_typed(imported: tuple[Workbench, dict[Any, Any]]) -> None:
    bench, before = imported
    text = "".join(path.read_text() for path in bench.root.glob("*/*.py"))
    verbatim = text.count("return Monitor.from_api(") + text.count("return Dashboard.from_api(")
    assert verbatim < 0.1 * len(before)
    assert text.count("Widget.from_api(") < 0.05 * text.count("layout=Layout(")


def test_applying_changes_nothing_but_the_identity(imported: tuple[Workbench, dict[Any, Any]]) -> None:
    bench, before = imported
    ran = bench.apply(status=None)
    refused = {line for line in ran.out.splitlines() if "400 from Datadog" in line}
    strangers = {line for line in refused if "Some monitor IDs are invalid" in line}  # parts that were not recorded
    after = state(bench)
    found = {name: changed(name[0], before[name], after[name]) for name in before}
    assert {name: what for name, what in found.items() if what} == {}
    assert refused == strangers, ran.out[-4000:]
    assert len(bench.plan()["changes"]) == len(strangers) < 0.05 * len(before)


def run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", *command], cwd=cwd, capture_output=True, text=True, check=False)
