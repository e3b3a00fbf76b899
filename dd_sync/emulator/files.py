"""The file of an emulator's state: recognises one, and removes it."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from pathlib import Path

from dd_sync.core.errors import DdsyncError
from dd_sync.disk.files import report_errors

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file, by the ending."""

_HEAD = b"SQLite format 3\0"
_TABLES = {"objects": ("kind", "id", "deleted", "body"), "facts": ("name", "value")}


def holds_state(rows: sqlite3.Connection) -> bool:
    """Whether a database is an emulator's: its two tables and nothing else."""
    names = rows.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'").fetchall()
    return {name for (name,) in names} == {*_TABLES} and all(
        tuple(one[1] for one in rows.execute(f"PRAGMA table_info({name})")) == columns
        for name, columns in _TABLES.items()
    )


def remove_state(path: Path) -> str:
    """Removes an emulator's file and what SQLite keeps beside it; returns the name of the organisation it held, empty
    where there was none. Raises DdsyncError for a file that is no emulator's, which stays as it is."""
    if not path.exists() and not path.is_symlink():
        return ""
    with report_errors(path):
        instance = _instance(path)
        if instance is None:
            raise DdsyncError(
                f"{path}: not a state file of the emulator; it was left as it is",
                hint="look at emulator: in ddsync.yaml, which names it",
            )
        for file in (path, *(path.with_name(path.name + end) for end in _BESIDE)):
            file.unlink(missing_ok=True)
    return instance


def _instance(path: Path) -> str | None:
    """The name of the organisation in a file; None for what is no emulator's file. It is a copy that is looked at:
    opening a database takes in what a killed process left beside it."""
    if path.is_symlink() or not path.is_file() or not _begins(path):
        return None
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "state")
        for end in ("", "-wal"):
            if path.with_name(path.name + end).is_file():
                shutil.copyfile(path.with_name(path.name + end), copy.with_name(copy.name + end))
        try:
            with contextlib.closing(sqlite3.connect(copy)) as rows:
                found = rows.execute("SELECT value FROM facts WHERE name = 'instance'") if holds_state(rows) else None
                return None if found is None else str((found.fetchone() or [""])[0])
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            return None


def _begins(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_HEAD)) == _HEAD
