"""A new service file: where it goes, whether the project holds together with it, what it brings; then it is written.

Everything is tried on a copy in a folder of its own, so that a file which breaks the project is never in it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from dd_sync.core.errors import DdsyncError, DefinitionError
from dd_sync.core.kind import Recipients
from dd_sync.core.recipients import recipients_of
from dd_sync.core.references import Name
from dd_sync.core.resource import Desired
from dd_sync.kinds import KINDS
from dd_sync.project.project import Project
from dd_sync.project.services import ServiceFile, read_services
from dd_sync.project.settings import Settings, Target


@dataclass(frozen=True)
class Brought:
    """What a project gains by new service files, over all of its targets."""

    new: Sequence[Desired]
    changed: Sequence[Desired]
    """Objects that were there and would be different: dashboards of everything, monitors of several services."""
    envs: Sequence[str]
    """The environments the new objects are for."""
    told: Mapping[Name, Recipients] = field(default_factory=dict)
    """Who is told of each."""


def place_of(settings: Settings, name: str) -> str:
    """The path of a service's file from the project's root: the first pattern of `services:` that can hold it."""
    for pattern in settings.service_patterns:
        path = re.sub(r"\*\*/", "", pattern)
        if path.startswith(("/", "../")) or not path.endswith((".yaml", ".yml")) or re.search(r"[?\[]", path):
            continue
        if "*" in path:
            return path.replace("*", name)
    return f"services/{name}.yaml"


def check_free(project: Project, name: str) -> None:
    """Raises DefinitionError when the project has a service of this name, or its file's place is taken."""
    for file in project.services:
        if file.name == name:
            raise DefinitionError(
                f'{file.at("metadata", "name")}: there is a service "{name}" already; it was left as it is',
                hint="edit that file, or give the new service another name",
            )
    place = place_of(project.settings, name)
    if (project.root / place).exists():
        raise DefinitionError(f"{place}: is there already; it was left as it is", hint="move it away first")


def try_service(project: Project, files: Mapping[str, str]) -> Brought:
    """What the project would gain by these files, by path. Nothing is written.

    Raises DefinitionError where the project has a mistake of its own, and where it would have one with the files.
    """
    before = _built(project)
    added = read_as_if(files)
    try:
        after = _built(replace(project, services=[*project.services, *added]))
    except DefinitionError as error:
        what = " and ".join(files) if len(files) <= 3 else f"{len(files)} service files"
        raise DefinitionError(f"{what} not written: {error.message}", hint=error.hint) from error
    new = [one for name, (one, _) in after.items() if name not in before]
    return Brought(
        new,
        [one for name, (one, _) in after.items() if name in before and before[name][0].payload != one.payload],
        list(dict.fromkeys(env for name, (_, env) in after.items() if name not in before and env)),
        recipients_of([one for one, _ in after.values()], KINDS),
    )


def read_as_if(files: Mapping[str, str]) -> list[ServiceFile]:
    """The services of texts as if they stood at these paths. Raises DefinitionError with that path and the line."""
    with tempfile.TemporaryDirectory() as folder:
        for place, text in files.items():
            path = Path(folder, *PurePosixPath(place).parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_services(Path(folder), list(files))


def write_new(root: Path, files: Mapping[str, str]) -> None:
    """Writes files that are not there yet; all of them or none. Raises DdsyncError."""
    done: list[Path] = []
    try:
        for place, text in files.items():
            path = root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                done.append(path)
                file.write(text)
    except OSError as error:
        for path in done:
            path.unlink(missing_ok=True)
        raise DdsyncError(f"{place}: {error.strerror}; nothing was written") from error


def _built(project: Project) -> dict[Name, tuple[Desired, str]]:
    """Every object of every target, with the environment it is for."""
    found: dict[Name, tuple[Desired, str]] = {}
    for target in _enough(project.settings.targets.values()):
        built = project.build(target)
        for one in built.desired:
            entry = built.origins[one.name].entry
            found.setdefault(one.name, (one, entry.environment if entry is not None else ""))
    return found


def _enough(targets: Iterable[Target]) -> list[Target]:
    """Targets that together hold every environment: all that a build depends on are a target's environments."""
    by_envs = {target.envs and tuple(target.envs): target for target in targets}
    return [by_envs[None]] if None in by_envs else list(by_envs.values())
