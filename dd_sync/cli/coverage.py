"""`ddsync coverage`: what watches each service, and what nobody watches."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from dd_sync.cli import options

if TYPE_CHECKING:
    from dd_sync.project.coverage import Running


def coverage(
    manifests: Annotated[
        Optional[str],  # noqa: UP045 - typer reads annotations at run time
        typer.Option("--manifests", help="Rendered manifests of what runs; - for standard input.", metavar="PATH|-"),
    ] = None,
    fail_under: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option("--fail-under", help="Exit with 1 below this percentage.", min=0, max=100, metavar="N"),
    ] = None,
    tier: Annotated[
        Optional[list[int]],  # noqa: UP045
        typer.Option("--tier", help="Only services of this tier. Repeatable.", min=1, max=4, metavar="N"),
    ] = None,
    gameday: Annotated[
        bool, typer.Option("--gameday", help="Play a game day, and count alerts only that noticed an incident in it.")
    ] = False,
    target: options.Target = None,
    format: Annotated[str, typer.Option("--format", help="text, json, markdown or html.")] = "text",
) -> None:
    """Show which services are watched, and in which respects.

    Example: helm template charts/shop | ddsync coverage --manifests - --tier 1 --fail-under 100
    """
    from dd_sync.core.errors import DdsyncError
    from dd_sync.project.coverage import coverage as measure
    from dd_sync.project.project import load_project
    from dd_sync.project.settings import find_root
    from dd_sync.reports.coverage import coverage_json, coverage_markdown, coverage_text, shown_services
    from dd_sync.reports.coverage_html import coverage_html
    from dd_sync.runs.console import console
    from dd_sync.runs.plan import pagers_of
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json", "markdown", "html")
    tty = console()
    project = load_project(find_root(Path.cwd()))
    settings = project.settings
    targets = [settings.choose_target(target)[1]] if target else list(settings.targets.values())
    running = _running(manifests)
    found = measure(project, targets, pagers_of(settings).wakes, running)
    if gameday:
        from dd_sync.core.coverage import noticed_only
        from dd_sync.runs.gameday import noticing_alerts

        found = noticed_only(found, noticing_alerts(project, [target] if target else list(settings.targets)))
    if tier:
        found = found.of_tiers(tier)
    match format:
        case "json":
            tty.result(coverage_json(found, settings.project))
        case "markdown":
            tty.result(coverage_markdown(found))
        case "html":
            tty.result(coverage_html(found, settings.project))
        case _:
            tty.result(coverage_text(found, tty.paint))
    if fail_under is not None and (found.share is None or found.share < fail_under):
        what = "no services were found" if found.share is None else f"coverage is {shown_services(found.share)}"
        raise DdsyncError(f"{what}, under {fail_under:g} %", hint="ddsync coverage --format json names every gap")


def _running(manifests: str | None) -> list[Running]:
    """The services that manifests run, as far as they should be watched."""
    from dd_sync.project.coverage import TRACKED, Running
    from dd_sync.runs.new_service import manifests_of

    return [
        Running(
            one.service, one.kinds, one.workload, one.where, int(one.tier) if one.tier in ("1", "2", "3", "4") else None
        )
        for one in (manifests_of(manifests).services if manifests else ())
        if TRACKED.intersection(one.kinds)
    ]
