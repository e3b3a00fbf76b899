"""`ddsync render --catalogue`: the alert catalogue as a folder of pages."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DdsyncError
from dd_sync.core.secrets import Redactor
from dd_sync.project.catalogue import catalogue, stale_pages, write_pages
from dd_sync.project.project import Project
from dd_sync.project.settings import Target
from dd_sync.reports.catalogue import MARK, catalogue_pages
from dd_sync.runs.console import console
from dd_sync.runs.plan import pagers_of


def render_catalogue(project: Project, target: Target, out: Path, *, check: bool) -> None:
    """Writes the pages, or with `check` only compares them. Raises DdsyncError when they are stale."""
    tty = console()
    # Masked before it becomes markdown: there the signs that a secret is known by are written as entities.
    shown = [_masked(page, tty.redactor) for page in catalogue(project, target)]
    pages = catalogue_pages(shown, project.settings.project, pagers_of(project.settings))
    if check:
        stale = stale_pages(out, pages, MARK)
        if stale:
            raise DdsyncError(
                f"{len(stale)} of {len(pages)} pages in {out} are stale: {', '.join(stale[:5])}",
                hint=f"ddsync render --catalogue --out {out}",
            )
        tty.result(f"{out} is up to date: {len(pages)} pages")
        return
    write_pages(out, pages, MARK)
    tty.result(f"{len(pages)} pages written to {out}, from {out / 'index.md'} on")


def _masked(value: Any, redactor: Redactor) -> Any:
    """The same value with every text in it masked, however deep it stands."""
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _masked(getattr(value, each.name), redactor) for each in fields(value)})
    match value:
        case dict():
            return {name: _masked(item, redactor) for name, item in value.items()}
        case list() | tuple():
            return type(value)(_masked(item, redactor) for item in value)
        case _:
            return redactor.json(value)
