"""Receipts: what each apply did, with every object as it was before and is after.

A receipt grows line by line while the apply runs, so that a killed run leaves what it did; at the end it is sealed as
one JSON file. Images are verbatim, since undo needs them: files are readable by their owner alone.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from dd_sync.core.apply import Outcome
from dd_sync.core.errors import DdsyncError
from dd_sync.core.plan import Plan
from dd_sync.core.references import Name, ObjectId

FORMAT = 1
_GROWING = ".part"


@dataclass(frozen=True)
class Receipt:
    """One sealed receipt, or the lines of one that never was."""

    file: Path
    data: Mapping[str, Any]

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        return list(self.data.get("outcomes") or ())

    def objects(self) -> dict[Name, ObjectId]:
        """The objects that were there when the apply ended, as far as it knew."""
        found: dict[Name, ObjectId] = {}
        for name, object_id in (self.data.get("objects") or {}).items():
            kind, _, key = name.partition(":")
            found[kind, key] = object_id
        for outcome in self.outcomes if self.file.name.endswith(_GROWING) else ():
            _follow(found, outcome)
        return found


def _age(path: Path) -> tuple[str, int]:
    """By the second in the name; two of one second by when they were written."""
    return path.name.partition("-")[0], path.stat().st_mtime_ns


def _follow(objects: dict[Name, ObjectId], outcome: Mapping[str, Any]) -> None:
    name = (outcome["kind"], outcome["key"])
    if outcome["status"] != "done":
        return
    if outcome["action"] == "delete":
        objects.pop(name, None)
    elif outcome.get("id") is not None:
        objects[name] = outcome["id"]


@dataclass
class Receipts:
    """The receipts of one target of a project in one place. Raises DdsyncError when the folder cannot be used."""

    folder: Path
    project: str
    target: str
    place: str

    def all(self) -> Iterator[Receipt]:
        """This target's receipts, the latest first; files that are no receipts are passed over."""
        if not self.folder.is_dir():
            return
        names = [path for path in self.folder.iterdir() if path.suffix in (".json", _GROWING)]
        for path in sorted(names, key=_age, reverse=True):
            receipt = read_receipt(path)
            if receipt is not None and self._ours(receipt):
                yield receipt

    def _ours(self, receipt: Receipt) -> bool:
        data = receipt.data
        mine = (self.project, self.target, self.place)
        return (data.get("project"), data.get("target"), data.get("place")) == mine

    def known(self) -> dict[Name, ObjectId]:
        """The objects that the last receipt says are there."""
        latest = next(self.all(), None)
        return latest.objects() if latest is not None else {}

    def begin(self, plan: Plan, command: str) -> Writing:
        """Opens a receipt for an apply of this plan."""
        now = datetime.now(UTC)
        head = {
            "format": FORMAT,
            "project": self.project,
            "target": self.target,
            "place": self.place,
            "command": command,
            "fingerprint": plan.fingerprint,
            "started": now.isoformat(timespec="seconds"),
            "by": os.environ.get("GITHUB_ACTOR") or os.environ.get("GITLAB_USER_LOGIN") or os.environ.get("USER") or "",
        }
        objects = {f"{kind}:{key}": object_id for (kind, key), object_id in plan.ids.items()}
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return Writing(_free(self.folder, f"{now:%Y%m%dT%H%M%SZ}-{plan.fingerprint[7:15]}"), head, objects)
        except OSError as error:
            raise DdsyncError(
                f"{self.folder}: the receipt cannot be written: {error.strerror}",
                hint="nothing was applied; set receipts: in ddsync.yaml to a folder that can be written",
            ) from error


def _free(folder: Path, stem: str) -> Path:
    """A name no receipt has: two applies may start in one second."""
    names = [stem, *(f"{stem}-{n}" for n in range(2, 1000))]
    return folder / next(
        name for name in names if not any((folder / f"{name}{end}").exists() for end in (".json", _GROWING))
    )


@dataclass
class Writing:
    """A receipt that grows."""

    stem: Path
    head: dict[str, Any]
    objects: dict[str, ObjectId]
    outcomes: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        handle = os.open(self._growing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: TextIO = os.fdopen(handle, "w", encoding="utf-8")
        self._line({**self.head, "objects": self.objects})

    @property
    def _growing(self) -> Path:
        return self.stem.with_name(self.stem.name + _GROWING)

    @property
    def path(self) -> Path:
        """Where the sealed receipt will be."""
        return self.stem.with_name(self.stem.name + ".json")

    def add(self, outcome: Outcome) -> None:
        """Notes one outcome, on disk before this returns."""
        line = {
            "action": outcome.action,
            "kind": outcome.kind,
            "key": outcome.key,
            "id": outcome.id,
            "status": outcome.status,
            "reason": outcome.reason,
            "before": outcome.before,
            "after": outcome.after,
        }
        self.outcomes.append(line)
        self._line(line)

    def _line(self, value: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(value) + "\n")
        self._file.flush()

    def seal(self, summary: Mapping[str, int]) -> Path:
        """Ends the receipt as one file and returns its path."""
        there: dict[Name, ObjectId] = {(n.partition(":")[0], n.partition(":")[2]): i for n, i in self.objects.items()}
        for outcome in self.outcomes:
            _follow(there, outcome)
        whole = {
            **self.head,
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "summary": dict(summary),
            "outcomes": self.outcomes,
            "objects": {f"{kind}:{key}": object_id for (kind, key), object_id in there.items()},
        }
        self._file.close()
        sealing = self.stem.with_name(self.stem.name + ".sealing")
        with os.fdopen(os.open(sealing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(whole, file, indent=1)
        sealing.replace(self.path)
        with contextlib.suppress(OSError):
            self._growing.unlink()
        return self.path


def read_receipt(path: Path) -> Receipt | None:
    """The receipt in a file, growing or sealed; None for anything else."""
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == _GROWING:
            lines = [json.loads(line) for line in text.splitlines() if line.endswith("}")]
            data = {**lines[0], "outcomes": lines[1:]}
        else:
            data = json.loads(text)
    except (OSError, ValueError, IndexError, UnicodeDecodeError):
        return None
    return Receipt(path, data) if isinstance(data, dict) and data.get("format") == FORMAT else None
