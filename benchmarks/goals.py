"""What was aimed for, beside what was reached: times as ratios where a slower machine would change them, the rest as
it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

CPU = 1.3 / 0.39
"""A plan in sync may take so many times the CPU of the download alone."""
HELP, EMPTY, COMPLETION = 90 / 12, 250 / 12, 150 / 12
"""Starts, in times of a Python that does nothing."""


@dataclass(frozen=True)
class Goal:
    """One figure with the most it may be."""

    name: str
    reached: float
    most: float
    unit: str = "x"

    @property
    def held(self) -> bool:
        return self.reached <= self.most


def table(goals: Iterable[Goal]) -> str:
    """Each goal as a line, those that were missed marked."""
    lines = [
        f"  {'held  ' if one.held else 'MISSED'}  {one.name:<58}{one.reached:9.2f} {one.unit:<3} of {one.most:.2f}"
        for one in goals
    ]
    return "\n".join(["\ngoals", *lines])
