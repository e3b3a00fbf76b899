"""`ddsync discover`: the services in rendered manifests, each fact with its source."""

from __future__ import annotations

from typing import Annotated, Optional

import typer


def discover(
    source: Annotated[
        str, typer.Argument(help="File or folder of rendered manifests; - for standard input.", metavar="PATH|-")
    ],
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    write: Annotated[
        bool, typer.Option("--write", help="Write a service file for each service that has none.")
    ] = False,
    team: Annotated[Optional[str], typer.Option("--team", help="Owner named in the files that --write writes.")] = None,  # noqa: UP045
) -> None:
    """Show the services in manifests, what each is, and the source of each fact.

    Example: helm template charts/cart | ddsync discover -
    """
    import json

    from dd_sync.discover import to_json, to_text
    from dd_sync.runs.console import console
    from dd_sync.runs.new_service import enroll_all, manifests_of
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json")
    tty = console()
    found = manifests_of(source)
    tty.result(json.dumps(to_json(found), indent=2, ensure_ascii=False) if format == "json" else to_text(found))
    for notice in found.notices:
        tty.say(f"notice: {notice}")
    if write:
        enroll_all(found, team, tty)
