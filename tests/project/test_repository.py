"""Which repository a project is kept in, without anybody's credentials."""

from __future__ import annotations

from pathlib import Path

import pytest

from dd_sync.project.repository import repository_of


def with_remote(root: Path, url: str, around: str = "") -> Path:
    (root / ".git").mkdir(parents=True)
    (root / ".git/config").write_text(
        f'[core]\n\tbare = false\n[remote "upstream"]\n\turl = https://example.org/other\n'
        f'[remote "origin"]\n{around}\turl = {url}\n\tfetch = +refs/heads/*\n[branch "main"]\n'
    )
    return root


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/acme/alerts.git", "example.org/acme/alerts"),
        ("https://user:token@example.org/acme/alerts.git", "example.org/acme/alerts"),
        ("git@example.org:acme/alerts.git", "example.org/acme/alerts"),
        ("ssh://git@example.org/acme/alerts", "example.org/acme/alerts"),
    ],
)
def test_it_is_the_remote_as_host_and_path(tmp_path: Path, url: str, shown: str) -> None:
    assert repository_of(with_remote(tmp_path, url), None) == shown
    (tmp_path / "deep/er").mkdir(parents=True)
    assert repository_of(tmp_path / "deep/er", None) == shown


def test_other_settings_of_the_remote_may_stand_before_its_address(tmp_path: Path) -> None:
    made = with_remote(tmp_path, "https://example.org/a/b", "\tpushurl = https://elsewhere.org/x\n\n  \n")
    assert repository_of(made, None) == "example.org/a/b"


def test_an_id_of_its_own_goes_before_it(tmp_path: Path) -> None:
    assert repository_of(with_remote(tmp_path, "https://example.org/a/b"), "4098df506b26") == "4098df506b26"


def test_a_worktree_knows_the_remote_of_its_repository(tmp_path: Path) -> None:
    with_remote(tmp_path / "main", "https://example.org/a/b")
    kept = tmp_path / "main/.git/worktrees/w"
    kept.mkdir(parents=True)
    (kept / "commondir").write_text("../..\n")
    (tmp_path / "w").mkdir()
    (tmp_path / "w/.git").write_text(f"gitdir: {kept}\n")
    assert repository_of(tmp_path / "w", None) == "example.org/a/b"


@pytest.mark.parametrize("config", ["", "[core]\n", '[remote "origin"]\n\tfetch = x\n', "\xff"])
def test_where_there_is_none_it_is_empty(tmp_path: Path, config: str) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git/config").write_bytes(config.encode("latin-1"))
    assert repository_of(tmp_path, None) == ""
