"""What the shell offers on Tab: keys, targets, files of packs. Raises nothing and prints nothing."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable
from pathlib import Path

from dd_sync.core.errors import DdsyncError


def keys(incomplete: str) -> list[str]:
    """Keys of the project; KIND:KEY once a colon is typed."""
    from dd_sync.project.known_keys import known_keys, root_of

    root = root_of(Path.cwd())
    if root is None:
        return []
    names = known_keys(root)
    if names is None:
        names = _built_keys(root)
    return _matching(names if ":" in incomplete else _without_kinds(names), incomplete)


def targets(incomplete: str) -> list[str]:
    """Targets of ddsync.yaml."""
    from dd_sync.project.known_keys import root_of
    from dd_sync.project.settings import load_settings

    root = root_of(Path.cwd())
    if root is None:
        return []
    try:
        settings, _ = load_settings(root)
    except DdsyncError:
        return []
    return _matching(settings.targets, incomplete)


def pack_files(incomplete: str) -> list[str]:
    """Files that `ddsync eject` copies."""
    from dd_sync.project.loading import pack_files as known

    return _matching(known(), incomplete)


def _matching(names: Iterable[str], incomplete: str) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]


def _without_kinds(names: Iterable[str]) -> list[str]:
    return sorted({name.partition(":")[2] for name in names})


def _built_keys(root: Path) -> list[str]:
    """The keys from the project itself, which are remembered. What a definition prints would be taken for a key."""
    from dd_sync.kinds import FOLDERS
    from dd_sync.project.known_keys import known_keys, remember_keys
    from dd_sync.project.project import load_project

    with contextlib.redirect_stdout(io.StringIO()):
        try:
            project = load_project(root)
            made = {
                name: [one.name for one in project.build(target).desired]
                for name, target in project.settings.targets.items()
            }
        except DdsyncError:
            return []
    remember_keys(root, FOLDERS, project.settings.service_patterns, made)
    return known_keys(root) or sorted({f"{kind}:{key}" for names in made.values() for kind, key in names})
