"""The pytest plugin: `from monitors.x import …` works in a project's tests, fixtures run it, `--ddsync-update`.

Pytest loads this wherever ddsync is installed, so nothing heavy is imported before a project is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dd_sync.project.known_keys import root_of

if TYPE_CHECKING:
    from dd_sync.testing.gamedays import GameDays
    from dd_sync.testing.projects import Project, Running
    from dd_sync.testing.snapshots import Snapshots

_FOLDER = "snapshots"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("ddsync")
    group.addoption("--ddsync-update", action="store_true", help="write snapshots of payloads that differ")
    group.addoption("--ddsync-target", metavar="TARGET", help="which target of ddsync.yaml the fixtures use")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Makes the project's definitions, and behind them those of the packs, importable from its tests and conftests."""
    root = root_of(early_config.rootpath)
    if root is not None:
        from dd_sync.project.loading import mount

        mount(root)


@pytest.fixture(scope="session")
def ddsync_project(request: pytest.FixtureRequest) -> Project:
    """The project that contains the tests, read once: `payload(key)`, `payloads(kind)`, `paging()`."""
    from dd_sync.testing.projects import Project

    return Project(_root(request.config), request.config.getoption("--ddsync-target"))


@pytest.fixture
def ddsync(request: pytest.FixtureRequest) -> Iterator[Running]:
    """The project with an empty emulator: `plan()`, `apply()`, `live(kind)`, `emulator`."""
    from dd_sync.testing.projects import run_project

    with run_project(_root(request.config), request.config.getoption("--ddsync-target")) as running:
        yield running


@pytest.fixture(scope="session")
def ddsync_gameday(request: pytest.FixtureRequest) -> GameDays:
    """Plays situations against the project's alerts: `ddsync_gameday("eks/*").unnoticed == []`."""
    from dd_sync.testing.gamedays import GameDays

    return GameDays(_root(request.config), request.config.getoption("--ddsync-target"))


@pytest.fixture
def ddsync_snapshot(request: pytest.FixtureRequest) -> Snapshots:
    """Compares a payload with a file in `snapshots/` beside the test: `ddsync_snapshot(payload)`."""
    from dd_sync.testing.snapshots import Snapshots

    path = Path(str(request.path))
    update = bool(request.config.getoption("--ddsync-update"))
    return Snapshots(path.parent / _FOLDER / path.stem, request.node.name, update)


def _root(config: pytest.Config) -> Path:
    root = root_of(config.rootpath)
    if root is None:
        raise pytest.UsageError(f"no ddsync.yaml in {config.rootpath} or any folder above it")
    return root
