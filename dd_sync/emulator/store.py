"""All objects of the emulated organisation: parsed in memory, verbatim in SQLite, the same after a restart."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DdsyncError
from dd_sync.emulator.answers import Body, as_text
from dd_sync.emulator.files import holds_state

_SCHEMA = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS objects (
  kind TEXT NOT NULL, id TEXT NOT NULL, deleted INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)
);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


_PATIENCE = 5.0
"""Seconds to wait for another process to let go of the file."""


_ANOTHER = "name another file; the emulator makes it"


class StateUnusable(DdsyncError):
    """The file that holds an emulator's state is in use elsewhere, or is something else."""


class Entry:
    """One stored object: parsed, and as the JSON text that goes over the wire.

    Neither is ever changed in place; a change stores a new entry.
    """

    __slots__ = ("body", "content", "id")

    def __init__(self, id: str, body: Body, content: bytes) -> None:
        self.id = id
        self.body = body
        self.content = content

    @property
    def name(self) -> str:
        """What people call it: a monitor's or an SLO's name, a dashboard's title."""
        return str(self.body.get("name") or self.body.get("title") or "")


class Store:
    """Objects by kind and id, in the order in which they were made.

    Callers take turns: one thread at a time, which the emulator's lock sees to.
    """

    def __init__(self, path: str | Path = ":memory:") -> None:
        self._rows = _opened(path)
        self._live: dict[str, dict[str, Entry]] = {}
        self._named: dict[tuple[str, str], dict[str, Entry]] = {}
        self._deleted: dict[str, dict[str, Entry]] = {}
        self._facts: dict[str, str] = {}
        try:
            self._load()
        except (sqlite3.DatabaseError, ValueError, TypeError, AttributeError, RecursionError) as error:
            self._rows.close()
            raise StateUnusable(f"{path}: a damaged state of the emulator: {error}", hint=_ANOTHER) from None

    @property
    def instance(self) -> str:
        """A name for this organisation: another one after a reset, the same one after a restart."""
        return self._facts["instance"]

    def get(self, kind: str, id: str) -> Entry | None:
        """The live object of that id."""
        return self._live.get(kind, {}).get(id)

    def deleted(self, kind: str) -> list[Entry]:
        """Objects that were deleted and can be restored."""
        return list(self._deleted.get(kind, {}).values())

    def all(self, kind: str) -> list[Entry]:
        """The live objects of a kind, oldest first."""
        return list(self._live.get(kind, {}).values())

    def entries_named(self, kind: str, name: str) -> list[Entry]:
        """The live objects of a kind that have this name or title."""
        return list(self._named.get((kind, name), {}).values())

    def count(self, kind: str) -> int:
        """How many live objects of a kind there are."""
        return len(self._live.get(kind, {}))

    def save(self, kind: str, id: str, body: Body) -> Entry:
        """Stores a body under an id, new or not."""
        self._forget_name(kind, id)
        entry = self._hold(kind, _entry(id, body))
        self._write(kind, entry, deleted=False)
        return entry

    def remove(self, kind: str, id: str) -> None:
        """Forgets an object for good."""
        self._forget_name(kind, id)
        self._live.get(kind, {}).pop(id, None)
        self._deleted.get(kind, {}).pop(id, None)
        self._rows.execute("DELETE FROM objects WHERE kind = ? AND id = ?", (kind, id))

    def bury(self, kind: str, id: str, body: Body) -> None:
        """Deletes an object so that `restore` can bring it back; `body` is what is kept of it."""
        self._forget_name(kind, id)
        self._live.get(kind, {}).pop(id, None)
        entry = self._deleted.setdefault(kind, {})[id] = _entry(id, body)
        self._write(kind, entry, deleted=True)

    def deleted_entry(self, kind: str, id: str) -> Entry | None:
        """A deleted object that can be restored."""
        return self._deleted.get(kind, {}).get(id)

    def restore(self, kind: str, id: str, body: Body) -> None:
        """Brings a deleted object back under its id."""
        self._deleted.get(kind, {}).pop(id, None)
        self.save(kind, id, body)

    def next_number(self, name: str, first: int) -> int:
        """A number that was never given out before under this name, restarts and deletions included."""
        number = int(self._facts.get(name, first - 1)) + 1
        self._remember(name, str(number))
        return number

    @contextmanager
    def together(self) -> Iterator[None]:
        """Writes within the block reach the disk as one, which is what makes them quick.

        An error does not undo them: memory holds them already, and the two must not part.
        """
        self._rows.execute("BEGIN")
        try:
            yield
        finally:
            self._rows.execute("COMMIT")

    def reset(self) -> None:
        """Empties the organisation and gives it a new instance name."""
        self._rows.executescript("DELETE FROM objects; DELETE FROM facts;")
        for held in (self._live, self._named, self._deleted, self._facts):
            held.clear()
        self._load()

    def close(self) -> None:
        """Closes the database; what was written stays."""
        self._rows.close()

    def _load(self) -> None:
        self._facts = dict(self._read("SELECT name, value FROM facts"))
        for kind, id, deleted, body in self._read("SELECT kind, id, deleted, body FROM objects ORDER BY rowid"):
            entry = Entry(id, json.loads(body), body.encode())
            if deleted:
                self._deleted.setdefault(kind, {})[id] = entry
            else:
                self._hold(kind, entry)
        if "instance" not in self._facts:
            self._remember("instance", str(uuid.uuid4()))

    def _hold(self, kind: str, entry: Entry) -> Entry:
        self._live.setdefault(kind, {})[entry.id] = entry
        self._named.setdefault((kind, entry.name), {})[entry.id] = entry
        return entry

    def _forget_name(self, kind: str, id: str) -> None:
        before = self.get(kind, id)
        if before:
            self._named[kind, before.name].pop(id)

    def _read(self, statement: str) -> Iterator[Any]:
        with closing(self._rows.execute(statement)) as rows:
            yield from rows

    def _write(self, kind: str, entry: Entry, *, deleted: bool) -> None:
        self._rows.execute(
            "INSERT INTO objects VALUES (?, ?, ?, ?)"
            " ON CONFLICT (kind, id) DO UPDATE SET deleted = excluded.deleted, body = excluded.body",
            (kind, entry.id, deleted, entry.content.decode()),
        )

    def _remember(self, name: str, value: str) -> None:
        self._facts[name] = value
        self._rows.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))


def _entry(id: str, body: Body) -> Entry:
    return Entry(id, body, as_text(body).encode())


def _opened(path: str | Path) -> sqlite3.Connection:
    """The database, held for this process alone: a second one would not see what the first has in memory."""
    if str(path) != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    try:
        rows = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False, isolation_level=None)
        if rows.execute("SELECT 1 FROM sqlite_master").fetchone() and not holds_state(rows):
            rows.close()
            raise StateUnusable(f"{path}: a database of something else; it was left as it is", hint=_ANOTHER)
        rows.executescript(_SCHEMA)
        rows.executescript("BEGIN EXCLUSIVE; COMMIT;")
    except sqlite3.OperationalError as error:
        hint = "wait for it, or stop the `ddsync local serve` that holds it"
        raise StateUnusable(f"{path}: cannot be used as the emulator's state: {error}", hint=hint) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise StateUnusable(f"{path}: not a state file of the emulator: {error}", hint=_ANOTHER) from error
    return rows
