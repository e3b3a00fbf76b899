"""Payloads on disk, or pages for people, without keys and without asking Datadog."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dd_sync.core.errors import DdsyncError
from dd_sync.core.selection import matcher_of
from dd_sync.kinds import FOLDERS
from dd_sync.project import rendered
from dd_sync.project.consents import written_consents
from dd_sync.project.known_keys import remember_keys
from dd_sync.project.project import load_project
from dd_sync.project.settings import find_root, load_settings
from dd_sync.runs.catalogue import render_catalogue
from dd_sync.runs.console import console

if TYPE_CHECKING:
    from dd_sync.definitions.definition import Level


class RenderRequest(NamedTuple):
    """What was asked for. `level` is that of the packs, None for the project's own."""

    out: Path | None
    target: str | None
    only: Sequence[str]
    check: bool
    catalogue: bool
    level: Level | None


def render_project(start: Path, asked: RenderRequest) -> None:
    """Writes the project around a folder, or checks what is written. Raises DdsyncError when that is stale."""
    root = find_root(start)
    read = load_settings(root)
    project = load_project(root, level=asked.level, read=read)
    name, target = project.settings.choose_target(asked.target)
    if asked.catalogue:
        render_catalogue(project, target, asked.out or Path("catalogue"), check=asked.check)
        return
    out = asked.out or Path("rendered")
    made = project.build(target).desired
    if asked.level is None:
        remember_keys(project.root, FOLDERS, project.settings.service_patterns, {name: [one.name for one in made]})
    inside = matcher_of(asked.only) or (lambda kind, key: True)
    desired = [one for one in made if inside(*one.name)]
    # A level that is not the project's own is a filter too: what it leaves out is not gone.
    only = asked.only or ([f"{one.kind}:{one.key}" for one in desired] if asked.level is not None else ())
    files = rendered.files(desired, project.settings.project, name, only, written_consents(read))
    if asked.check:
        _check(out, files)
        console().result(f"{out} is up to date: {len(desired)} objects")
        return
    rendered.write(out, files)
    console().result(f"{len(desired)} objects written to {out}")


def _check(out: Path, files: dict[str, str]) -> None:
    stale = rendered.stale(out, files)
    if stale:
        raise DdsyncError(
            f"{len(stale)} of {len(files)} files in {out} are stale: {', '.join(stale[:5])}",
            hint=f"ddsync render --out {out}",
        )
