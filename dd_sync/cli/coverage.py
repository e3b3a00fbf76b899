"""`ddsync coverage`: what is watched of each service, and what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from dd_sync.cli import options


def coverage(
    manifests: Annotated[
        Optional[str],  # noqa: UP045 - typer reads annotations at run time
        typer.Option("--manifests", help="Rendered Kubernetes manifests; - for standard input.", metavar="PATH|-"),
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
        bool, typer.Option("--gameday", help="Play a game day; count only alerts that notice an incident.")
    ] = False,
    target: options.Target = None,
    format: Annotated[str, typer.Option("--format", help="text, json, markdown or html.")] = "text",
) -> None:
    """Show which services are watched, and for what.

    Example: helm template charts/shop | ddsync coverage --manifests - --tier 1 --fail-under 100
    """
    from dd_sync.runs.coverage import CoverageRequest, report_coverage
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json", "markdown", "html")
    report_coverage(Path.cwd(), CoverageRequest(manifests, tuple(tier or ()), target, format, fail_under, gameday))
