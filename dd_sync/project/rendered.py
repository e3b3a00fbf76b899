"""Payloads on disk: what `render` writes without keys, and `plan --rendered` reads without running project code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DefinitionError
from dd_sync.core.resource import Desired
from dd_sync.kinds import KINDS

INDEX = "index.json"
"""Beside the payloads: what a plan needs to know of each besides its payload."""

FORMAT = 1


def files(desired: Iterable[Desired], project: str, target: str) -> dict[str, str]:
    """The files of a rendered project, by their path below the folder."""
    listed = sorted(desired, key=lambda one: one.name)
    found = {f"{one.kind}/{one.key}.json": _text(one.payload) for one in listed}
    found[INDEX] = _text({"format": FORMAT, "project": project, "target": target, "objects": _index(listed)})
    return found


def _index(listed: Sequence[Desired]) -> dict[str, dict[str, Any]]:
    """Of each object what differs from the usual, so that the file shows what is special."""
    return {f"{one.kind}:{one.key}": {n: v for n, v in _about(one).items() if v} for one in listed}


def _about(one: Desired) -> dict[str, Any]:
    return {"source": one.source, "protect": one.protect, "renamed_from": one.renamed_from, "adopt": one.adopt}


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path, wanted: Mapping[str, str]) -> None:
    """Makes the folder hold exactly these files: what an earlier render wrote and this one does not is removed."""
    for name in _present(folder) - wanted.keys():
        (folder / name).unlink()
    for name, text in wanted.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def stale(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """The files that differ, are missing or are left over."""
    present = _present(folder)
    differing = {name for name in present & wanted.keys() if (folder / name).read_text("utf-8") != wanted[name]}
    return sorted(differing | (present ^ wanted.keys()))


def _present(folder: Path) -> set[str]:
    """Rendered files, which lie in a folder of their kind; a person's own files beside them are left alone."""
    kinds = [path for kind in KINDS for path in (folder / kind).rglob("*.json")]
    index = [folder / INDEX] if (folder / INDEX).is_file() else []
    return {path.relative_to(folder).as_posix() for path in [*kinds, *index]}


def read(folder: Path, project: str, target: str) -> list[Desired]:
    """The objects of a rendered folder. Raises DefinitionError when it is none, or another target's."""
    index = _json(folder / INDEX)
    if not isinstance(index, dict) or index.get("format") != FORMAT:
        raise DefinitionError(f"{folder / INDEX}: not an index that this version wrote", hint="render again")
    for name, wanted in (("project", project), ("target", target)):
        if index.get(name) != wanted:
            raise DefinitionError(
                f"{folder}: rendered for the {name} {index.get(name)}, not {wanted}",
                hint=f"ddsync render --target {target} --out {folder}",
            )
    objects = index.get("objects") or {}
    left_over = _present(folder) - {INDEX} - {name.replace(":", "/", 1) + ".json" for name in objects}
    if left_over:
        raise DefinitionError(f"{folder / min(left_over)}: not in {INDEX}", hint="render again")
    return [_desired(folder, name, about) for name, about in objects.items()]


def _desired(folder: Path, name: str, about: Mapping[str, Any]) -> Desired:
    kind, _, key = name.partition(":")
    path = folder / kind / f"{key}.json"
    if kind not in KINDS or not path.resolve().is_relative_to(folder.resolve()):
        raise DefinitionError(f"{folder / INDEX}: {name} is no object of a rendered project", hint="render again")
    payload = _json(path)
    if not isinstance(payload, dict):
        raise DefinitionError(f"{path}: expected a JSON object", hint="render again")
    return Desired(
        kind,
        key,
        payload,
        source=str(about.get("source", "")),
        protect=bool(about.get("protect")),
        renamed_from=about.get("renamed_from"),
        adopt=about.get("adopt"),
    )


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DefinitionError(f"{path}: {error.strerror}", hint="ddsync render --out DIR writes one") from None
    except ValueError as error:
        raise DefinitionError(f"{path}: not JSON: {error}", hint="render again") from None
