"""Which repository a project is kept in, so that two of one project name can be told apart."""

from __future__ import annotations

import re
from pathlib import Path

_REMOTE = re.compile(r'\[remote "origin"\][^\[]*?^[ \t]*+url[ \t]*+=[ \t]*+(\S+)', re.DOTALL | re.MULTILINE)
_CREDENTIALS = re.compile(r"^\w+://(?:[^/@]*@)?|^[^/@:]+@")


def repository_of(root: Path, project_id: str | None) -> str:
    """The project's `id:`, else its git remote as host and path, without credentials; empty where neither is known."""
    if project_id:
        return project_id
    for folder in (root.resolve(), *root.resolve().parents):
        if (folder / ".git").exists():
            return _remote(folder / ".git")
    return ""


def _remote(git: Path) -> str:
    try:
        if git.is_file():  # a worktree, or a submodule: its file says where git keeps it
            git = (git.parent / git.read_text(encoding="utf-8").removeprefix("gitdir:").strip()).resolve()
            common = git / "commondir"
            git = (git / common.read_text(encoding="utf-8").strip()).resolve() if common.is_file() else git
        found = _REMOTE.search((git / "config").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return ""
    if found is None:
        return ""
    return _CREDENTIALS.sub("", found[1]).replace(":", "/", 1).removesuffix(".git")
