"""Dashboards as they were read last: losing them costs time and nothing else."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.datadog.cache import FORMAT, Cache, cache_file

BOARD = {"id": "abc", "title": "Board", "widgets": [{"id": 1}]}
ANSWER = json.dumps(BOARD).encode()


def kept(file: Path) -> Cache:
    cache = Cache(file)
    cache.put("dashboard", "abc", "2026-01-01", ANSWER)
    cache.save()
    return Cache(file)


def test_what_was_saved_is_there_in_the_next_run(tmp_path: Path) -> None:
    assert kept(tmp_path / "deep/kept").get("dashboard", "abc", "2026-01-01") == BOARD


def test_another_version_is_not_known(tmp_path: Path) -> None:
    cache = kept(tmp_path / "kept")
    assert cache.get("dashboard", "abc", "2026-01-02") is None
    assert cache.get("dashboard", "abd", "2026-01-01") is None
    assert cache.get("dashboard", "abc", "") is None


def test_an_object_without_a_version_is_always_read(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    cache.put("dashboard", "abc", "", ANSWER)
    assert cache.get("dashboard", "abc", "") is None


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    cache = kept(file)
    cache.keep_only("dashboard", {"other"})
    cache.save()
    assert Cache(file).get("dashboard", "abc", "2026-01-01") is None


def test_other_kinds_are_kept(tmp_path: Path) -> None:
    cache = kept(tmp_path / "kept")
    cache.keep_only("monitor", set())
    assert cache.get("dashboard", "abc", "2026-01-01") == BOARD


def test_an_answer_of_several_lines_is_one_line_here(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept")
    cache.put("dashboard", "abc", "v", json.dumps(BOARD, indent=2).encode())
    cache.put("dashboard", "abd", "v", ANSWER)
    cache.save()
    again = Cache(tmp_path / "kept")
    assert again.get("dashboard", "abc", "v") == again.get("dashboard", "abd", "v") == BOARD


@given(st.binary(max_size=40), st.sampled_from(["", "v", "v\t", "a\nb", "\x85", "\ud83d"]))
def test_what_is_kept_is_given_back_or_not_at_all(rest: bytes, version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kept"
        answer = json.dumps({"id": rest.decode("latin-1")}, ensure_ascii=False).encode()
        cache = Cache(file)
        cache.put("dashboard", "abc", version, answer)
        cache.save()
        assert Cache(file).get("dashboard", "abc", version) == (json.loads(answer) if version == "v" else None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"format": 1, "entries": {"dashboard:abc": ["v", {"id": "abc"}]}}',
        FORMAT,
        FORMAT + b"\ndashboard:abc",
        FORMAT + b"\ndashboard:abc\tv",
        FORMAT + b'\ndashboard:abc\tv\t{"id": "ab',
        FORMAT + b"\n\xff\tv\t{}",
        b"\xed\xa0\xbd",
    ],
)
def test_a_damaged_file_is_no_cache_and_no_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "kept"
    file.write_bytes(content)
    cache = Cache(file)
    assert cache.get("dashboard", "abc", "v") is None
    cache.put("dashboard", "abc", "v", ANSWER)
    cache.save()
    assert Cache(file).get("dashboard", "abc", "v") == BOARD


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, where the folder should be")
    kept(tmp_path / "taken/kept")


def test_a_save_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "kept"
    cache = kept(file)
    before = file.read_bytes()
    cache.put("dashboard", "x", "v", ANSWER)

    def stopped(*anything: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        cache.save()
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    assert file.read_bytes() == before


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    cache = Cache(None)
    cache.put("dashboard", "abc", "v", ANSWER)
    cache.save()
    assert list(tmp_path.iterdir()) == []


def test_each_account_has_a_file_that_names_nothing(tmp_path: Path) -> None:
    key = "fedcba9876543210fedcba9876543210fedcba98"
    accounts = [
        ("https://api.datadoghq.eu", key),
        ("https://api.datadoghq.com", key),
        ("https://api.datadoghq.eu", "k2"),
    ]
    files = {cache_file(tmp_path, host, app_key) for host, app_key in accounts}
    assert len(files) == 3
    assert not any(word in file.name for file in files for word in ("datadoghq", key, "k2"))


def test_a_file_is_its_owners_alone(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    kept(file)
    assert file.stat().st_mode & 0o077 == 0


def test_saving_without_a_change_touches_nothing(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    cache: Any = kept(file)
    before = file.stat().st_mtime_ns
    cache.save()
    assert file.stat().st_mtime_ns == before
