"""A cache of dashboards, so that a plan fetches only those that changed.

A cache, not a state: losing it costs time and nothing else. One file an account (host and application key), so that
two accounts never see each other's; it holds what anyone with the key can read.

A line for each object: its name, its version, and Datadog's answer as it came, which is neither read before somebody
wants the object nor ever written anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

FORMAT = b"ddsync cache 2"
"""The first line."""


class Cache:
    """Answers by (kind, id), each good for one version."""

    def __init__(self, file: Path | None, hidden: Collection[str] = ()) -> None:
        """`file` None keeps nothing. An answer that holds one of the texts of `hidden`, the keys, is not kept."""
        self._file = file
        self._hidden = [text.encode() for text in hidden]
        self._entries: dict[str, tuple[str, bytes]] = _load(file) if file else {}
        self._changed = False

    def get(self, kind: str, object_id: object, version: str) -> Any:
        """The answer's JSON for this version; None when it is not known."""
        known, answer = self._entries.get(f"{kind}:{object_id}", ("", b""))
        if not version or known != version:
            return None
        try:
            return json.loads(answer)
        except (ValueError, RecursionError):
            return None  # a line that was cut short or changed by hand: read anew

    def put(self, kind: str, object_id: object, version: str, answer: bytes) -> None:
        """Keeps an answer that is JSON."""
        name = f"{kind}:{object_id}"
        if not all(one.isascii() and one.isprintable() for one in (name, version)):
            return  # no name or version that Datadog gives; and it could not be told from the rest of the line
        if any(text in answer for text in self._hidden):
            return
        if b"\n" in answer:
            answer = json.dumps(json.loads(answer)).encode()
        self._entries[name] = version, answer
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

        lines = (f"{name}\t{version}\t".encode() + answer for name, (version, answer) in self._entries.items())
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._file.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(b"\n".join([FORMAT, *lines, b""]))
                Path(name).replace(self._file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise


def cache_file(folder: Path, host: str, app_key: str) -> Path:
    """The file of one account: a hash, so that the name tells nothing."""
    return folder / (hashlib.sha256(f"{host}\n{app_key}".encode()).hexdigest()[:16] + ".cache")


def _load(file: Path) -> dict[str, tuple[str, bytes]]:
    """What the file holds; nothing where it is missing or of another format, and no line that is none."""
    try:
        first, *lines = file.read_bytes().split(b"\n")
    except OSError:
        return {}
    found: dict[str, tuple[str, bytes]] = {}
    for line in lines if first == FORMAT else ():
        name, _, rest = line.partition(b"\t")
        version, tab, answer = rest.partition(b"\t")
        if tab:
            found[name.decode(errors="replace")] = version.decode(errors="replace"), answer
    return found
