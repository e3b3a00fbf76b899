"""Percentiles of distributions, from the samples that were recorded.

Datadog keeps sketches that are exact to 1 % (Datadog's docs, "Distributions"); here every sample counts. The p-th
percentile of n samples is the one at place p * (n - 1), rounded down, in their order, as sketches have it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dd_sync.evaluate.grid import Floats, Grid, bucket_offsets
from dd_sync.evaluate.series import NotEvaluated, Series
from dd_sync.query.vocabulary import PERCENTILE


def quantile_of(aggregator: str) -> float | None:
    """0.95 for `p95`, 0.999 for `p99.9` and `p999`; None for what is no percentile."""
    if PERCENTILE.fullmatch(aggregator) is None:
        return None
    digits = aggregator.lstrip("pc")
    number = float(digits)
    return number / 100 if number <= 100 else float(f"0.{digits}")


def distribution(sources: Sequence[Series], aggregator: str, grid: Grid, minutes: int, origin: int) -> Floats:
    """The points of an aggregation over all samples of some sources: a track for buckets of one minute, a block for
    longer ones; `origin` is when the sources' minute 0 was."""
    if minutes == 1:
        return np.array([_all(sources, aggregator, at - origin, 1) for at in range(grid.start, grid.stop)])
    return np.stack([_row(sources, aggregator, grid.part(*span), origin) for span in bucket_offsets(grid, minutes)])


def pool(sources: Sequence[Series], aggregator: str, grid: Grid, origin: int) -> Floats:
    """A block of one point a window: an aggregation over all its samples."""
    return _row(sources, aggregator, grid, origin)[None, :]


def _row(sources: Sequence[Series], aggregator: str, grid: Grid, origin: int) -> Floats:
    starts = grid.start - origin + grid.step * np.arange(grid.count)
    return np.array([_all(sources, aggregator, int(start), grid.length) for start in starts])


def _all(sources: Sequence[Series], aggregator: str, start: int, length: int) -> float:
    found = [value for one in sources for minute in range(start, start + length) for value in one.samples(minute)]
    if not found:
        return float("nan")
    quantile = quantile_of(aggregator)
    if quantile is not None:
        return sorted(found)[int(quantile * (len(found) - 1))]
    match aggregator:
        case "avg":
            return sum(found) / len(found)
        case "sum":
            return sum(found)
        case "min":
            return min(found)
        case "max":
            return max(found)
        case "count":
            return len(found)
    raise NotEvaluated(f"the aggregation {aggregator} of a distribution")
