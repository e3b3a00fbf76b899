"""A cache of series by sub-query and day: a past day does not change.

One file a sub-query and day, gzipped JSON, with the minutes of the day that are known. Losing it costs calls and
nothing else; a file that cannot be read is read anew from Datadog.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DAY = 24 * 60

Tags = tuple[str, ...]
"""The tags of a group, `host:a`, sorted."""

Points = dict[Tags, dict[int, float]]
"""Values by minute since the epoch, for each group."""

_FORMAT = 1


@dataclass
class Shelf:
    """`folder` None keeps nothing. `account` tells accounts apart: a hash of host and key."""

    folder: Path | None
    account: str = ""
    _days: dict[tuple[str, int], tuple[set[int], Points]] = field(default_factory=dict, init=False)

    def known_minutes(self, subquery: str, day: int) -> set[int]:
        """The minutes of a day (since the epoch) that are known."""
        return self._day(subquery, day)[0]

    def points(self, subquery: str, day: int) -> Points:
        """The values of a day."""
        return self._day(subquery, day)[1]

    def put(
        self, subquery: str, day: int, minutes: range, points: Mapping[Tags, Mapping[int, float]], *, keep: bool
    ) -> None:
        """Adds minutes that were asked for, with what came; `keep` writes them down."""
        known, held = self._day(subquery, day)
        known.update(minutes)
        for tags, values in points.items():
            held.setdefault(tags, {}).update(values)
        if keep and self.folder is not None:
            _write(self._file(subquery, day), known, held, day)

    def _day(self, subquery: str, day: int) -> tuple[set[int], Points]:
        name = (subquery, day)
        if name not in self._days:
            self._days[name] = _read(self._file(subquery, day), day) if self.folder else (set(), {})
        return self._days[name]

    def _file(self, subquery: str, day: int) -> Path:
        name = hashlib.sha256(f"{self.account}\n{subquery}".encode()).hexdigest()[:24]
        return (self.folder or Path()) / name / f"{day}.json.gz"


def _read(file: Path, day: int) -> tuple[set[int], Points]:
    try:
        held: Any = json.loads(gzip.decompress(file.read_bytes()))
        if held["format"] != _FORMAT:
            return set(), {}
        known = {day * DAY + minute for start, stop in held["known"] for minute in range(start, stop)}
        return known, {tuple(tags): _unpacked(values, day) for tags, values in held["series"]}
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return set(), {}


def _unpacked(values: list[list[float]], day: int) -> dict[int, float]:
    return {day * DAY + int(minute): float(value) for minute, value in zip(*values, strict=True)}


def _write(file: Path, known: set[int], points: Points, day: int) -> None:
    series = [
        [list(tags), [[minute - day * DAY for minute in values], list(values.values())]]
        for tags, values in points.items()
    ]
    body = {"format": _FORMAT, "known": _spans(sorted(minute - day * DAY for minute in known)), "series": series}
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=file.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(gzip.compress(json.dumps(body).encode(), 3))
        Path(name).replace(file)


def _spans(minutes: list[int]) -> list[tuple[int, int]]:
    """Minutes in a row as spans."""
    spans: list[tuple[int, int]] = []
    for minute in minutes:
        if spans and spans[-1][1] == minute:
            spans[-1] = spans[-1][0], minute + 1
        else:
            spans.append((minute, minute + 1))
    return spans
