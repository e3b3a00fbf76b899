"""What watches each service: measured, reported, and held against the least that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from dd_sync.core.coverage import Coverage, noticed_only
from dd_sync.core.errors import DdsyncError
from dd_sync.project.coverage import TRACKED, Running
from dd_sync.project.coverage import coverage as measure
from dd_sync.project.project import load_project
from dd_sync.project.settings import find_root
from dd_sync.reports.coverage import coverage_json, coverage_markdown, coverage_text, shown_services
from dd_sync.reports.coverage_html import coverage_html
from dd_sync.runs.console import console
from dd_sync.runs.new_service import manifests_of
from dd_sync.runs.plan import pagers_of


class CoverageRequest(NamedTuple):
    """What was asked for. `fail_under` is a percentage."""

    manifests: str | None
    tiers: Sequence[int]
    target: str | None
    format: str
    fail_under: float | None
    gameday: bool = False
    """Whether alerts count only that noticed an incident of a game day."""


def report_coverage(start: Path, asked: CoverageRequest) -> None:
    """Prints the coverage of the project around a folder. Raises DdsyncError below `fail_under`."""
    project = load_project(find_root(start))
    settings = project.settings
    targets = [settings.choose_target(asked.target)[1]] if asked.target else list(settings.targets.values())
    covered = measure(project, targets, pagers_of(settings).wakes, _running(asked.manifests))
    if asked.gameday:
        from dd_sync.runs.gameday import noticing_alerts

        names = [asked.target] if asked.target else list(settings.targets)
        covered = noticed_only(covered, noticing_alerts(project, names))
    if asked.tiers:
        covered = covered.of_tiers(asked.tiers)
    tty = console()
    match asked.format:
        case "json":
            tty.result(coverage_json(covered, settings.project))
        case "markdown":
            tty.result(coverage_markdown(covered))
        case "html":
            tty.result(coverage_html(covered, settings.project))
        case _:
            tty.result(coverage_text(covered, tty.paint))
    if asked.fail_under is not None:
        _check(covered, asked.fail_under)


def _running(manifests: str | None) -> list[Running]:
    """The services that rendered manifests run and somebody should watch."""
    return [
        Running(
            one.service, one.kinds, one.workload, one.where, int(one.tier) if one.tier in ("1", "2", "3", "4") else None
        )
        for one in (manifests_of(manifests).services if manifests else ())
        if TRACKED.intersection(one.kinds)
    ]


def _check(covered: Coverage, least: float) -> None:
    if covered.share is None or covered.share < least:
        what = "no services were found" if covered.share is None else f"coverage is {shown_services(covered.share)}"
        raise DdsyncError(f"{what}, under {least:g} %", hint="ddsync coverage --format json names every gap")
