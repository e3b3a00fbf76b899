"""The keys kept for completion: fresh as long as no file changed, and never in anybody's way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dd_sync.project.known_keys import CACHE, known_keys, remember_keys, root_of

MADE = {"prod": [("monitor", "a/b/c"), ("slo", "a/up")], "staging": [("monitor", "a/b/d")]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "ddsync.yaml").write_text("project: acme\n")
    (tmp_path / "monitors").mkdir()
    (tmp_path / "monitors/a.py").write_text("x = 1\n")
    return tmp_path


def remember(root: Path, made: dict[str, list[tuple[str, str]]] = MADE) -> None:
    remember_keys(root, ["monitors"], ["services/*.yaml"], made)


def test_the_root_is_found_from_any_folder_below(root: Path) -> None:
    (root / "deep/er").mkdir(parents=True)
    assert root_of(root / "deep/er") == root
    assert root_of(Path("/")) is None


def test_what_was_kept_is_known_again_targets_together(root: Path) -> None:
    assert known_keys(root) is None
    remember(root)
    assert known_keys(root) == ["monitor:a/b/c", "monitor:a/b/d", "slo:a/up"]


def test_a_second_target_is_added_to_the_first(root: Path) -> None:
    remember(root, {"prod": MADE["prod"]})
    remember(root, {"staging": MADE["staging"]})
    assert known_keys(root) == ["monitor:a/b/c", "monitor:a/b/d", "slo:a/up"]


@pytest.mark.parametrize("name", ["monitors/a.py", "ddsync.yaml", "services/new.yaml", "monitors/deep/b.py"])
def test_a_file_that_changed_or_came_makes_it_stale(root: Path, name: str) -> None:
    remember(root)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text("y: 2\n")
    assert known_keys(root) is None


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"format": 2}', '{"format": 1, "stamp": 3, "watched": [], "keys": {}}']
)
def test_a_damaged_file_is_no_list(root: Path, damage: str) -> None:
    remember(root)
    (root / CACHE).write_text(damage)
    assert known_keys(root) is None


def test_keys_that_are_no_texts_are_no_list(root: Path) -> None:
    remember(root)
    kept = json.loads((root / CACHE).read_text())
    (root / CACHE).write_text(json.dumps({**kept, "keys": {"prod": [1]}}))
    assert known_keys(root) is None


def test_what_is_kept_stays_out_of_git_and_a_folder_nobody_may_write_is_left(root: Path) -> None:
    remember(root)
    assert (root / ".ddsync/.gitignore").read_text() == "*\n"
    (root / CACHE).unlink()
    (root / CACHE).parent.rmdir()
    (root / CACHE).parent.write_text("a file where the folder should be")
    remember(root)
    assert known_keys(root) is None
