"""Series from files into the emulator, which evaluates its monitors over them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dd_sync.core.errors import DdsyncError, UsageError
from dd_sync.runs.console import Console
from dd_sync.runs.plan import find_target
from dd_sync.runs.session import connect


def replay_files(
    start: Path, target: str | None, files: Sequence[Path], metric: str | None, tags: Sequence[str], console: Console
) -> dict[str, Any]:
    """Gives the emulator of a target the series of files and has it evaluate. Raises UsageError for a target that is no
    emulator, DdsyncError with `file:line` for a file that cannot be read."""
    series = [one for file in files for one in read_series(file, metric, tags)]
    place = find_target(start, target)
    if place.target.emulator is None:
        raise UsageError(f"target {place.name} is no emulator", hint="only an emulator takes series from files")
    with connect(place.root, place.settings, place.name, place.target, console) as session:
        told: dict[str, Any] = session.client.call("POST", "/ddsync/replay", body={"series": series})
    return told


def read_series(file: Path, metric: str | None = None, tags: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """The series of a file. Raises DdsyncError with `file:line`."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise DdsyncError(f"{file}: {reason}", hint="give a file of series: CSV or JSON lines") from None
    if file.suffix in (".json", ".jsonl", ".ndjson"):
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _one(line, f"{file}:{number}")
        return
    yield {"metric": metric or file.stem, "tags": list(tags), "points": list(_points(lines, file))}


def _one(line: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
        points = [(float(when), float(value)) for when, value in found["points"]]
        return {"metric": str(found["metric"]), "tags": list(found.get("tags") or ()), "points": points}
    except (ValueError, KeyError, TypeError):
        hint = '{"metric": "shop.orders", "tags": ["env:prod"], "points": [[1700000000, 1.5]]}'
        raise DdsyncError(f"{where}: not a series", hint=f"write {hint}") from None


def _points(lines: Sequence[str], file: Path) -> Iterator[tuple[float, float]]:
    for number, row in enumerate(csv.reader(lines), 1):
        try:
            yield float(row[0]), float(row[1])
        except (ValueError, IndexError):
            if number > 1 and row:  # the first line may name the columns
                hint = "write seconds since 1970 and a value: 1700000000,1.5"
                raise DdsyncError(f"{file}:{number}: not a point", hint=hint) from None
