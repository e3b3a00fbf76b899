"""Evaluation windows: where each begins and ends, many at a time, and the values of a series within each.

A track is one number a minute over all windows of a grid; a block has a row for each point of a window and a column
for each window. Both hold NaN where there is nothing. Sums are added from the oldest point to the newest, one after the
other, so that a value at its threshold does not depend on how it was computed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dd_sync.evaluate.series import NotEvaluated

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_FEW = 1 << 15
"""Numbers that are copied rather than walked over: below it the walk costs more than the copy."""
_MOST = 1 << 21
"""Numbers of one block; above, windows are taken a part at a time."""
_LONGEST = 4096
"""Windows taken at a time."""


@dataclass(frozen=True)
class Grid:
    """`count` windows of `length` minutes, the first from minute `start` on, each `step` minutes after the one
    before."""

    start: int
    step: int
    count: int
    length: int

    @property
    def stop(self) -> int:
        """One past the last minute of the last window."""
        return self.start + (self.count - 1) * self.step + self.length

    @property
    def ends(self) -> Integers:
        """One past the last minute of each window."""
        return self.start + self.length + self.step * np.arange(self.count, dtype=np.int64)

    def before(self, minutes: int) -> Grid:
        """The same windows, earlier."""
        return replace(self, start=self.start - minutes)

    def longer(self, minutes: int) -> Grid:
        """The same windows, beginning earlier."""
        return replace(self, start=self.start - minutes, length=self.length + minutes)

    def part(self, offset: int, length: int) -> Grid:
        """A part of each window."""
        return replace(self, start=self.start + offset, length=length)


def grids(ends: Integers, lengths: Integers, period: int) -> Iterator[tuple[Integers, Grid]]:
    """Windows ending at `ends`, taken together as far as they are alike: as long, and at the same place within
    `period`, so that buckets of it fall alike. With each, which of `ends` it is about."""
    kinds = lengths * period + ends % period
    for kind in np.unique(kinds):
        at = np.flatnonzero(kinds == kind)
        for run in _runs(at, ends[at]):
            length = int(lengths[run[0]])
            size = max(1, min(_LONGEST, _MOST // max(1, length)))
            for first in range(0, len(run), size):
                part = run[first : first + size]
                step = int(ends[part[1]] - ends[part[0]]) if len(part) > 1 else period
                yield part, Grid(int(ends[part[0]]) - length, step, len(part), length)


def _runs(at: Integers, ends: Integers) -> Iterator[Integers]:
    """Evenly spaced parts."""
    start = 0
    while start < len(at):
        if start + 1 >= len(at):
            yield at[start:]
            return
        steps = np.diff(ends[start:])
        uneven = np.flatnonzero(steps != steps[0])
        stop = start + (int(uneven[0]) + 1 if uneven.size else len(steps) + 1)
        yield at[start:stop]
        start = stop


def block_of(track: Floats, grid: Grid) -> Floats:
    """Every window of a track, minute by minute."""
    views = np.lib.stride_tricks.sliding_window_view(track, grid.length)[:: grid.step][: grid.count]
    return np.ascontiguousarray(views.T)


def reduce_track(how: str, track: Floats, grid: Grid) -> Floats:
    """One number for each window: `how` is avg, sum, min, max, last or count. NaN without a point."""
    if grid.length * grid.count <= _FEW:
        return reduce_block(how, block_of(track, grid))
    if how in ("min", "max"):
        return _extreme(how, track, grid)
    present = ~np.isnan(track)
    counts = _between(np.concatenate(([0], np.cumsum(present))), grid)
    if how == "last":
        return _last(track, present, counts, grid)
    if how == "count":
        return _where(counts > 0, counts.astype(np.float64))
    if how not in ("avg", "mean", "sum"):
        raise NotEvaluated(f"{how} as an aggregation")
    total = np.zeros(grid.count)
    filled = track if bool(present.all()) else np.where(present, track, 0.0)
    reach = (grid.count - 1) * grid.step + 1
    for minute in range(grid.length):
        total += filled[minute : minute + reach : grid.step]
    with np.errstate(invalid="ignore", divide="ignore"):
        return _where(counts > 0, total if how == "sum" else total / counts)


def reduce_block(how: str, block: Floats) -> Floats:
    """One number for each column, as `reduce_track` has them."""
    if how not in _REDUCED:
        raise NotEvaluated(f"{how} as an aggregation")
    return _REDUCED[how](block, ~np.isnan(block))


def bucket_offsets(grid: Grid, width: int) -> list[tuple[int, int]]:
    """The buckets of `width` minutes in a window, each with its first minute and length; they begin at whole multiples
    of their width, so that the first and the last may be cut short. The step of the grid is a multiple of it."""
    first = min(-grid.start % width, grid.length)
    edges = [*([0] if first else []), *range(first, grid.length, width), grid.length]
    return [(start, stop - start) for start, stop in itertools.pairwise(edges) if stop > start]


def buckets(how: str, track: Floats, grid: Grid, width: int) -> Floats:
    """A block with a point for each bucket of `width` minutes."""
    rows = [_bucket(how, track, grid.part(offset, length), offset) for offset, length in bucket_offsets(grid, width)]
    return np.stack(rows) if rows else np.empty((0, grid.count))


def _bucket(how: str, track: Floats, part: Grid, offset: int) -> Floats:
    return reduce_track(how, track[offset : offset + (part.count - 1) * part.step + part.length], part)


def _any(present: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = np.logical_or.reduce(present, axis=0)
    return found


def _between(totals: Integers, grid: Grid) -> Integers:
    reach = (grid.count - 1) * grid.step + 1
    return totals[grid.length : grid.length + reach : grid.step] - totals[0 : reach : grid.step]


def _where(keep: npt.NDArray[np.bool_], values: Floats) -> Floats:
    return np.where(keep, values, np.nan)


def _extreme(how: str, track: Floats, grid: Grid) -> Floats:
    """The least or greatest of each window, from spans twice as long each time."""
    pick, nothing = (np.minimum, np.inf) if how == "min" else (np.maximum, -np.inf)
    known = ~np.isnan(track)
    line, span = np.where(known, track, nothing), 1
    while span * 2 <= grid.length:
        line, span = pick(line[:-span], line[span:]), span * 2
    reach = (grid.count - 1) * grid.step + 1
    rest = grid.length - span
    found = pick(line[0 : reach : grid.step], line[rest : rest + reach : grid.step])
    counts = _between(np.concatenate(([0], np.cumsum(known))), grid)
    return _where(counts > 0, found)


def _last(track: Floats, present: npt.NDArray[np.bool_], counts: Integers, grid: Grid) -> Floats:
    places = np.maximum.accumulate(np.where(present, np.arange(len(track)), 0))
    reach = (grid.count - 1) * grid.step + 1
    return _where(counts > 0, track[places[grid.length - 1 : grid.length - 1 + reach : grid.step]])


def _sums(block: Floats, present: npt.NDArray[np.bool_]) -> Floats:
    total = np.zeros(block.shape[1])
    for row in np.where(present, block, 0.0):
        total += row
    return total


def _mean(block: Floats, present: npt.NDArray[np.bool_]) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = _sums(block, present) / present.sum(axis=0)
        return found


def _newest(block: Floats, present: npt.NDArray[np.bool_]) -> Floats:
    places = len(block) - 1 - np.argmax(present[::-1], axis=0)
    found: Floats = np.take_along_axis(block, places[None, :], axis=0)[0]
    return found


_REDUCED: Mapping[str, Callable[[Floats, npt.NDArray[np.bool_]], Floats]] = {
    "avg": _mean,
    "mean": _mean,
    "sum": lambda block, present: _where(_any(present), _sums(block, present)),
    "min": lambda block, present: _where(_any(present), np.where(present, block, np.inf).min(axis=0, initial=np.inf)),
    "max": lambda block, present: _where(_any(present), np.where(present, block, -np.inf).max(axis=0, initial=-np.inf)),
    "last": lambda block, present: _newest(block, present) if len(block) else np.full(block.shape[1], np.nan),
    "count": lambda block, present: _where(_any(present), present.sum(axis=0).astype(np.float64)),
}
