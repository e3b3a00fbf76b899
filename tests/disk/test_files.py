"""Files are there whole or as they were."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dd_sync.core.errors import DdsyncError
from dd_sync.disk.files import STAGING, check_inside, write_file, write_tree


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o640)
    write_file(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)


def test_a_private_file_is_its_owner_s_alone_from_the_first_byte(tmp_path: Path) -> None:
    write_file(tmp_path / "a", "x", private=True)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_a_failure_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(DdsyncError, match="No space left on device"):
        write_file(tmp_path / "a", "new")
    with pytest.raises(DdsyncError, match="No space left on device"):
        write_tree(tmp_path, {"a": "new", "b": "x"})
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}


def test_half_an_emoji_is_written_as_an_escape(tmp_path: Path) -> None:
    write_file(tmp_path / "a", '"\ud83d é"')
    assert (tmp_path / "a").read_text(encoding="utf-8") == '"\\ud83d é"'


def test_a_link_that_was_named_stays_one(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    write_file(tmp_path / "a", "x")
    assert (tmp_path / "a").is_symlink()
    assert (tmp_path / "b").read_text() == "x"


@pytest.mark.parametrize("name", ["../a", "/a", "a/../../b", "", "a//b", "a/.", "link/a"])
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "link").symlink_to("/")
    with pytest.raises(DdsyncError):
        check_inside(tmp_path, name)


def test_a_tree_loses_what_is_former_and_the_folders_that_are_empty_then(tmp_path: Path) -> None:
    write_tree(tmp_path, {"a/b/c": "1", "d": "2"})
    (tmp_path / "mine").write_text("3")
    write_tree(tmp_path, {"d": "4"}, frozenset({"a/b/c", "d"}))
    assert {path.name for path in tmp_path.iterdir()} == {"d", "mine"}
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(STAGING)]
