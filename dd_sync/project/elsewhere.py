"""Services that are kept elsewhere, in other checkouts and in Datadog's catalog, pinned in a lock file.

The lock holds the services themselves, so that a build needs neither the checkouts nor a key, and that a change made
elsewhere comes in by a pull request like any other. `ddsync inventory lock` writes it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from dd_sync.core.errors import DefinitionError
from dd_sync.core.model import as_json
from dd_sync.project.forgotten import other_endings
from dd_sync.project.problems import OnError, attempt, raise_problems
from dd_sync.project.services import ServiceFile, documents_of, matching_files, services_in, services_of, unique
from dd_sync.project.settings import FILE, CatalogSource, Settings
from dd_sync.project.yaml_file import YamlFile

LOCK = "inventory.lock.yaml"

_FORMAT = 1
_HEAD = f"# Written by `ddsync inventory lock`: the services that {FILE} takes from elsewhere; not edited by hand.\n"
_LOCK_HINT = "look at what changed and pin it: ddsync inventory lock"


class Pin(NamedTuple):
    """One service that is kept elsewhere."""

    place: str
    """Its file from the project's root, or its name in Datadog's catalog."""
    document: Mapping[str, Any]
    """The Software Catalog entity as it is there."""

    @property
    def name(self) -> str:
        metadata = self.document.get("metadata")
        return str(metadata.get("name") if isinstance(metadata, Mapping) else self.document.get("dd-service"))


def read_inventory(
    root: Path, settings: Settings, file: YamlFile, on_error: OnError = raise_problems
) -> list[ServiceFile]:
    """Every service of the project: of its own files, and of the lock. `on_error` is told of each file that is wrong,
    and of a lock that is missing or stale, with `file:line`."""
    here = [pattern for pattern in settings.service_patterns if not is_elsewhere(pattern)]
    sources = _sources(settings)
    read = {path: pattern for pattern in here for path in matching_files(root, pattern)}
    for error in other_endings(root, read):
        on_error(error)
    found = [one for path in sorted(read) for one in attempt(services_in(path, root), on_error)]
    if sources and (root / LOCK).is_file():
        found += attempt(_locked(root, settings, sources), on_error)
    else:
        found += attempt(_unlocked(root, settings, file), on_error)
    return unique(found, on_error)


def unpinned_notices(root: Path, settings: Settings) -> Iterator[str]:
    """What a person should know of a project without a lock: checkouts that are not there look like services that were
    removed."""
    if (root / LOCK).is_file():
        return
    for pattern in settings.service_patterns:
        if is_elsewhere(pattern) and not _paths(root, [pattern]):
            yield f"no file matches {pattern} of services:, and no {LOCK} holds them (ddsync inventory lock)"


def pins_of_files(root: Path, settings: Settings) -> list[Pin]:
    """The services of the checkouts beside the project, as they are now. Raises DefinitionError."""
    patterns = [pattern for pattern in settings.service_patterns if is_elsewhere(pattern)]
    return [
        Pin(_shown(path, root), document)
        for path in _paths(root, patterns)
        for _, document in documents_of(YamlFile(path, root))
    ]


def pins_of_catalog(
    entities: Iterable[Mapping[str, Any]], sources: Sequence[CatalogSource], ours: Callable[[Mapping[str, Any]], bool]
) -> tuple[list[Pin], list[str]]:
    """The services that the catalog holds for this project, and the names of those that do not say what they are
    (`extensions.ddsync`). `ours` tells the entities that this project wrote itself: those have files here."""
    found, silent = [], []
    for entity in entities:
        if entity.get("kind") != "service" or ours(entity) or not any(one.takes(entity) for one in sources):
            continue
        document = _as_written(entity)
        pin = Pin(f"catalog service:{document['metadata'].get('name')}", document)
        if "ddsync" in (document.get("extensions") or {}):
            found.append(pin)
        else:
            silent.append(pin.name)
    return found, sorted(silent)


def _as_written(entity: Mapping[str, Any]) -> dict[str, Any]:
    """An entity as its owner wrote it, less what Datadog adds and the tags by which another project knows it."""
    metadata = {n: v for n, v in (entity.get("metadata") or {}).items() if n not in ("id", "managed")}
    if metadata.get("namespace") == "default":
        del metadata["namespace"]
    return {**{n: v for n, v in entity.items() if n not in ("id", "meta")}, "metadata": metadata}


def lock_text(settings: Settings, pins: Sequence[Pin]) -> str:
    """The lock's text; the same services give the same text."""
    listed = sorted(pins, key=lambda pin: (pin.name, pin.place))
    head = {"lock": _FORMAT, "sources": _sources(settings), "services": [pin.place for pin in listed]}
    parts = [_HEAD + _dumped(head), *(f"# {pin.place}\n{_dumped(pin.document)}" for pin in listed)]
    return "---\n".join(parts)


def pinned_services(root: Path) -> list[Pin]:
    """What the lock holds now; nothing where there is none. Raises DefinitionError for a file that is no lock."""
    return [] if not (root / LOCK).is_file() else [pin for _, pin in _pins(YamlFile(root / LOCK, root))]


def is_elsewhere(pattern: str) -> bool:
    """Whether a pattern of `services:` leaves the project's folder."""
    return pattern.startswith(("../", "/"))


def _sources(settings: Settings) -> list[str]:
    """What the services from elsewhere are taken from, as the lock names it."""
    patterns = [pattern for pattern in settings.service_patterns if is_elsewhere(pattern)]
    return [*patterns, *(f"catalog {source.shown}" for source in settings.catalogs)]


def _unlocked(root: Path, settings: Settings, file: YamlFile) -> Iterator[ServiceFile]:
    """Without a lock, checkouts are read as they are."""
    for n, source in enumerate(settings.services):
        if isinstance(source, CatalogSource):
            where = file.at(["services", n])
            hint = "with keys that may read the catalog: ddsync inventory lock; then commit the file"
            raise DefinitionError(f"{where}: the services of Datadog's catalog are not pinned: no {LOCK}", hint=hint)
        if is_elsewhere(source):
            for path in _paths(root, [source]):
                yield from services_in(path, root)


def _locked(root: Path, settings: Settings, sources: Sequence[str]) -> Iterator[ServiceFile]:
    lock = YamlFile(root / LOCK, root)
    pins = dict(_pins(lock))
    if lock.mapping().get("sources") != list(sources):
        raise DefinitionError(
            f"{lock.at(['sources'])}: stale: not the sources that {FILE} names under services", hint=_LOCK_HINT
        )
    _check_fresh(lock, pins.values(), pins_of_files(root, settings))
    for one in services_of(lock):
        yield replace(one, pinned_from=pins[one.document].place)


def _pins(lock: YamlFile) -> Iterator[tuple[int, Pin]]:
    """The lock's services by their document. Raises DefinitionError for a file that is no lock of this format."""
    head = lock.mapping()
    services, documents = head.get("services"), lock.documents[1:]
    if head.get("lock") != _FORMAT or not isinstance(services, list) or len(services) != len(documents):
        raise DefinitionError(f"{lock.at()}: not a lock that this version wrote", hint="ddsync inventory lock")
    for n, (place, document) in enumerate(zip(services, documents, strict=True), 1):
        if not isinstance(document, dict):
            raise DefinitionError(f"{lock.at((), n)}: expected a Software Catalog entity", hint="ddsync inventory lock")
        yield n, Pin(str(place), document)


def _check_fresh(lock: YamlFile, pins: Iterable[Pin], there: Sequence[Pin]) -> None:
    """Refuses a lock that says otherwise than a checkout beside it. Checkouts that are not here say nothing."""
    known = {(pin.place, pin.name): pin for pin in pins}
    for pin in there:
        locked = known.get((pin.place, pin.name))
        if locked is None:
            raise DefinitionError(f"{lock.at(['services'])}: stale: {pin.name} of {pin.place} is new", hint=_LOCK_HINT)
        if _dumped(locked.document) != _dumped(pin.document):
            place = [*known].index((pin.place, pin.name)) + 1
            raise DefinitionError(f"{lock.at((), place)}: stale: {pin.place} has changed since", hint=_LOCK_HINT)


def _paths(root: Path, patterns: Sequence[str]) -> list[Path]:
    return sorted({path for pattern in patterns for path in matching_files(root, pattern)})


def _shown(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path, root)).as_posix()


def _dumped(value: Any) -> str:
    text: str = yaml.safe_dump(as_json(value), sort_keys=False, allow_unicode=True, width=120)
    return text
