"""The keys of a project for shell completion: kept in a file, so that pressing Tab runs no definition.

The list is fresh as long as no file it was made from changed. Only the standard library is imported here: the shell
waits while this runs.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

CACHE = ".ddsync/cache/keys.json"

_FORMAT = 1
_FILE = "ddsync.yaml"


def root_of(start: Path) -> Path | None:
    """The folder with `ddsync.yaml`, from here upwards; None where there is none."""
    return next((folder for folder in (start, *start.parents) if (folder / _FILE).is_file()), None)


def known_keys(root: Path) -> list[str] | None:
    """`KIND:KEY` of every object of the project; None when the list is missing or a file changed since."""
    kept = _kept(root)
    if kept is None or kept["stamp"] != _stamp(root, kept["watched"]):
        return None
    return sorted({name for names in kept["keys"].values() for name in names})


def remember_keys(
    root: Path, folders: Sequence[str], services: Sequence[str], made: Mapping[str, Iterable[tuple[str, str]]]
) -> None:
    """Keeps what was just built: the (kind, key) of every object, by target.

    `folders` hold definitions, `services` are the patterns of service files. A folder that cannot be written is left:
    completion is slower then, nothing else.
    """
    watched = [_FILE, "*.lock.yaml", *(f"{folder}/**/*.py" for folder in folders), *services]
    stamp = _stamp(root, watched)
    kept = _kept(root)
    before = kept["keys"] if kept is not None and kept["stamp"] == stamp else {}
    keys = {**before, **{target: [f"{kind}:{key}" for kind, key in names] for target, names in made.items()}}
    if before == keys:
        return
    text = json.dumps({"format": _FORMAT, "stamp": stamp, "watched": watched, "keys": keys})
    with contextlib.suppress(OSError):
        _write(root / CACHE, text)


def _kept(root: Path) -> dict[str, Any] | None:
    try:
        kept = json.loads((root / CACHE).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return kept if isinstance(kept, dict) and kept.get("format") == _FORMAT and _is_list(kept) else None


def _is_list(kept: Mapping[str, Any]) -> bool:
    """Whether what the file holds is what `remember_keys` writes; it may have been cut short or changed by hand."""
    watched, keys = kept.get("watched"), kept.get("keys")
    if not isinstance(kept.get("stamp"), str) or not isinstance(watched, list) or not isinstance(keys, dict):
        return False
    texts = [watched, *keys.values()]
    return all(
        isinstance(one, list) and all(isinstance(text, str) and "\0" not in text for text in one) for one in texts
    )


def _stamp(root: Path, watched: Sequence[str]) -> str:
    """A digest of the names and times of all files that match."""
    found = hashlib.sha256()
    for pattern in watched:
        for path in sorted(glob.iglob(os.path.join(root, pattern), recursive=True)):
            with contextlib.suppress(OSError):
                found.update(f"{path}\0{os.stat(path).st_mtime_ns}\0".encode())
    return found.hexdigest()


def _write(path: Path, text: str) -> None:
    """Whole or not at all: a completion may read while a plan writes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    ignore = path.parent.parent / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n", encoding="utf-8")
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        fresh.write_text(text, encoding="utf-8", errors="backslashreplace")
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
