"""One source's points: brought together by `.rollup()`, its gaps interpolated, as Datadog's docs say ("Rollup",
"Interpolation and the Fill Modifier").

Interpolation is linear and reaches five minutes after a real sample where nothing else is said: between two samples on
the line between them, after the last one as it was. It happens where several sources are brought together and inside
default_zero(), and never to counts and rates; a source of its own keeps its gaps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from dd_sync.evaluate.grid import Floats, Grid, block_of, buckets
from dd_sync.evaluate.series import NotEvaluated, Series
from dd_sync.query.tree import Call, Expression, Number, Unary, Word

MOST_POINTS = 1500
"""Points of a query over its window; above, Datadog makes averages of them first (Datadog's docs, "Rollup")."""


@dataclass(frozen=True)
class Fill:
    """How gaps are filled: `linear`, `last`, `zero` or `null`, up to so many minutes after a real sample."""

    how: str = "linear"
    minutes: int = 5


@dataclass(frozen=True)
class Rollup:
    """How points within an interval become one, and its length in minutes."""

    how: str = "avg"
    minutes: int = 1


def rollup_of(modifiers: Mapping[str, Call]) -> Rollup | None:
    """What `.rollup(how, seconds)` says; None where there is none, or none with an interval. Counts are added up where
    it does not say how."""
    arguments = modifiers["rollup"].arguments if "rollup" in modifiers else ()
    match arguments:
        case () | (Word(),):
            return None
        case (Word(text=how), Number(text=seconds)):
            return Rollup(how, _minutes(seconds, ".rollup"))
        case (Number(text=seconds),):
            return Rollup("sum" if "as_count" in modifiers else "avg", _minutes(seconds, ".rollup"))
    raise NotEvaluated(".rollup() by a calendar")


def fill_of(modifiers: Mapping[str, Call]) -> Fill | None:
    """What `.fill(how, seconds)` says; None where there is none."""
    arguments = modifiers["fill"].arguments if "fill" in modifiers else ()
    match arguments:
        case (Word(text=how), Number(text=seconds)):
            return Fill(_known(how), _minutes(seconds, ".fill") if float(seconds) else 0)
        case (Word(text=how),):
            return Fill(_known(how))
    return None if "fill" not in modifiers else Fill()


def points(series: Series, grid: Grid, rollup: Rollup | None, fill: Fill | None, origin: int = 0) -> Floats:
    """The points of one source in every window: a track with one a minute, or a block with one an interval.

    Intervals begin at whole multiples of their length, so that the first and the last may be cut short. The step of the
    grid is a whole number of intervals. Raises NotEvaluated for gaps between the points of intervals that would be
    interpolated; those of intervals longer than interpolation reaches stay.
    """
    if rollup is None or rollup.minutes == 1:
        return _filled(series, grid, fill or Fill("null"), origin)
    block = buckets(rollup.how, series.track(grid.start - origin, grid.stop - origin), grid, rollup.minutes)
    if fill is not None and fill.how != "null" and rollup.minutes <= fill.minutes:
        gaps = np.isnan(block)
        if bool((gaps.any(axis=0) & ~gaps.all(axis=0)).any()):
            raise NotEvaluated("interpolation of a gap between the points of .rollup()")
    return block


def _filled(series: Series, grid: Grid, fill: Fill, origin: int) -> Floats:
    """Every minute's value; what was reported before a window reaches into it, what comes after it is not known."""
    reach = 0 if fill.how == "null" else fill.minutes
    track = series.track(grid.start - reach - origin, grid.stop - origin)
    present = ~np.isnan(track)
    if not reach or bool(present.all()) or not bool(present.any()):
        return track[reach:]
    here = np.arange(len(track))
    before = np.maximum.accumulate(np.where(present, here, -1))
    near = (before >= 0) & (here - before <= reach)
    held = np.where(present, track, np.where(near, 0.0 if fill.how == "zero" else track[before], np.nan))
    if fill.how != "linear":
        return held[reach:]
    after = np.minimum.accumulate(np.where(present, here, len(track))[::-1])[::-1]
    between = ~present & near & (after < len(track))
    if not bool(between[reach:].any()):
        return held[reach:]
    straight = held.copy()
    left, right = before[between], after[between]
    straight[between] = track[left] + (track[right] - track[left]) * (here[between] - left) / (right - left)
    known = block_of((after + grid.start - reach)[reach:].astype(np.float64), grid) < grid.ends
    return np.where(known, block_of(straight[reach:], grid), block_of(held[reach:], grid))


def _known(how: str) -> str:
    if how not in ("linear", "last", "zero", "null", "none"):
        raise NotEvaluated(f".fill({how})")
    return "null" if how == "none" else how


def _minutes(seconds: str, modifier: str) -> int:
    """Whole minutes: series have a value each minute, so that anything finer would be made up."""
    number = float(seconds)
    if number > 60 and number % 60:
        raise NotEvaluated(f"{modifier}() by {seconds} seconds, which is no whole number of minutes,")
    return max(1, round(number / 60))


def number_of(node: Expression, function: str) -> float:
    """The number a function was given. Raises NotEvaluated for anything else."""
    match node:
        case Number(text=text):
            return float(text)
        case Unary(operator="-", item=Number(text=text)):
            return -float(text)
    raise NotEvaluated(f"{function}() with arguments other than numbers")
