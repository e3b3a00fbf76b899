"""`ddsync policy`: checks a saved plan against the limits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def policy(
    planfile: Annotated[Path, typer.Argument(help="A plan that `ddsync plan --save` wrote.", metavar="PLANFILE")],
    allow_delete: Annotated[int, typer.Option("--allow-delete", help="Objects that may be deleted.", min=0)] = 0,
    allow_replace: Annotated[int, typer.Option("--allow-replace", help="Objects that may be replaced.", min=0)] = 0,
) -> None:
    """Say whether apply would refuse a saved plan; exit status 3 when it would. Needs no keys.

    What passes is told in numbers alone, so that a title with "failed" in it fails no pipeline that looks for the word.

    Example: ddsync policy plan.json
    """
    from dd_sync.core.consent import Consent
    from dd_sync.reports.policy_check import policy_check
    from dd_sync.runs.console import console
    from dd_sync.runs.report_formats import read_plan

    passes, text = policy_check(read_plan(planfile).plan, Consent(allow_delete, allow_replace))
    console().result(text)
    raise typer.Exit(0 if passes else 3)
