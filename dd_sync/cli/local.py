"""`ddsync local`: the emulator, a Datadog on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

local = typer.Typer(help="The emulator: a Datadog on 127.0.0.1, to try everything without an account.")


@local.command()
def serve(
    port: Annotated[int, typer.Option("--port", help="Port; 0 takes a free one.", min=0, max=65535)] = 8126,
    state: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--state", help="File to keep the objects in; in memory by default.", metavar="FILE"),
    ] = None,
    latency_ms: Annotated[float, typer.Option("--latency-ms", help="Wait before each answer.", min=0)] = 0,
    rate_limit: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--rate-limit", help="Calls a second for each kind of call, then 429.", min=1),
    ] = None,
    fault_rate: Annotated[float, typer.Option("--fault-rate", help="Share of calls that fail.", min=0, max=1)] = 0,
) -> None:
    """Serve the emulator until interrupted. The first line of output is its URL.

    Example: ddsync local serve --port 0
    """
    from dd_sync.core.errors import UsageError
    from dd_sync.emulator import serve as serve_emulator
    from dd_sync.runs.console import console

    tty = console()

    def ready(url: str) -> None:
        tty.result(url)
        tty.say(f"to use it: export DD_HOST={url} DD_API_KEY=local DD_APP_KEY=local")

    try:
        serve_emulator(
            state if state is not None else ":memory:",
            port=port,
            on_ready=ready,
            latency_ms=latency_ms,
            rate_limit=rate_limit,
            fault_rate=fault_rate,
        )
    except KeyboardInterrupt:
        tty.say("stopped")
    except OSError as error:
        raise UsageError(f"port {port}: {error.strerror}", hint="--port 0 takes a free one") from error


@local.command()
def replay(
    files: Annotated[list[Path], typer.Argument(help="Series: CSV or JSON lines.", metavar="FILE...")],
    metric: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--metric", help="CSV: the metric; by default the file's name.", metavar="NAME"),
    ] = None,
    tags: Annotated[str, typer.Option("--tags", help="CSV: its tags.", metavar="TAG,...")] = "",
    target: Annotated[Optional[str], typer.Option("--target", "-t", help="Which target.", metavar="TARGET")] = None,  # noqa: UP045
) -> None:
    """Load series into the emulator, evaluate its monitors over them and keep the alert events.

    A CSV has a line for each point, seconds since 1970 and a value. JSON lines are a series each:
    {"metric": "shop.orders", "tags": ["env:prod"], "points": [[1700000000, 1.5]]}.

    Example: ddsync local replay cpu.csv --metric system.cpu.user --tags host:a,env:prod
    """
    from dd_sync.runs.console import console
    from dd_sync.runs.replay import replay_files

    tty = console()
    told = replay_files(Path.cwd(), target, files, metric, [tag for tag in tags.split(",") if tag], tty)
    tty.result(f"{told['monitors']} monitors evaluated, {told['events']} events")
    for id, reason in told["not_evaluated"].items():
        tty.say(f"notice: monitor {id}: {reason}")


@local.command()
def reset(
    target: Annotated[Optional[str], typer.Option("--target", "-t", help="Which target.", metavar="TARGET")] = None,  # noqa: UP045
) -> None:
    """Delete all objects of a target's embedded emulator, and the receipts of its applies.

    A file that is no emulator's is left as it is. Receipts on S3 stay.

    Example: ddsync local reset
    """
    from dd_sync.core.errors import UsageError
    from dd_sync.core.wording import quantity
    from dd_sync.emulator.files import remove_state
    from dd_sync.project.receipts import Receipts
    from dd_sync.project.settings import find_root, load_settings
    from dd_sync.runs.console import console

    tty = console()
    root = find_root(Path.cwd())
    settings, _ = load_settings(root)
    name, chosen = settings.choose_target(target)
    if chosen.emulator is None:
        raise UsageError(f"target {name} is no emulator", hint="only an emulator can be reset")
    instance = remove_state(root / chosen.emulator)
    receipts = Receipts(root / settings.receipts, settings.project, name, f"emulator:{instance}")
    removed = receipts.forget() if instance else 0
    tty.result(f"{name}: empty" + (f"; {quantity(removed, 'receipt')} removed" if removed else ""))
