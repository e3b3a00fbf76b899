"""The lock of services from elsewhere, made anew: read, compared with what is pinned, written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DdsyncError
from dd_sync.core.wording import quantity
from dd_sync.disk.files import encode, write_file
from dd_sync.kinds.catalog_entity import KIND as CATALOG_ENTITY
from dd_sync.project.elsewhere import (
    LOCK,
    Pin,
    is_elsewhere,
    lock_text,
    pinned_services,
    pins_of_catalog,
    pins_of_files,
)
from dd_sync.project.settings import Settings, find_root, load_settings
from dd_sync.runs.console import Console
from dd_sync.runs.session import check_ci, connect


def lock_inventory(start: Path, target: str | None, tty: Console, *, check: bool) -> None:
    """Writes the lock, or with `check` raises DdsyncError where it is stale. Raises DefinitionError, DatadogError."""
    root = find_root(start)
    settings, _ = load_settings(root)
    if not settings.catalogs and not any(map(is_elsewhere, settings.service_patterns)):
        tty.result("services: in ddsync.yaml names files of this project alone: there is nothing to lock")
        return
    pins = [*pins_of_files(root, settings), *_of_catalog(root, settings, target, tty)]
    text = lock_text(settings, pins)
    path = root / LOCK
    fresh = path.is_file() and path.read_bytes() == encode(text)
    changes = list(_changes(pinned_services(root), pins))
    if check and not fresh:
        what = "; ".join(changes[:5]) or "its sources have changed"
        raise DdsyncError(f"{LOCK} is stale: {what}", hint="ddsync inventory lock")
    if not fresh:
        write_file(path, text)
    state = "is up to date" if fresh else "written"
    tty.result("\n".join([*changes, f"{LOCK} {state}: {quantity(len(pins), 'service')}"]))


def _of_catalog(root: Path, settings: Settings, target: str | None, tty: Console) -> list[Pin]:
    if not settings.catalogs:
        return []
    name, chosen = settings.choose_target(target)
    check_ci(tty, target, chosen)
    kind = CATALOG_ENTITY
    with connect(root, settings, name, chosen, tty) as session:
        marks = session.rules.marks

        def ours(entity: Mapping[str, Any]) -> bool:
            identity = kind.identity(entity, marks)
            return identity is not None and identity.address.startswith(f"{settings.project}/")

        found, silent = pins_of_catalog(session.client.list_objects(kind), settings.catalogs, ours)
    found = [Pin(pin.place, kind.unstamp(pin.document, marks)) for pin in found]
    if silent:
        shown = ", ".join(silent[:5]) + (f" and {len(silent) - 5} more" if len(silent) > 5 else "")
        tty.say(f"left out, since extensions.ddsync does not say what they are: {shown}")
    return found


def _changes(before: Sequence[Pin], after: Sequence[Pin]) -> Iterator[str]:
    """What a new lock changes, a line a service."""
    old, new = ({(pin.name, pin.place): pin for pin in pins} for pins in (before, after))
    for name, place in sorted(old.keys() | new.keys()):
        if (name, place) not in old:
            yield f"+ {name}  {place}"
        elif (name, place) not in new:
            yield f"- {name}  {place}"
        elif old[name, place].document != new[name, place].document:
            yield f"~ {name}  {place}"
