"""Changing one definition where it stands, and that alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dd_sync.project.build import Built
from dd_sync.project.project import load_project
from dd_sync.project.rewriting import Rewrite, rewrite
from tests.project.small import written

PLAIN = '''\
from dd_sync import Monitor, define


@define
def plain() -> Monitor:
    """Something is wrong.

    First step: look.
    """
    return Monitor(name="Plain", query="avg(last_5m):avg:shop.queue{*} > 10")


@define
def tuned(*, minutes: int = 5) -> Monitor:
    """Something else is wrong.

    First step: look.
    """
    return Monitor(name="Tuned", query=f"avg(last_{minutes}m):avg:shop.stock{{*}} > 10")
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (written(tmp_path) / "monitors/plain.py").write_text(PLAIN)
    return tmp_path


def build(root: Path) -> Callable[[], Built]:
    def made() -> Built:
        read = load_project(root)
        return read.build(read.settings.targets["prod"])

    return made


def changed(root: Path, key: str, old: str, new: str, *, keep: bool = True) -> Rewrite | None:
    before = build(root)()
    (payload,) = [one.payload for one in before.desired if one.key == key]
    wanted: dict[str, Any] = {**payload, "query": payload["query"].replace(old, new)}
    assert wanted != payload
    return rewrite(root, before, ("monitor", key), wanted, build(root), keep=keep)


def queries(root: Path) -> dict[str, str]:
    return {one.key: one.payload["query"] for one in build(root)().desired}


@pytest.mark.parametrize(
    ("key", "old", "new"), [("plain/plain", '"avg(last_5m)', '"avg(last_15m)'), ("plain/tuned", "= 5)", "= 15)")]
)
def test_a_window_is_changed_in_the_query_or_in_the_number_it_comes_from(
    root: Path, key: str, old: str, new: str
) -> None:
    before = queries(root)
    found = changed(root, key, "last_5m", "last_15m")
    assert found is not None
    assert found.file == root / "monitors/plain.py"
    assert found.file.read_text() == PLAIN.replace(old, new)
    assert queries(root) == {**before, key: before[key].replace("last_5m", "last_15m")}


def test_without_keep_the_file_is_as_it_was(root: Path) -> None:
    assert changed(root, "plain/plain", "last_5m", "last_15m", keep=False) is not None
    assert (root / "monitors/plain.py").read_text() == PLAIN


def test_a_change_that_would_reach_another_object_is_not_made(root: Path) -> None:
    before = queries(root)
    assert changed(root, "own/errors/cart/prod", "sum:errors", "sum:other.metric") is None
    assert queries(root) == before
