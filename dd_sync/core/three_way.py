"""A conflict side by side: what was applied last, what the code says, what Datadog has.

Two columns cannot tell it. What only one side changed looks as if the other had wanted the old value, and undoing that
would undo somebody's work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dd_sync.core.diff import FieldChange, ItemName, differences
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.normal import same


@dataclass(frozen=True)
class ThreeWay:
    """One place where code and Datadog differ. `path` as in FieldChange."""

    path: str
    applied: Any
    code: Any
    datadog: Any
    known: bool = True
    """Whether a receipt tells what was applied last; where none does, `applied` is nothing."""

    @property
    def by_datadog(self) -> bool:
        """Whether somebody changed it in Datadog, for all that is known."""
        return not self.known or not same(self.applied, self.datadog)


def three_ways(kind: Kind, applied: Payload | None, code: Payload, datadog: Payload) -> tuple[ThreeWay, ...]:
    """Every place that the code or somebody in Datadog changed and they do not agree on; payloads without marks."""
    ours, theirs = kind.comparable(code, datadog)
    if applied is None:
        return tuple(_unknown(differences(theirs, ours, kind.item_name)))
    _, before = kind.comparable(code, applied)
    return tuple(_known(before, ours, theirs, kind.item_name))


def _unknown(fields: tuple[FieldChange, ...]) -> Iterator[ThreeWay]:
    yield from (ThreeWay(field.path, None, field.after, field.before, known=False) for field in fields)


def _known(before: Any, ours: Any, theirs: Any, item_name: ItemName) -> Iterator[ThreeWay]:
    code = {field.path: field for field in differences(before, ours, item_name)}
    datadog = {field.path: field for field in differences(before, theirs, item_name)}
    for path in [*code, *(path for path in datadog if path not in code)]:
        one, other = code.get(path), datadog.get(path)
        applied = one.before if one is not None else other.before if other is not None else None
        ours_there, theirs_there = (applied if field is None else field.after for field in (one, other))
        if not same(ours_there, theirs_there):
            yield ThreeWay(path, applied, ours_there, theirs_there)
