"""`adopt.yaml`: live objects that definitions are to take over under their ids.

Written by `ddsync import --adopt`. An entry has done its work once the object carries its identity, and may then be
deleted; it does no harm if it stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from dd_sync.core.errors import DefinitionError
from dd_sync.core.files import reported, write_file
from dd_sync.core.references import Name, ObjectId
from dd_sync.kinds import KINDS
from dd_sync.project.yaml_file import YamlFile

FILE = "adopt.yaml"

_HEAD = "# Live objects that definitions take over under their ids. Entries that have been applied may be deleted.\n"


def load_adoptions(root: Path) -> dict[Name, ObjectId]:
    """The ids by kind and key; empty without the file. Raises DefinitionError with `file:line`."""
    path = root / FILE
    if not path.is_file():
        return {}
    file = YamlFile(path, root)
    found: dict[Name, ObjectId] = {}
    for name, object_id in file.mapping().items():
        kind, _, key = str(name).partition(":")
        if kind not in KINDS or not key:
            raise DefinitionError(
                f'{file.at([name])}: expected KIND:KEY, found "{name}"', hint=f"kinds are {', '.join(KINDS)}"
            )
        if not isinstance(object_id, int | str) or isinstance(object_id, bool):
            raise DefinitionError(f"{file.at([name])}: expected the id of a live object, found {object_id!r}")
        found[kind, key] = object_id
    return found


def add_adoptions(root: Path, adopted: Mapping[Name, ObjectId]) -> Path:
    """Adds to the file what it does not hold yet and returns its path; what stands there stays as it is.

    Raises DdsyncError when it cannot be written.
    """
    path = root / FILE
    there = load_adoptions(root)
    # Ids are quoted as JSON: YAML would read 32 hexadecimal digits as a number now and then.
    lines = [f"{kind}:{key}: {json.dumps(one)}\n" for (kind, key), one in adopted.items() if (kind, key) not in there]
    with reported(path):
        before = path.read_text(encoding="utf-8") if path.is_file() else _HEAD
    ended = before if before.endswith("\n") or not before else before + "\n"
    write_file(path, ended + "".join(lines))
    return path
