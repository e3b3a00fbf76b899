"""Where receipts are kept: line by line, whole at the end, and never one over another."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dd_sync.core.errors import DdsyncError
from dd_sync.project.receipts.shelf import GROWING, SEALED, shelf


def test_lines_are_there_before_the_end_and_the_whole_takes_their_place(tmp_path: Path) -> None:
    place = shelf(tmp_path / "receipts")
    growth = place.grow("one")
    growth.add('{"head": 1}')
    growth.add('{"line": 2}')
    assert place.names() == [f"one{GROWING}"]
    assert place.first_line(f"one{GROWING}") == '{"head": 1}\n'
    assert place.read(f"one{GROWING}") == '{"head": 1}\n{"line": 2}\n'
    path = growth.seal("{}")
    assert place.names() == [f"one{SEALED}"]
    assert path.read_text() == "{}"


def test_two_of_one_name_get_names_of_their_own(tmp_path: Path) -> None:
    place = shelf(tmp_path)
    for _ in range(3):
        place.grow("one").seal("{}")
    assert len(set(place.names())) == 3


def test_only_their_owner_can_read_them(tmp_path: Path) -> None:
    path = shelf(tmp_path / "receipts").grow("one").seal("{}")
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0


def test_what_is_not_there_or_no_text_is_none(tmp_path: Path) -> None:
    place = shelf(tmp_path)
    assert place.read("none.json") is None
    assert place.first_line("none.json") is None
    (tmp_path / "odd.json").write_bytes(b"\xff\xfe")
    assert place.read("odd.json") is None
    assert shelf(tmp_path / "nowhere").names() == []


def test_a_place_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DdsyncError, match="file"):
        shelf(tmp_path / "file/receipts").grow("one")


@pytest.mark.parametrize("path", ["s3://acme-receipts/ddsync", "/project/s3:/acme-receipts/ddsync"])
def test_a_bucket_stays_recognisable_when_it_was_joined_to_a_folder(path: str) -> None:
    assert type(shelf(Path(path), lambda: pytest.fail("nothing is asked yet"))).__name__ == "Bucket"
