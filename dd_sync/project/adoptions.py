"""`adopt.yaml`: live objects that definitions are to take over under their ids, by target.

Written by `ddsync import --adopt`: `{prod: {monitor:shop/payments-5xx: 123}}`. An entry has done its work once the
object carries its identity, and may then be deleted; it does no harm if it stays.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DdsyncError, DefinitionError, did_you_mean
from dd_sync.core.keys import key_fault
from dd_sync.core.references import Name, ObjectId
from dd_sync.disk.files import write_file
from dd_sync.kinds import KINDS
from dd_sync.project.yaml_file import YamlFile

FILE = "adopt.yaml"

Adoptions = Mapping[str, Mapping[Name, ObjectId]]
"""The ids by target, and by kind and key."""

_HEAD = "# Live objects that definitions take over under their ids. Entries that have been applied may be deleted.\n"


def load_adoptions(root: Path, targets: Collection[str]) -> Adoptions:
    """The ids by target; empty without the file. Entries without a target are the only target's, where there is only
    one. Raises DefinitionError with `file:line`."""
    path = root / FILE
    if not path.is_file():
        return {}
    file = YamlFile(path, root)
    found: dict[str, dict[Name, ObjectId]] = {}
    for name, value in file.mapping().items():
        if name in targets and not _is_name(str(name)):
            entries = value if isinstance(value, dict) else {} if value is None else None
            if entries is None:
                raise DefinitionError("expected ids by KIND:KEY", at=file.at([name]))
            for key, object_id in entries.items():
                found.setdefault(name, {})[_name(file, key, name, key)] = _id(file, object_id, name, key)
            continue
        if not _is_name(str(name)):
            text = f'expected a target or KIND:KEY, found "{name}".{did_you_mean(str(name), targets)}'
            raise DefinitionError(text, at=file.at([name]), hint=f"targets are {', '.join(targets)}")
        if len(targets) != 1:
            text = f"{name}: an adoption belongs to a target, and there are {', '.join(targets)}"
            raise DefinitionError(text, at=file.at([name]), hint=f"write {{TARGET: {{{name}: {value}}}}}")
        found.setdefault(next(iter(targets)), {})[_name(file, name, name)] = _id(file, value, name)
    return found


def _is_name(text: str) -> bool:
    return text.partition(":")[0] in KINDS and ":" in text


def _name(file: YamlFile, text: Any, *steps: str) -> Name:
    kind, _, key = str(text).partition(":")
    if kind not in KINDS or not key:
        hint = f"kinds are {', '.join(KINDS)}"
        raise DefinitionError(f'expected KIND:KEY, found "{text}"', at=file.at(steps), hint=hint)
    fault = key_fault(key)
    if fault:
        raise DefinitionError(f"the key {key!r} {fault}", at=file.at(steps))
    return kind, key


def _id(file: YamlFile, value: Any, *steps: str) -> ObjectId:
    if not isinstance(value, int | str) or isinstance(value, bool) or value == "":
        raise DefinitionError(f"expected the id of a live object, found {value!r}", at=file.at(steps))
    return value


def add_adoptions(root: Path, target: str, targets: Collection[str], adopted: Mapping[Name, ObjectId]) -> Path:
    """Adds to the file what it does not hold yet for a target and returns its path; what stands there stays.

    Raises DdsyncError when it cannot be written.
    """
    path = root / FILE
    there = load_adoptions(root, targets).get(target, {})
    # Ids are quoted as JSON: YAML would read 32 hexadecimal digits as a number now and then.
    new = [f"{kind}:{key}: {json.dumps(one)}\n" for (kind, key), one in adopted.items() if (kind, key) not in there]
    try:
        before = path.read_text(encoding="utf-8") if path.is_file() else _HEAD
        write_file(path, _with(before if before.endswith("\n") or not before else before + "\n", target, new))
    except OSError as error:
        raise DdsyncError(f"{FILE}: it cannot be written: {error.strerror}") from error
    return path


def _with(text: str, target: str, new: list[str]) -> str:
    """The text with entries for a target: below its line where it has one, else at the end."""
    if not new:
        return text
    lines = text.splitlines(keepends=True)
    for n, line in enumerate(lines):
        if line.rstrip() == f"{target}:":
            after = next((one for one in lines[n + 1 :] if one.strip() and not one.lstrip().startswith("#")), "  ")
            indent = after[: len(after) - len(after.lstrip())] or "  "
            return "".join([*lines[: n + 1], *(indent + one for one in new), *lines[n + 1 :]])
    return text + f"{target}:\n" + "".join(f"  {one}" for one in new)
