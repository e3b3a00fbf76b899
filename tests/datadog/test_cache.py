"""Dashboards as they were read last: losing them costs time and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dd_sync.datadog.cache import FORMAT, Cache, cache_file

BOARD = {"id": "abc", "title": "Board", "widgets": [{"id": 1}]}


def kept(file: Path) -> Cache:
    cache = Cache(file)
    cache.put("dashboard", "abc", "2026-01-01", BOARD)
    cache.save()
    return Cache(file)


def test_what_was_saved_is_there_in_the_next_run(tmp_path: Path) -> None:
    assert kept(tmp_path / "deep/cache.json").get("dashboard", "abc", "2026-01-01") == BOARD


def test_another_version_is_not_known(tmp_path: Path) -> None:
    cache = kept(tmp_path / "cache.json")
    assert cache.get("dashboard", "abc", "2026-01-02") is None
    assert cache.get("dashboard", "abd", "2026-01-01") is None
    assert cache.get("dashboard", "abc", "") is None


def test_an_object_without_a_version_is_always_read(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache.json")
    cache.put("dashboard", "abc", "", BOARD)
    assert cache.get("dashboard", "abc", "") is None


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "cache.json"
    cache = kept(file)
    cache.keep_only("dashboard", {"other"})
    cache.save()
    assert Cache(file).get("dashboard", "abc", "2026-01-01") is None


def test_other_kinds_are_kept(tmp_path: Path) -> None:
    cache = kept(tmp_path / "cache.json")
    cache.keep_only("monitor", set())
    assert cache.get("dashboard", "abc", "2026-01-01") == BOARD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"text"',
        '{"format": 0, "entries": {}}',
        '{"format": 1}',
        '{"format": 1, "entries": 5}',
        '{"format": 1, "entries": {"dashboard:abc": 5, "dashboard:b": [], "dashboard:c": ["v", 7]}}',
        "\ud83d",
    ],
)
def test_a_damaged_file_is_no_cache_and_no_error(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cache.json"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    cache = Cache(file)
    assert cache.get("dashboard", "abc", "v") is None
    cache.put("dashboard", "abc", "v", BOARD)
    cache.save()
    assert Cache(file).get("dashboard", "abc", "v") == BOARD


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, where the folder should be")
    kept(tmp_path / "taken/cache.json")


def test_a_save_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    file = tmp_path / "cache.json"
    kept(file)
    cache = Cache(file)
    cache.put("dashboard", "x", "v", {"not": object()})
    with pytest.raises(TypeError):
        cache.save()
    assert [path.name for path in tmp_path.iterdir()] == ["cache.json"]
    assert json.loads(file.read_text())["format"] == FORMAT


def test_without_a_file_nothing_is_kept(tmp_path: Path) -> None:
    cache = Cache(None)
    cache.put("dashboard", "abc", "v", BOARD)
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
    file = tmp_path / "cache.json"
    kept(file)
    assert file.stat().st_mode & 0o077 == 0


def test_saving_without_a_change_touches_nothing(tmp_path: Path) -> None:
    file = tmp_path / "cache.json"
    cache: Any = kept(file)
    before = file.stat().st_mtime_ns
    cache.save()
    assert file.stat().st_mtime_ns == before
