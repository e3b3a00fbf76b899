"""A conflict for people: a row for each place, with what was applied last, what the code says and what Datadog has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dd_sync.core.diff import FieldChange
from dd_sync.core.plan import Change
from dd_sync.core.secrets import Redactor
from dd_sync.reports.escaping import one_line
from dd_sync.reports.lines import label
from dd_sync.reports.values import pair, value_text

COLUMNS = ("applied last", "code", "Datadog")
_LONGEST = 36
_UNKNOWN = "not known"


class Row(NamedTuple):
    """One place, secrets masked."""

    label: str
    applied: str
    code: str
    datadog: str


def conflict_rows(change: Change, mask: Redactor) -> list[Row]:
    """The places of a conflict; none for what is no conflict."""
    return [Row(*map(one_line, row)) for row in _rows(change, mask)]


def _rows(change: Change, mask: Redactor) -> Iterator[Row]:
    for one in change.conflict:
        applied, code, datadog = (mask.json(side) for side in (one.applied, one.code, one.datadog))
        ours, theirs = pair(FieldChange(one.path, code, datadog), _LONGEST)
        if not one.known:
            last = _UNKNOWN
        elif applied in (code, datadog):
            last = ours if applied == code else theirs
        else:
            last = value_text(applied, _LONGEST)
        yield Row(label(one.path), last, ours, theirs)


def conflict_text(change: Change, mask: Redactor, most: int) -> list[str]:
    """The rows as a table of text, headed; empty for what is no conflict."""
    rows = [Row("", *COLUMNS), *conflict_rows(change, mask)]
    if len(rows) == 1:
        return []
    widths = [max(len(row[n]) for row in rows[: most + 1]) for n in range(4)]
    lines = ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)) for row in rows[: most + 1]]
    more = [f"and {len(rows) - 1 - most} more (--format json shows all)"] if len(rows) - 1 > most else []
    return [*(line.rstrip() for line in lines), *more]
