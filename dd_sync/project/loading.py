"""Definition files become definitions: the project's own first, the packs that come with ddsync behind them."""

from __future__ import annotations

import importlib
import importlib.machinery
import os
import sys
import types
from collections.abc import Iterator, Sequence
from pathlib import Path

from dd_sync import packs
from dd_sync.core.errors import DdsyncError, DefinitionError
from dd_sync.definitions.definition import Definition
from dd_sync.kinds import FOLDERS, KINDS
from dd_sync.project.forgotten import forgotten, read_sources
from dd_sync.project.places import Places
from dd_sync.project.problems import OnError, attempt, raise_problems


def mount(root: Path) -> None:
    """Makes `monitors.service` importable from definition files: the project's file, else the pack's.

    A package whose path is these two folders is exactly that rule, and naming it here hides whatever else is
    installed under the same name.
    """
    for name in [name for name in sys.modules if name.partition(".")[0] in FOLDERS]:
        del sys.modules[name]
    for folder in FOLDERS:
        package = types.ModuleType(folder)
        package.__path__ = [str(root / folder), str(packs.FOLDER / folder)]
        _forget(package.__path__)
        package.__spec__ = importlib.machinery.ModuleSpec(folder, None, is_package=True)
        package.__spec__.submodule_search_locations = package.__path__
        sys.modules[folder] = package


def _forget(folders: Sequence[str]) -> None:
    """Has Python look into these folders anew: a file may be younger than the list it keeps of each. Of these alone,
    since reading what all installed packages consist of takes 0.01 s."""
    inside = tuple(os.path.join(folder, "") for folder in folders)
    for path in list(sys.path_importer_cache):  # a copy: other threads read, and import what they need for it
        if path in folders or path.startswith(inside):
            sys.path_importer_cache.pop(path, None)


def load_definitions(root: Path, used_packs: Sequence[str], on_error: OnError = raise_problems) -> list[Definition]:
    """The definitions of a project: its own files, and the packs it names. `on_error` is told of what is wrong with a
    file or a definition, with `file:line`."""
    mount(root)
    places = Places(root)
    found: dict[tuple[str, str, str], Definition] = {}
    for folder in FOLDERS:
        for stem in _stems(root, folder, used_packs):
            for definition in attempt(_of_module(f"{folder}.{stem}", places, on_error), on_error):
                name = (definition.kind, definition.module, definition.name)
                if found.setdefault(name, definition) is not definition:
                    text = f"{places.of(definition)}: {'/'.join(name[1:])} is defined at {places.of(found[name])} too"
                    on_error(DefinitionError(text, hint="rename one of the two functions"))
    for error in forgotten(read_sources(root, FOLDERS), _MODELS):
        on_error(error)
    return list(found.values())


_MODELS = tuple(kind.resource.__name__ for kind in KINDS.values())


SITUATIONS = "gameday"
"""Where a project's own situations of game days live."""


def load_situations(root: Path) -> list[types.ModuleType]:
    """The modules of a project's `gameday/*.py`. Raises DefinitionError with the `file:line` of what is wrong."""
    for name in [name for name in sys.modules if name.partition(".")[0] == SITUATIONS]:
        del sys.modules[name]
    package = types.ModuleType(SITUATIONS)
    package.__path__ = [str(root / SITUATIONS)]
    _forget(package.__path__)
    sys.modules[SITUATIONS] = package
    places = Places(root)
    stems = sorted(path.stem for path in (root / SITUATIONS).glob("*.py") if path.stem != "__init__")
    return [_imported(f"{SITUATIONS}.{stem}", places) for stem in stems]


def _stems(root: Path, folder: str, used_packs: Sequence[str]) -> list[str]:
    """The files of a folder by name, and the folders in it that are packages or stand before a pack's."""
    own = {path.stem for path in (root / folder).glob("*.py") if path.stem != "__init__"}
    own |= {path.parent.name for path in (root / folder).glob("*/__init__.py")}
    if root == packs.FOLDER:  # ddsync's own repository: its packs are its files, used like anybody's
        own = {stem for stem in own if stem in used_packs}
    return sorted(own | {pack for pack in used_packs if pack in _shipped(folder)})


def _shipped(folder: str) -> list[str]:
    """The packs with something in a folder: a file, or a folder of files."""
    place = packs.FOLDER / folder
    return sorted(
        {path.stem for path in place.glob("*.py")} | {path.parent.name for path in place.glob("*/__init__.py")}
    )


def check_packs(used: Sequence[str]) -> list[str]:
    """The names of packs that exist neither here nor there; empty when all do."""
    known = pack_names()
    return [pack for pack in used if pack not in known]


def pack_names() -> list[str]:
    """The packs that come with ddsync."""
    return sorted({name for folder in FOLDERS for name in _shipped(folder)} - {"__init__"})


def pack_files() -> dict[str, list[str]]:
    """What `ddsync eject` takes, and the files it is: `monitors/eks` is all of a folder, `monitors/eks/nodes` one."""
    found: dict[str, list[str]] = {}
    for folder in FOLDERS:
        for path in sorted((packs.FOLDER / folder).rglob("*.py")):
            place = path.relative_to(packs.FOLDER)
            if path.stem != "__init__":
                found[place.with_suffix("").as_posix()] = [place.as_posix()]
            if place.parent != Path(folder):
                found.setdefault(place.parent.as_posix(), []).append(place.as_posix())
    return found


def _of_module(name: str, places: Places, on_error: OnError) -> Iterator[Definition]:
    module = _imported(name, places)
    # `from monitors.service import error_rate` in slos/ defines nothing there; a project's file that takes over the
    # pack's (`from dd_sync.packs.monitors.service import *`) and replaces one function does define the rest.
    homes = tuple(f"{home}." for home in (name, f"dd_sync.packs.{name}"))
    seen: set[Definition] = set()
    for part in (module, *_parts(module, places)):
        for value in vars(part).values():
            if (
                isinstance(value, Definition)
                and f"{value.function.__module__}.".startswith(homes)
                and value not in seen
            ):
                seen.add(value)
                try:
                    value.check()
                except DefinitionError as error:
                    on_error(places.shorten(error))
                    continue
                yield value


def _parts(module: types.ModuleType, places: Places) -> Iterator[types.ModuleType]:
    """The files of a folder that is a package: those of a project that the pack's does not name among them."""
    folders = [Path(folder) for folder in getattr(module, "__path__", ())]
    stems = {path.stem for folder in folders for path in folder.glob("*.py")} - {"__init__"}
    yield from (_imported(f"{module.__name__}.{stem}", places) for stem in sorted(stems))


def _imported(name: str, places: Places) -> types.ModuleType:
    try:
        return importlib.import_module(name)
    except DdsyncError:
        raise
    except SyntaxError as error:
        where = places.shown(error.filename or name, error.lineno or 1)
        raise DefinitionError(f"{where}: {error.msg}", hint=(error.text or "").strip()) from error
    except Exception as error:
        raise places.error_in(error, name) from error
