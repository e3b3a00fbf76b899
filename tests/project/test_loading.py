"""Definition files become definitions: the project's own first, the packs behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.core.errors import DefinitionError
from dd_sync.project.loading import check_packs, load_definitions, load_situations, pack_files, pack_names
from tests.project.small import MONITORS


def write(root: Path, name: str, text: str) -> None:
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)


def names(root: Path, *packs: str) -> set[str]:
    return {f"{one.module}/{one.name}" for one in load_definitions(root, packs)}


def test_a_file_s_definitions_are_its_own_and_imports_define_nothing(tmp_path: Path) -> None:
    write(tmp_path, "monitors/own.py", MONITORS)
    write(tmp_path, "slos/promises.py", "from monitors.own import cpu_high\n")
    assert names(tmp_path) == {"own/cpu-high", "own/errors"}


def test_a_pack_that_is_named_comes_too_and_a_file_of_the_project_stands_in_for_it(tmp_path: Path) -> None:
    assert "eks/node-not-ready" in names(tmp_path, "eks")
    write(tmp_path, "monitors/eks.py", MONITORS)
    assert {name for name in names(tmp_path, "eks") if name in ("eks/cpu-high", "eks/node-not-ready")} == {
        "eks/cpu-high"
    }


def test_a_folder_of_files_is_one_module(tmp_path: Path) -> None:
    write(tmp_path, "monitors/shop/__init__.py", "")
    write(tmp_path, "monitors/shop/requests.py", MONITORS)
    assert names(tmp_path) == {"shop/cpu-high", "shop/errors"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def (", "monitors/own.py:1: "),
        ("import nowhere\n", "monitors/own.py:1: ModuleNotFoundError"),
        ("x = 1\ny = x / 0\n", "monitors/own.py:2: ZeroDivisionError"),
    ],
)
def test_a_file_that_cannot_be_run_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    write(tmp_path, "monitors/own.py", text)
    with pytest.raises(DefinitionError) as caught:
        load_definitions(tmp_path, ())
    assert str(caught.value).startswith(says)


def test_one_broken_file_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path, "monitors/broken.py", "def (")
    write(tmp_path, "monitors/own.py", MONITORS)
    found: list[DefinitionError] = []
    assert {one.name for one in load_definitions(tmp_path, (), found.append)} == {"cpu-high", "errors"}
    assert len(found) == 1


def test_two_modules_that_make_one_key_are_told(tmp_path: Path) -> None:
    write(tmp_path, "monitors/own.py", MONITORS)
    write(tmp_path, "slos/own.py", MONITORS)
    with pytest.raises(DefinitionError, match=r"own/cpu-high is defined at monitors/own.py:4 too"):
        load_definitions(tmp_path, ())


def test_packs_are_known_by_name_and_their_files_by_subject() -> None:
    assert pack_names() == ["eks", "mongodb", "service"]
    assert check_packs(["eks", "ekss"]) == ["ekss"]
    files = pack_files()
    assert files["monitors/eks/nodes"] == ["monitors/eks/nodes.py"]
    assert "monitors/eks/nodes.py" in files["monitors/eks"]


def test_situations_of_game_days_are_modules_of_their_own(tmp_path: Path) -> None:
    write(tmp_path, "gameday/ours.py", "NUMBER = 3\n")
    assert [module.NUMBER for module in load_situations(tmp_path)] == [3]
