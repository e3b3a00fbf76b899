"""Many creates of one definition as one line: a first plan is read by definition, not object by object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dd_sync.core.plan import Change
from dd_sync.reports.paging import Pagers, alert_handles

FOLD_FROM = 40
"""Creates in a plan from which on they are folded."""

SMALLEST = 3
"""Creates of one definition that make a line of their own."""


class Fold(NamedTuple):
    """The creates of one definition."""

    kind: str
    name: str
    source: str
    number: int
    pages: Sequence[str]

    @property
    def key(self) -> str:
        return f"{self.name}/*"


def fold(changes: Sequence[Change], pagers: Pagers) -> tuple[list[Change], list[Fold]]:
    """The changes that are shown one by one, and the creates that are shown by definition."""
    creates = [change for change in changes if change.action == "create"]
    if len(creates) < FOLD_FROM:
        return list(changes), []
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in creates:
        groups.setdefault((change.kind, _definition(change)), []).append(change)
    many = {name: group for name, group in groups.items() if len(group) >= SMALLEST}
    rest = [c for c in changes if c.action != "create" or (c.kind, _definition(c)) not in many]
    return rest, [_fold(kind, name, group, pagers) for (kind, name), group in many.items()]


def _definition(change: Change) -> str:
    """`service/error-rate` of `service/error-rate/payments/prod`."""
    return "/".join(change.key.split("/")[:2])


def _fold(kind: str, name: str, group: Sequence[Change], pagers: Pagers) -> Fold:
    return Fold(kind, name, group[0].source, len(group), sorted(_paged(group, pagers)))


def _paged(group: Iterable[Change], pagers: Pagers) -> set[str]:
    return {handle for change in group for handle in alert_handles(change.told_after) if pagers.wakes(handle)}
