"""`ddsync validate`: everything that can be known to be wrong without asking Datadog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dd_sync.cli import options

if TYPE_CHECKING:
    from dd_sync.cli.console import Console
    from dd_sync.project.validating import Validation


def validate(
    target: options.Target = None,
    format: Annotated[str, typer.Option("--format", help="text, json, sarif or junit.")] = "text",
) -> None:
    """Check definitions and inventory, offline and without keys; warnings fail nothing.

    Example: ddsync validate --format sarif > ddsync.sarif
    """
    from dd_sync.cli.console import console
    from dd_sync.cli.reporting import check_format
    from dd_sync.project.keys import remember_keys
    from dd_sync.project.loading import FOLDERS
    from dd_sync.project.settings import find_root
    from dd_sync.project.validating import validate as validated

    check_format(format, "text", "json", "sarif", "junit")
    tty = console()
    found = validated(find_root(Path.cwd()), target)
    tty.result(report(found, format, tty))
    if found.project is not None:
        remember_keys(found.project.root, FOLDERS, found.project.settings.services, found.made)
    raise typer.Exit(0 if found.ok else 1)


def report(found: Validation, format: str, tty: Console) -> str:
    """The findings in one of the formats."""
    import json

    from dd_sync import __version__
    from dd_sync.project.project_rules import whys
    from dd_sync.reports.findings_text import as_json, findings_text, summary_line
    from dd_sync.reports.junit import junit
    from dd_sync.reports.sarif import sarif

    counts = {name: len(keys) for name, keys in found.made.items()}
    match format:
        case "json":
            told = [as_json(one) for one in found.findings]
            return json.dumps({"ok": found.ok, "findings": tty.redactor.json(told), "objects": counts}, indent=2)
        case "sarif":
            return sarif(found.findings, whys(), __version__, tty.redactor)
        case "junit":
            return junit(found.findings, found.made)
        case _:
            text = findings_text(found.findings, tty.paint)
            return "\n".join(part for part in (text, summary_line(found.findings, counts)) if part)
