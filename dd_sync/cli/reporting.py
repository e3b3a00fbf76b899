"""Which report a `--format` means."""

from __future__ import annotations

import time
from dataclasses import replace

from dd_sync.cli.console import Console
from dd_sync.cli.planning import Planned
from dd_sync.core.errors import UsageError, did_you_mean
from dd_sync.reports.as_json import Url, plan_json
from dd_sync.reports.paging import Pagers
from dd_sync.reports.text import plan_text


def check_format(format: str, *known: str) -> None:
    """Raises UsageError for a format the command does not have."""
    if format not in known:
        raise UsageError(f'no format "{format}".{did_you_mean(format, known)}', hint=f"formats are {', '.join(known)}")


def plan_report(made: Planned, pagers: Pagers, url: Url, console: Console, format: str) -> str:
    """The plan in one of its formats."""
    heading = replace(made.heading, now=time.time())
    match format:
        case "json":
            return plan_json(made.plan, url, console.redactor)
        case "markdown":
            from dd_sync.reports.markdown import Surroundings, plan_markdown

            return plan_markdown(made.plan, heading, pagers, Surroundings(url), redactor=console.redactor)
        case _:
            return plan_text(made.plan, heading, pagers, console.paint)
