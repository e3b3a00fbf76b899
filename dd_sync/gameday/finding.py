"""The situations there are: those that come with ddsync, and a project's own in `gameday/*.py`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from types import ModuleType

from dd_sync.core.errors import UsageError, did_you_mean
from dd_sync.gameday import situations
from dd_sync.gameday.situation import Situation


def shipped_situations() -> list[Situation]:
    """Those that come with ddsync, in the order of their names."""
    names = [one.name for one in pkgutil.walk_packages(situations.__path__, f"{situations.__name__}.")]
    return in_modules(importlib.import_module(name) for name in names)


def in_modules(modules: Iterable[ModuleType]) -> list[Situation]:
    """The situations that some modules define."""
    found = [one for module in modules for one in _of(module)]
    return sorted(found, key=lambda one: one.name)


def choose(listed: Sequence[Situation], patterns: Sequence[str]) -> list[Situation]:
    """Those whose names fit one of the patterns, all without any. Raises UsageError for a pattern that fits none."""
    for pattern in patterns:
        if not any(_fits(one, pattern) for one in listed):
            near = did_you_mean(pattern, [one.name for one in listed])
            raise UsageError(f"no situation {pattern}.{near}", hint="ddsync gameday --list shows all")
    return [one for one in listed if not patterns or any(_fits(one, pattern) for pattern in patterns)]


def _fits(one: Situation, pattern: str) -> bool:
    return fnmatchcase(one.name, pattern) or one.name.startswith(f"{pattern}/")


def _of(module: ModuleType) -> Iterator[Situation]:
    for value in vars(module).values():
        if isinstance(value, Situation) and value.function.__module__ == module.__name__:
            yield value
