"""The command line: one file a command, heavy imports inside the command, one place that turns errors into statuses."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import Any

USAGE = 64


def main() -> None:
    """Runs `ddsync` and ends the process with its exit status."""
    from dd_sync.runs.streams import take_anything

    take_anything(sys.stdout, sys.stderr)
    if "_DDSYNC_COMPLETE" in os.environ and _completed():
        return
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for some reads every installed package
    gc.disable()  # short-lived: a plan of 6,000 objects takes 2.6 s of CPU with collection, 1.1 s without
    sys.setswitchinterval(0.0005)  # answers are taken in while definitions are built; the usual 5 ms make each wait
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    status = run(arguments, debug=debug)
    with contextlib.suppress(OSError, ValueError):  # `ddsync plan | head`, or a disk that was full before
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)  # without taking every object apart first, which takes 0.1 s after a plan of 6,000


def with_days(arguments: list[str]) -> list[str]:
    """The arguments with the days that `--backtest` means where it does not say: typer knows no option that may have a
    value and need not."""
    found: list[str] = []
    for argument, after in zip(arguments, [*arguments[1:], ""], strict=True):
        found.append(argument)
        if argument == "--backtest" and not after.isdecimal():
            found.append("14")
    return found


def run(arguments: list[str], *, debug: bool = False) -> int:
    """One command; returns its exit status. `debug` shows where an error came from."""
    import typer

    from dd_sync.cli.app import app
    from dd_sync.core.errors import DdsyncError
    from dd_sync.runs import logs
    from dd_sync.runs.console import forget

    logs.choose("text")
    forget()
    try:
        result = app(arguments)(args=with_days(arguments), prog_name="ddsync", standalone_mode=False)
    except DdsyncError as error:
        from dd_sync.runs.console import console

        if debug:
            _show_trace()
        console().error(error)
        return error.exit_status
    except _usage_error() as error:
        _misused(error)
        return USAGE
    except (typer.Abort, KeyboardInterrupt):
        sys.stderr.write("stopped\n")
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `ddsync plan | head` is no error
        return 0
    except Exception as error:  # noqa: BLE001 - the last door: whatever comes here is ours to mend, and never a trace
        from dd_sync.runs.console import unexpected

        if debug:
            _show_trace()
        return unexpected(error)
    return result if isinstance(result, int) else 0


def _misused(error: Any) -> None:
    """What is wrong with the command line, which may hold what should not be repeated."""
    import io

    from dd_sync.runs.console import console

    said = io.StringIO()
    error.show(file=said)
    console().say(said.getvalue().rstrip("\n"))


def _completed() -> bool:
    """Answers a shell that wants keys, where that needs nothing slow."""
    from pathlib import Path

    from dd_sync.cli.tab import answer

    found = answer(os.environ, Path.cwd())
    if found is not None and os.environ.get("_TYPER_COMPLETE_FISH_ACTION") != "is-args":
        sys.stdout.write(found + "\n")
    return found is not None


def _usage_error() -> Any:
    """The type of every complaint about the command line. Where it lives depends on typer's version, which carries
    click inside it or beside it; that BadParameter is one of them does not."""
    import typer

    return next(base for base in typer.BadParameter.__mro__ if base.__name__ == "UsageError")


def _show_trace() -> None:
    """The trace on standard error, secrets masked."""
    import traceback

    from dd_sync.runs.console import console

    console().say(traceback.format_exc())
