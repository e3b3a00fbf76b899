"""`ddsync history`: the receipts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from dd_sync.cli import options


def history(
    receipt: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="A receipt to show: path, name, or last.", metavar="RECEIPT"),
    ] = None,
    target: options.Target = None,
    limit: Annotated[int, typer.Option("--limit", help="How many receipts to show.", min=1)] = 20,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """List applies, latest first, or show what one apply did. Needs no keys.

    Example: ddsync history --target prod
    """
    import itertools
    import json

    from dd_sync.project.receipts import find_receipt, receipts_in
    from dd_sync.project.receipts.shelf import shelf
    from dd_sync.project.settings import find_root, load_settings
    from dd_sync.runs.console import console
    from dd_sync.runs.receipt_lines import line, outcome_lines, receipt_text, row
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json")
    tty = console()
    root = find_root(Path.cwd())
    settings, _ = load_settings(root)
    if receipt is not None:
        found = find_receipt(receipt, root, settings.receipts)
        whole = {**row(found), "outcomes": [receipt_text(one, tty.redactor) for one in found.outcomes]}
        text = "\n".join([line(found), *outcome_lines(found)])
        tty.result(json.dumps(whole, indent=2, ensure_ascii=False) if format == "json" else text)
        return
    every = receipts_in(shelf(root / settings.receipts))
    ours = (one for one in every if one.belongs_to[0] == settings.project and target in (None, one.belongs_to[1]))
    listed = list(itertools.islice(ours, limit))
    if format == "json":
        tty.result(json.dumps([row(one) for one in listed], indent=2, ensure_ascii=False))
    else:
        tty.result("\n".join(line(one) for one in listed) or f"no receipts in {settings.receipts}")
