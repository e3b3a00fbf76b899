"""Payloads on disk: what `render` writes without keys, and `plan --rendered` reads without running project code."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dd_sync.core.consent import WrittenConsent, from_data
from dd_sync.core.errors import DefinitionError, UsageError
from dd_sync.core.keys import key_fault
from dd_sync.core.resource import Desired
from dd_sync.core.shape import misfits
from dd_sync.disk.files import STAGING, check_inside, encode, write_tree
from dd_sync.kinds import KINDS

INDEX = "index.json"
"""Beside the payloads: what a plan needs to know of each besides its payload."""

FORMAT = 1


def files(
    desired: Iterable[Desired],
    project: str,
    target: str,
    only: Sequence[str] = (),
    consents: Iterable[WrittenConsent] = (),
) -> dict[str, str]:
    """The files of a rendered project, by their path below the folder; `only` are the globs that left objects out.

    The consent of the change travels with it: pipelines take everything else of `ddsync.yaml` from the main branch.
    """
    listed = sorted(desired, key=lambda one: one.name)
    found = {f"{one.kind}/{one.key}.json": _text(one.payload) for one in listed}
    facts = {"format": FORMAT, "project": project, "target": target, "objects": _index(listed)}
    filtered = {"only": list(only)} if only else {}
    agreed = [one.as_data for one in consents]
    found[INDEX] = _text({**facts, **filtered, **({"consent": agreed} if agreed else {})})
    return found


def _index(listed: Sequence[Desired]) -> dict[str, dict[str, Any]]:
    """Of each object what differs from the usual, so that the file shows what is special."""
    return {f"{one.kind}:{one.key}": {n: v for n, v in _about(one).items() if v} for one in listed}


def _about(one: Desired) -> dict[str, Any]:
    return {"source": one.source, "protect": one.protect, "renamed_from": one.renamed_from, "adopt": one.adopt}


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def write(folder: Path, wanted: Mapping[str, str]) -> None:
    """Makes the folder hold these files: what an earlier render lists in its index and this one does not is removed.

    Everything else in it is left alone. Raises UsageError for a folder that holds files and no index of a render's,
    DdsyncError where a link leads out of it, or it cannot be written: all files of it are as before then.
    """
    write_tree(folder, wanted, _former(folder))


def stale(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """The files that differ, are missing or are left over."""
    former = _former(folder)
    for name in wanted.keys() | former:
        check_inside(folder, name)
    differing = {name for name, text in wanted.items() if _bytes(folder / name) != encode(text)}
    left = {name for name in former if (folder / name).is_file()} | (_present(folder) if former else set())
    return sorted(differing | (left - wanted.keys()))


def _present(folder: Path) -> set[str]:
    """The payloads in the folder, whoever put them there."""
    return {path.relative_to(folder).as_posix() for kind in KINDS for path in (folder / kind).rglob("*.json")}


def _bytes(path: Path) -> bytes | None:
    try:
        return None if path.is_symlink() else path.read_bytes()
    except OSError:
        return None


_NO_FILES = (".gitignore", ".gitkeep", ".gitattributes")
"""What people keep in a folder that is to be filled."""


def _former(folder: Path) -> frozenset[str]:
    """The files that an earlier render wrote. Raises UsageError for a folder that is somebody else's."""
    if not folder.exists() and not folder.is_symlink():
        return frozenset()
    if folder.is_symlink() or not folder.is_dir():
        raise UsageError(f"{folder} is no folder but a {'link' if folder.is_symlink() else 'file'}", hint=_ELSEWHERE)
    if (folder / INDEX).is_symlink() or not (folder / INDEX).is_file():
        there = sorted(one.name for one in folder.iterdir() if one.name not in _NO_FILES)
        strange = [name for name in there if not name.startswith(STAGING)]
        if strange:
            raise UsageError(
                f"{folder} holds {strange[0]} and no {INDEX} of a render; nothing was written", hint=_ELSEWHERE
            )
        return frozenset()
    try:
        return frozenset({*_files(_index_of(folder)), INDEX})
    except DefinitionError as error:
        raise UsageError(f"{error.message}; nothing was written", hint=_ELSEWHERE) from None


_ELSEWHERE = "name a folder that is empty, not there yet, or written by ddsync render"


def _files(index: Mapping[str, Any]) -> list[str]:
    return [f"{name.replace(':', '/', 1)}.json" for name in index["objects"]]


def read(folder: Path, project: str, target: str) -> list[Desired]:
    """The objects of a rendered folder. Raises DefinitionError when it is none, or another target's."""
    index = _index_of(folder)
    for name, wanted in (("project", project), ("target", target)):
        if index.get(name) != wanted:
            raise DefinitionError(
                f"{folder}: rendered for the {name} {index.get(name)}, not {wanted}",
                hint=f"ddsync render --target {target} --out {folder}",
            )
    left_over = _present(folder) - {*_files(index)}
    if left_over:
        hint = "delete it, or render into a folder that is empty"
        raise DefinitionError(f"{folder / min(left_over)}: not in {INDEX}", hint=hint)
    return [_desired(folder, name, about) for name, about in index["objects"].items()]


def filter_of(folder: Path) -> tuple[str, ...]:
    """The globs that a folder was rendered with; none where it is the whole project. Raises DefinitionError."""
    return tuple(_index_of(folder).get("only") or ())


def consents_of(folder: Path) -> tuple[WrittenConsent, ...]:
    """What the rendered change consents to. Raises DefinitionError."""
    return _consents(folder, _index_of(folder))


def _consents(folder: Path, index: Mapping[str, Any]) -> tuple[WrittenConsent, ...]:
    try:
        return tuple(from_data(one) for one in index.get("consent") or ())
    except (ValueError, TypeError, KeyError, AttributeError):
        raise DefinitionError(f"{folder / INDEX}: consent is not as render writes it", hint="render again") from None


def _index_of(folder: Path) -> dict[str, Any]:
    """The index of a render, its names checked: each is a kind and a sound key. Raises DefinitionError."""
    index = _json(folder / INDEX)
    if not isinstance(index, dict) or index.get("format") != FORMAT or not isinstance(index.get("objects"), dict):
        raise DefinitionError(f"{folder / INDEX}: not an index that this version wrote", hint="render again")
    only = index.get("only", [])
    if not isinstance(only, list) or not all(isinstance(glob, str) and glob for glob in only):
        raise DefinitionError(f"{folder / INDEX}: only is no list of patterns", hint="render again")
    _consents(folder, index)
    for name, about in index["objects"].items():
        kind, _, key = name.partition(":")
        if kind not in KINDS or key_fault(key) or not isinstance(about, dict):
            raise DefinitionError(f"{folder / INDEX}: {name!r} is no object of a rendered project", hint="render again")
    return index


def _desired(folder: Path, name: str, about: Mapping[str, Any]) -> Desired:
    kind, _, key = name.partition(":")
    path = folder / kind / f"{key}.json"
    check_inside(folder, path.relative_to(folder).as_posix())
    payload = _json(path)
    if not isinstance(payload, dict):
        raise DefinitionError(f"{path}: expected a JSON object", hint="render again")
    for place, expected in misfits(payload, KINDS[kind].shape):
        raise DefinitionError(f"{path}: {place}: expected {expected}", hint="render again")
    for field in ("source", "renamed_from"):
        if not isinstance(about.get(field) or "", str):
            raise DefinitionError(f"{folder / INDEX}: {name}: {field} is no text", hint="render again")
    former = about.get("renamed_from")
    if former and key_fault(former):
        raise DefinitionError(f"{folder / INDEX}: {name}: renamed_from {key_fault(former)}", hint="render again")
    adopt = about.get("adopt")
    if adopt is not None and (isinstance(adopt, bool) or not isinstance(adopt, int | str)):
        raise DefinitionError(f"{folder / INDEX}: {name}: adopt is no id of a live object", hint="render again")
    return Desired(
        kind,
        key,
        payload,
        source=str(about.get("source") or ""),
        protect=bool(about.get("protect")),
        renamed_from=about.get("renamed_from"),
        adopt=adopt,
    )


def _json(path: Path) -> Any:
    if path.is_symlink():
        raise DefinitionError(f"{path}: a link, which is not followed", hint="render again")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DefinitionError(f"{path}: {error.strerror}", hint="ddsync render --out DIR writes one") from None
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else error
        raise DefinitionError(f"{path}: not JSON: {why}", hint="render again") from None
