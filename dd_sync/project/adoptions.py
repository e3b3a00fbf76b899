"""`adopt.yaml`: live objects that definitions are to take over under their ids.

Written by `ddsync import --adopt`. An entry has done its work once the object carries its identity, and may then be
deleted; it does no harm if it stays.
"""

from __future__ import annotations

from pathlib import Path

from dd_sync.core.errors import DefinitionError
from dd_sync.core.references import Name, ObjectId
from dd_sync.kinds import KINDS
from dd_sync.project.yaml_file import YamlFile

FILE = "adopt.yaml"


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
