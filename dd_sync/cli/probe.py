"""`ddsync probe`: tests assumptions about Datadog in a sandbox account."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from dd_sync.cli import options


def probe(
    target: options.Target = None,
    only: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--only", help="One experiment by its name. Repeatable.", metavar="NAME"),
    ] = None,
    names: Annotated[bool, typer.Option("--list", help="List the experiments; run none.")] = False,
    clean: Annotated[bool, typer.Option("--clean", help="Only delete what a killed run left behind.")] = False,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Test ddsync's assumptions about Datadog on a target marked `sandbox: true`.

    Makes, edits and deletes objects called "[ddsync probe] …" and touches nothing else: about a hundred calls. Ends
    with 1 when it was stopped, or left something.

    Example: ddsync probe --target sandbox --format json
    """
    from dd_sync.probe.of_kind import EXPERIMENTS
    from dd_sync.runs.console import console
    from dd_sync.runs.probe import ProbeRequest, run_probe
    from dd_sync.runs.probe_report import probed_json, probed_text
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json")
    tty = console()
    if names:
        tty.result("\n".join(f"{one.id:24} {one.says}" for one in EXPERIMENTS))
        return
    found = run_probe(Path.cwd(), ProbeRequest(target, tuple(only or ()), clean), tty)
    tty.result(probed_json(found) if format == "json" else probed_text(found))
    raise typer.Exit(0 if found.whole else 1)
