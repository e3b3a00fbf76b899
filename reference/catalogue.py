"""The alert catalogue of this repository's own project: what the packs make for its clusters, databases, services."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dd_sync.project import catalogue
from dd_sync.project.project import load_project
from dd_sync.reports import catalogue as pages
from dd_sync.runs.plan import pagers_of


def catalogue_pages(root: Path) -> Mapping[str, str]:
    """What `ddsync render --catalogue` writes, by file name."""
    project = load_project(root)
    _, target = project.settings.choose_target(None)
    found = catalogue.catalogue(project, target)
    return pages.catalogue_pages(found, project.settings.project, pagers_of(project.settings))
