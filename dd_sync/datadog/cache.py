"""Dashboards as they were read last, so that a plan fetches only those that changed.

A cache, not a state: losing it costs time and nothing else. One file an account (host and application key), so that
two accounts never see each other's; it holds what anyone with the key can read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FORMAT = 1


class Cache:
    """Payloads by (kind, id), each good for one version."""

    def __init__(self, file: Path | None) -> None:
        """`file` None keeps nothing."""
        self._file = file
        self._entries: dict[str, list[Any]] = _load(file) if file else {}
        self._changed = False

    def get(self, kind: str, object_id: object, version: str) -> dict[str, Any] | None:
        """The payload of this version; None when it is not known."""
        entry = self._entries.get(f"{kind}:{object_id}")
        return entry[1] if entry is not None and version and entry[0] == version else None

    def put(self, kind: str, object_id: object, version: str, payload: Mapping[str, Any]) -> None:
        self._entries[f"{kind}:{object_id}"] = [version, payload]
        self._changed = True

    def keep_only(self, kind: str, ids: set[str]) -> None:
        """Forgets the objects of a kind that are no longer there."""
        gone = [name for name in self._entries if name.startswith(f"{kind}:") and name.partition(":")[2] not in ids]
        for name in gone:
            del self._entries[name]
        self._changed = self._changed or bool(gone)

    def save(self) -> None:
        """Writes the file whole or not at all; a folder that cannot be written is no error."""
        if self._file is None or not self._changed:
            return
        import tempfile  # for those alone who have something new to keep

        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent)
            try:
                with os.fdopen(handle, "w") as file:
                    # `json.dump` writes piece by piece in Python, five times slower than `dumps` in C; and what was
                    # read from JSON holds no rings to look for
                    whole = {"format": FORMAT, "entries": self._entries}
                    file.write(json.dumps(whole, check_circular=False, separators=(",", ":")))
                Path(name).replace(self._file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise


def cache_file(folder: Path, host: str, app_key: str) -> Path:
    """The file of one account: a hash, so that the name tells nothing."""
    return folder / (hashlib.sha256(f"{host}\n{app_key}".encode()).hexdigest()[:16] + ".json")


def _load(file: Path) -> dict[str, list[Any]]:
    try:
        data = json.loads(file.read_bytes())
        entries = dict(data["entries"]) if data["format"] == FORMAT else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # missing, cut short or of another version: read anew
    return {name: entry for name, entry in entries.items() if _usable(entry)}


def _usable(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) == 2 and isinstance(entry[1], dict)
