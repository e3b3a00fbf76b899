"""New projects, and files of packs copied into one: what is there is never written over.

A new project has the shape of ddsync's own repository; its files lie in `template/` as they are written.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from dd_sync import __version__, packs
from dd_sync.core.errors import DdsyncError, DefinitionError, UsageError, did_you_mean
from dd_sync.core.identity import slug
from dd_sync.project.loading import pack_files
from dd_sync.project.new_service import write_new
from dd_sync.project.settings import FILE as SETTINGS

TEMPLATE = Path(__file__).parent / "template"

_NAME, _VERSION = "acme", "ddsync==0.0.0"
"""What stands in the template for the project's name and for the version that made it."""


def project_files(name: str) -> dict[str, str]:
    """The files of a new project, by path; `name` becomes part of every object's identity."""
    paths = sorted(path for path in TEMPLATE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(TEMPLATE).as_posix(): _filled(path.read_text(encoding="utf-8"), name) for path in paths}


def _filled(text: str, name: str) -> str:
    return text.replace(_NAME, name).replace(_VERSION, f"ddsync=={__version__}")


def make_project(folder: Path) -> list[str]:
    """Writes a new project and returns the paths of its files. Raises UsageError for a folder that is not empty."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file", hint="name a folder that is empty or not there yet")
    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty; nothing was written", hint="name a folder that is not there yet")
    name = slug(folder.resolve().name)
    files = project_files(name)
    own_id = f'id: "{secrets.token_hex(6)}"  # tells it from another repository\n'  # quoted: it may be digits alone
    files[SETTINGS] = files[SETTINGS].replace(f"project: {name}\n", f"project: {name}\n{own_id}", 1)
    write_new(folder, files)
    return list(files)


def eject(root: Path, name: str) -> list[str]:
    """Copies a file of a pack into the project, or all files of its folder, and returns their paths.

    Raises UsageError for what is no pack's file, DefinitionError where the project has one of that name.
    """
    name, known = name.removesuffix(".py").removeprefix("./").rstrip("/"), pack_files()
    if name not in known:
        whole = [one for one in known if one.count("/") == 1]
        raise UsageError(
            f'no pack has a file "{name}".{did_you_mean(name, known)}',
            hint=f"there are {', '.join(whole)}, and single files of these folders",
        )
    if root.resolve() == packs.FOLDER.resolve():
        raise UsageError(f"{known[name][0]} is this repository's own", hint="edit it here")
    for place in (*known[name], f"{name}.py", f"{name.rpartition('/')[0]}.py"):
        if (root / place).is_file():
            raise DefinitionError(f"{place}: is there already; it was left as it is", hint="move it away first")
    write_new(root, {place: _text(packs.FOLDER / place) for place in known[name]})
    return known[name]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DdsyncError(f"{path}: {error.strerror}") from error
