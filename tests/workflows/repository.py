"""A repository at a provider, with a main branch and a request to merge another: what a job finds when it begins."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

Files = Mapping[str, str]

_WHO = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c"}


@dataclass(frozen=True)
class Repository:
    """`origin` is what the provider keeps."""

    origin: Path
    scratch: Path

    def branch(self, name: str, files: Files, start: str | None = None) -> None:
        """Pushes a branch with these files, upon those of the branch it starts from."""
        if start is None:
            git("init", "--quiet", "-b", name, str(self.scratch), cwd=self.origin.parent)
        else:
            git("checkout", "--quiet", "-f", "-B", name, start, cwd=self.scratch)
        for path, text in files.items():
            (self.scratch / path).parent.mkdir(parents=True, exist_ok=True)
            (self.scratch / path).write_text(text)
        git("add", "--all", "--force", cwd=self.scratch)
        git("commit", "--quiet", "--allow-empty", "-m", name, cwd=self.scratch)
        git("push", "--quiet", "--force", str(self.origin), name, cwd=self.scratch)

    def clone(self, folder: Path, branch: str) -> None:
        """What GitLab's runner makes of `GIT_STRATEGY: clone`, and GitHub's checkout: a new folder, at this branch."""
        shutil.rmtree(folder, ignore_errors=True)
        git("clone", "--quiet", "--branch", branch, str(self.origin), str(folder), cwd=self.origin.parent)

    def merged(self, folder: Path, base: str, branch: str) -> None:
        """What Atlantis makes with `--checkout-strategy merge`: a clone of the base, and the branch merged into it."""
        shutil.rmtree(folder, ignore_errors=True)
        one = ("clone", "--quiet", "--single-branch", "--branch", base)
        git(*one, str(self.origin), str(folder), cwd=self.origin.parent)
        git("fetch", "--quiet", "origin", f"+refs/heads/{branch}:", cwd=folder)
        git("merge", "--quiet", "--no-ff", "-m", "atlantis-merge", "FETCH_HEAD", cwd=folder)


def repository(folder: Path, files: Files) -> Repository:
    """A repository whose main branch has these files."""
    folder.mkdir()
    git("init", "--quiet", "--bare", "-b", "main", str(folder / "origin.git"), cwd=folder)
    made = Repository(folder / "origin.git", folder / "scratch")
    made.branch("main", files)
    return made


def files_below(folder: Path) -> dict[str, str]:
    """The files of a project that is there already."""
    paths = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def git(*words: str, cwd: Path) -> None:
    outside = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    subprocess.run(["git", *words], cwd=cwd, env={**outside, **_WHO}, check=True, capture_output=True)
