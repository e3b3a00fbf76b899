"""Completion: keys, targets and files on Tab, from a list that is as fresh as the project's files."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from dd_sync.cli import completion
from dd_sync.cli.tab import answer
from dd_sync.project.known_keys import CACHE, known_keys
from tests.workbench import Workbench

KEY = "eks/cpu-high/prod-eu-1"


def bash(line: str) -> dict[str, str]:
    """What bash sets for Tab at the end of a line; it ends words at colons."""
    words = line.replace(":", " : ").split()
    if line.endswith((" ", ":")):
        words.append("")
    return {"_DDSYNC_COMPLETE": "complete_bash", "COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}


def zsh(line: str) -> dict[str, str]:
    return {"_DDSYNC_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line}


def fish(line: str) -> dict[str, str]:
    return {
        "_DDSYNC_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }


def typers(environment: dict[str, str], root: Path) -> str:
    """What Typer itself answers to the same question."""
    code = "from dd_sync.cli.app import app; app([])(prog_name='ddsync')"
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parent.parent.parent), **environment}
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=env, capture_output=True, text=True, check=False)
    return done.stdout.rstrip("\n")


@pytest.mark.parametrize("command", ["plan", "validate"])
def test_what_reads_the_project_keeps_its_keys(bench: Workbench, command: str) -> None:
    assert known_keys(bench.root) is None
    bench.ddsync(command)
    assert known_keys(bench.root) == [f"monitor:{KEY}"]


def test_rendering_keeps_the_keys_and_a_filter_does_not_narrow_them(bench: Workbench) -> None:
    bench.ddsync("render", "--only", "nothing/*")
    assert known_keys(bench.root) == [f"monitor:{KEY}"]


def test_a_level_for_once_is_not_what_the_project_has(bench: Workbench) -> None:
    bench.ddsync("render", "--level", "full")
    assert known_keys(bench.root) is None


@pytest.mark.parametrize("change", ["edit", "add", "remove", "settings"])
def test_a_changed_file_makes_the_list_stale(bench: Workbench, change: str) -> None:
    bench.write("monitors/other.py", "")
    bench.ddsync("validate")
    match change:
        case "edit":
            os.utime(bench.root / "monitors/eks.py", ns=(1, 1))
        case "add":
            bench.write("services/cart.yaml", "")
        case "remove":
            (bench.root / "monitors/other.py").unlink()
        case "settings":
            os.utime(bench.root / "ddsync.yaml", ns=(1, 1))
    assert known_keys(bench.root) is None


def test_targets_are_kept_beside_each_other(bench: Workbench) -> None:
    bench.write(
        "ddsync.yaml",
        "project: acme\n"
        'teams: {platform: {tell: "@slack-platform"}}\n'
        "clusters: [{name: a, env: prod, team: platform}, {name: b, env: dev, team: platform}]\n"
        "targets: {prod: {site: datadoghq.eu, envs: [prod]}, dev: {site: datadoghq.eu, envs: [dev]}}\n",
    )
    bench.ddsync("plan", "--target", "prod")
    bench.ddsync("plan", "--target", "dev")
    assert known_keys(bench.root) == ["monitor:eks/cpu-high/a", "monitor:eks/cpu-high/b"]


@pytest.mark.parametrize("broken", ["", "[]", "{", '{"format": 99}'])
def test_a_broken_list_is_no_list(bench: Workbench, broken: str) -> None:
    bench.write(CACHE, broken)
    assert known_keys(bench.root) is None
    bench.ddsync("validate")
    assert known_keys(bench.root) == [f"monitor:{KEY}"]


def test_the_list_is_kept_out_of_git(bench: Workbench) -> None:
    bench.ddsync("validate")
    assert (bench.root / ".ddsync/.gitignore").read_text() == "*\n"


def test_without_a_list_keys_come_from_the_project_and_are_kept(bench: Workbench) -> None:
    with _inside(bench):
        assert completion.keys("eks/") == [KEY]
        assert completion.keys("monitor:") == [f"monitor:{KEY}"]
        assert completion.keys("service/") == []
    assert json.loads((bench.root / CACHE).read_text())["keys"] == {"prod": [f"monitor:{KEY}"]}


def test_a_project_that_does_not_hold_together_completes_to_nothing(bench: Workbench) -> None:
    bench.write("monitors/eks.py", "print('noise')\nraise RuntimeError\n")
    with _inside(bench):
        assert completion.keys("") == []


def test_what_a_definition_prints_is_no_key(bench: Workbench, capsys: pytest.CaptureFixture[str]) -> None:
    path = bench.root / "monitors/eks.py"
    path.write_text("print('noise')\n" + path.read_text())
    with _inside(bench):
        assert completion.keys("") == [KEY]
    assert capsys.readouterr().out == ""


def test_outside_a_project_there_is_nothing_to_offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert completion.keys("") == completion.targets("") == []


def test_targets_and_pack_files_complete(bench: Workbench) -> None:
    with _inside(bench):
        assert completion.targets("p") == ["prod"]
        bench.write("ddsync.yaml", "project: [")
        assert completion.targets("p") == []
    assert completion.pack_files("monitors/s")[0] == "monitors/service"
    assert "monitors/service/requests" in completion.pack_files("monitors/service/")


@pytest.mark.parametrize("shell", [bash, zsh, fish])
def test_a_key_is_answered_at_once_and_as_typer_would(bench: Workbench, shell: Callable[[str], dict[str, str]]) -> None:
    bench.ddsync("validate")
    asked = shell("ddsync explain eks/")
    found = answer(asked, bench.root)
    assert found is not None
    assert KEY in found
    assert found == typers(asked, bench.root)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("ddsync plan --only eks", KEY),
        ("ddsync apply --yes --only ", KEY),
        ("ddsync explain monitor:", KEY),
        ("ddsync explain monitor:eks/c", KEY),
        ("ddsync explain dashboard:eks/c", None),
        ("ddsync explain --tar", None),
        ("ddsync explain --target ", None),
        ("ddsync pl", None),
        ("ddsync ", None),
        ("ddsync plan e", None),
        ("ddsync explain nothing", None),
    ],
)
def test_only_keys_are_answered_at_once(bench: Workbench, line: str, found: str | None) -> None:
    bench.ddsync("validate")
    assert answer(bash(line), bench.root) == found


def test_an_open_quote_is_no_trouble(bench: Workbench) -> None:
    bench.ddsync("validate")
    assert answer(zsh("ddsync plan --only 'eks/"), bench.root) == f"_arguments '*: :((\"{KEY}\"))'"


def test_without_a_list_or_for_another_shell_typer_answers(bench: Workbench) -> None:
    assert answer(bash("ddsync explain "), bench.root) is None
    bench.ddsync("validate")
    assert answer({"_DDSYNC_COMPLETE": "complete_powershell"}, bench.root) is None
    assert answer({"_DDSYNC_COMPLETE": "source_bash"}, bench.root) is None


def test_answering_at_once_loads_nothing_that_takes_time(bench: Workbench) -> None:
    bench.ddsync("validate")
    code = (
        "import sys; sys.argv = ['ddsync']; from dd_sync.cli import main; main();print(*sys.modules, file=sys.stderr)"
    )
    env = {"PATH": "/usr/bin", "PYTHONPATH": str(Path(__file__).parent.parent.parent), **bash("ddsync explain e")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=bench.root, env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{KEY}\n"
    assert not {"typer", "pydantic", "yaml", "rich", "dd_sync.cli.app"} & set(done.stderr.split())


def _inside(bench: Workbench) -> AbstractContextManager[None]:
    return contextlib.chdir(bench.root)
