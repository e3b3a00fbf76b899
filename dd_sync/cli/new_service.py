"""`ddsync new-service`: writes a service file, and shows what the service gets from it."""

from __future__ import annotations

from typing import Annotated, Optional

import typer


def new_service(
    name: Annotated[str, typer.Argument(help="The name in its traces and on its pods.", metavar="NAME")],
    manifests: Annotated[
        Optional[str],  # noqa: UP045 - typer reads annotations at run time
        typer.Option("--from", help="Read facts from rendered manifests; - for standard input.", metavar="PATH|-"),
    ] = None,
    team: Annotated[Optional[str], typer.Option("--team", help="Owner, one of teams: in ddsync.yaml.")] = None,  # noqa: UP045
    tier: Annotated[Optional[str], typer.Option("--tier", help="1 (the company lives on it) to 4.")] = None,  # noqa: UP045
    kind: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--kind", help="http, grpc, worker, cron; several with commas."),
    ] = None,
    runtime: Annotated[Optional[str], typer.Option("--runtime", help="python, node, java, go, …")] = None,  # noqa: UP045
    env: Annotated[Optional[list[str]], typer.Option("--env", help="An environment it runs in. Repeatable.")] = None,  # noqa: UP045
    operation: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--operation", help="Name of its primary spans in APM: fastapi.request."),
    ] = None,
) -> None:
    """Write services/NAME.yaml and show what the service gets. Existing files are never changed.

    Asks for what it cannot find, on a terminal only.

    Example: helm template charts/cart | ddsync new-service cart --from - --team shop --tier 1
    """
    from dd_sync.runs.console import console
    from dd_sync.runs.new_service import enroll
    from dd_sync.runs.service_draft import Given

    kinds = tuple(one.strip() for one in (kind or "").split(",") if one.strip())
    enroll(Given(name, manifests, team, tier, kinds, runtime, tuple(env or ()), operation), console())
