"""`ddsync render --catalogue`: the alert catalogue as a folder of pages."""

from __future__ import annotations

from pathlib import Path

from dd_sync.cli.console import console
from dd_sync.cli.planning import pagers_of
from dd_sync.core.errors import DdsyncError
from dd_sync.project.catalogue import catalogue, stale_pages, write_pages
from dd_sync.project.project import Project
from dd_sync.project.settings import Target
from dd_sync.reports.catalogue import MARK, catalogue_pages


def render_catalogue(project: Project, target: Target, out: Path, *, check: bool) -> None:
    """Writes the pages, or with `check` only compares them. Raises DdsyncError when they are stale."""
    tty = console()
    pages = catalogue_pages(catalogue(project, target), project.settings.project, pagers_of(project.settings))
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
