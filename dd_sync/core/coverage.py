"""What watches each service, as a table: services by aspects, each cell with the objects that fill it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Aspect = Literal[
    "availability",
    "latency",
    "saturation",
    "queue age",
    "restarts",
    "mongodb",
    "slo",
    "runbook",
    "owner",
    "pager",
]
ASPECTS: tuple[Aspect, ...] = (
    "availability",
    "latency",
    "saturation",
    "queue age",
    "restarts",
    "mongodb",
    "slo",
    "runbook",
    "owner",
    "pager",
)
"""In the order in which reports show them."""

OBJECTIVE: Aspect = "slo"
"""The aspect that a promise fills: a service has an SLO."""

State = Literal["yes", "no", "n/a"]
"""n/a: the aspect makes no sense for such a service, a queue for an HTTP API."""


@dataclass(frozen=True)
class Cell:
    """Whether an aspect of a service is watched."""

    state: State
    by: Sequence[str] = ()
    """The keys of what watches it."""
    hint: str = ""
    """What would fill the gap, where that is known."""


NOT_APPLICABLE = Cell("n/a")


@dataclass(frozen=True)
class Row:
    """One service. `where` is its file, or the manifest that runs it without one."""

    service: str
    tier: int | None
    team: str
    where: str
    cells: Mapping[Aspect, Cell]
    listed: bool = True
    """Whether the inventory has it; what only manifests know is watched by nothing."""

    @property
    def gaps(self) -> list[Aspect]:
        return [aspect for aspect in ASPECTS if self.cells[aspect].state == "no"]

    @property
    def share(self) -> float | None:
        """Percent of what makes sense for it that is watched."""
        return share([self])


@dataclass(frozen=True)
class Coverage:
    """All services."""

    rows: Sequence[Row]

    @property
    def share(self) -> float | None:
        """Percent of all cells that make sense; None where there is no service."""
        return share(self.rows)

    def of_tiers(self, tiers: Iterable[int]) -> Coverage:
        """Only services of these tiers; a service whose tier nobody knows may be of any, and stays."""
        wanted = {None, *tiers}
        return Coverage([row for row in self.rows if row.tier in wanted])


_BY_ALERTS: tuple[Aspect, ...] = (
    "availability",
    "latency",
    "saturation",
    "queue age",
    "restarts",
    "mongodb",
    "pager",
)
"""Aspects that alerts watch, and so a game day can show whether they do."""


def noticed_only(found: Coverage, noticing: Collection[str]) -> Coverage:
    """Coverage in which an alert counts only where it is one of `noticing`: those that told of an incident of a game
    day. An alert that was not played is none of them."""
    return Coverage([replace(row, cells={**row.cells, **_noticed(row, noticing)}) for row in found.rows])


def _noticed(row: Row, noticing: Collection[str]) -> dict[Aspect, Cell]:
    changed: dict[Aspect, Cell] = {}
    for aspect in _BY_ALERTS:
        cell = row.cells[aspect]
        by = tuple(key for key in cell.by if key in noticing)
        if cell.state == "yes" and not by:
            shown = ", ".join(cell.by[:2]) + ("…" if len(cell.by) > 2 else "")
            changed[aspect] = Cell("no", (), f"{shown} noticed nothing in the game day")
        elif cell.state == "yes":
            changed[aspect] = Cell("yes", by)
    return changed


def share(rows: Iterable[Row]) -> float | None:
    """Percent of the cells that make sense which are filled; None where none makes sense."""
    states = [cell.state for row in rows for cell in row.cells.values() if cell.state != "n/a"]
    return 100 * states.count("yes") / len(states) if states else None
