"""`ddsync query`: explains and checks a query, or a stream of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

if TYPE_CHECKING:
    from dd_sync.rules.verdict import Verdict


def query(
    query: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(help="The query; - reads lines of JSON; without it, standard input is the query."),
    ] = None,
    type: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--type", help="A monitor type, dashboard or slo; guessed by default.", metavar="TYPE"),
    ] = None,
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Explain a query in words and check it, offline.

    Example: ddsync query 'avg(last_5m):avg:system.load.1{env:prod} by {host} > 5'
    """
    import json
    import sys

    from dd_sync.core.errors import UsageError
    from dd_sync.rules.verdict import judge
    from dd_sync.runs.console import console
    from dd_sync.runs.report_formats import check_format

    check_format(format, "text", "json")
    check_type(type)
    tty = console()
    if query == "-":
        for answer in answers(sys.stdin.buffer, type):
            tty.result(json.dumps(answer))
        return
    if query is None and sys.stdin.isatty():
        raise UsageError("which query?", hint="give it in quotes, or - to read lines of JSON")
    text = (sys.stdin.read() if query is None else query).strip()
    verdict = judge(text.encode(errors="replace").decode(), type)
    as_json = format == "json"
    tty.result(json.dumps(verdict.as_json(), indent=2, ensure_ascii=False) if as_json else verdict_text(verdict))
    raise typer.Exit(0 if verdict.ok else 1)


def check_type(type: str | None) -> None:
    """Raises UsageError for an unknown type."""
    from dd_sync.core.errors import UsageError
    from dd_sync.query.parse import TYPES

    if unknown := unknown_type(type):
        raise UsageError(unknown, hint=f"types are {', '.join(TYPES)}")


def unknown_type(type: str | None) -> str:
    """The error for an unknown type; nothing for one of Datadog's or ours, or for none."""
    from dd_sync.core.errors import did_you_mean
    from dd_sync.query.parse import TYPES

    return "" if type is None or type in TYPES else f'no type "{type}".{did_you_mean(type, TYPES)}'


def answers(lines: Iterable[bytes], type: str | None = None) -> Iterator[dict[str, Any]]:
    """An answer for each line `{"type": …, "query": …}`, as it comes; blank lines are skipped.

    `type` is that of lines that name none. A line that is no such object is answered like a query that is refused.
    """
    import gc

    from dd_sync.rules.verdict import judge

    gc.enable()  # a stream has no end, and the process that reads it has to stay small
    for line in lines:
        if not line.strip():
            continue
        try:
            asked = _asked(line)
        except ValueError as error:
            yield {"ok": False, "errors": [str(error)], "explanation": "", "findings": []}
        else:
            yield judge(asked[0], asked[1] or type).as_json()


def _asked(line: bytes) -> tuple[str, str | None]:
    """The query of a line and its type. Raises ValueError that says what is wrong with the line."""
    import json

    try:
        asked = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("not a line of JSON: not a text in UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not a line of JSON: {error}") from None
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str):
        raise ValueError('expected an object with a text under "query": {"type": "query alert", "query": "…"}')
    if not isinstance(asked.get("type"), str | None):
        raise ValueError('expected a text under "type"')
    if unknown := unknown_type(asked.get("type")):
        raise ValueError(unknown)
    return asked["query"], asked.get("type")


def verdict_text(verdict: Verdict) -> str:
    """The words, then each finding with a caret under its place."""
    from dd_sync.query.errors import caret
    from dd_sync.rules.verdict import sentence

    report = [verdict.explanation] if verdict.explanation else []
    for finding in verdict.findings:
        report.append(f"{finding.severity}: {sentence(finding)} [{finding.rule}]")
        if finding.start is not None and verdict.query:
            report += [f"  {line}" for line in caret(verdict.query, finding.start).split("\n")]
    return "\n".join(report)
