"""`ddsync validate`: finds errors offline; asks Datadog only with --online."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dd_sync.cli import options

if TYPE_CHECKING:
    from dd_sync.project.validating import Validation
    from dd_sync.runs.console import Console
    from dd_sync.runs.validate_online import Answers


def validate(
    target: options.Target = None,
    format: Annotated[str, typer.Option("--format", help="text, json, sarif or junit.")] = "text",
    online: Annotated[bool, typer.Option("--online", help="Ask Datadog too, about objects that would change.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="With --online: about unchanged objects too.")] = False,
) -> None:
    """Check definitions and inventory, offline and without keys. Warnings do not fail it.

    Example: ddsync validate --format sarif > ddsync.sarif
    """
    from dd_sync.core.errors import UsageError
    from dd_sync.kinds import FOLDERS
    from dd_sync.project.known_keys import remember_keys
    from dd_sync.project.settings import find_root
    from dd_sync.project.validating import validate as validated
    from dd_sync.runs.console import console
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json", "sarif", "junit")
    if everything and not online:
        raise UsageError("--all says what --online asks about", hint="ddsync validate --online --all")
    tty = console()
    root = find_root(Path.cwd())
    found = validated(root, target)
    if found.project is not None:
        remember_keys(root, FOLDERS, found.project.settings.service_patterns, found.made)
    told = None
    if online:
        found, told = with_answers(found, root, target, tty, everything=everything)
    tty.result(report(found, told, format, tty))
    raise typer.Exit(0 if found.ok else 1)


def with_answers(
    found: Validation, root: Path, target: str | None, tty: Console, *, everything: bool
) -> tuple[Validation, Answers | None]:
    """The findings, with Datadog's own; a project with errors is not sent to Datadog."""
    from dataclasses import replace

    from dd_sync.project.locating import in_order
    from dd_sync.runs.validate_online import ask_datadog

    if not found.ok:
        tty.say("note: Datadog was not asked: there are errors to mend first")
        return found, None
    told = ask_datadog(found, root, target, tty, everything=everything)
    for note in told.notes:
        tty.say(f"note: {note}")
    return replace(found, findings=in_order([*found.findings, *told.findings])), told


def report(found: Validation, told: Answers | None, format: str, tty: Console) -> str:
    """The findings in one of the formats."""
    import json

    from dd_sync import __version__
    from dd_sync.project.project_rules import whys
    from dd_sync.reports.findings_text import as_json, findings_text, groups_line, summary_line
    from dd_sync.reports.junit import junit
    from dd_sync.reports.sarif import sarif

    counts = {name: len(keys) for name, keys in found.made.items()}
    match format:
        case "json":
            findings = tty.redactor.json([as_json(one) for one in found.findings])
            ask_datadog = {"notes": list(told.notes), "groups": told.groups} if told is not None else {}
            return json.dumps({"ok": found.ok, "findings": findings, "objects": counts, **ask_datadog}, indent=2)
        case "sarif":
            return sarif(found.findings, whys(), __version__, tty.redactor)
        case "junit":
            return junit(found.findings, found.made)
        case _:
            text = findings_text(found.findings, tty.paint)
            groups = groups_line(told.groups) if told is not None else ""
            return "\n".join(part for part in (text, groups, summary_line(found.findings, counts)) if part)
