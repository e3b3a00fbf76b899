"""Reads series: the calls it takes, and their answers (Datadog's API, `GET /api/v1/query`).

A call gives at most 1,500 points a series, so that one covers a day of minutes and an hour. Days that are over are
kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from dd_sync.core.errors import DatadogError, Forbidden
from dd_sync.datadog.client import Client
from dd_sync.evaluate import Series
from dd_sync.history.shelf import DAY, Shelf, Tags

MOST_POINTS = 1500
"""Points of a series that one call gives (Datadog's docs, "Rollup")."""

SCOPE = "timeseries_query"
"""The permission that reading series takes (Datadog's API description)."""

READERS = 4
"""Calls at once: others need the rate limit too."""

Progress = Callable[[str, int, int], None]


class Span(NamedTuple):
    """Minutes since the epoch, from the first up to, and without, the second."""

    since: int
    until: int

    @property
    def days(self) -> int:
        """Days it takes, begun ones included."""
        return -(-(self.until - self.since) // DAY)


class _Ask(NamedTuple):
    """One call."""

    subquery: str
    since: int
    until: int


@dataclass
class SeriesReader:
    """Reads series of one account. `today` is the first minute of the day that is not over."""

    client: Client
    shelf: Shelf
    today: int
    progress: Progress = lambda what, done, total: None
    calls: int = 0

    def lead(self, span: Span, wanted: int) -> int:
        """How many minutes before the span can be had without another call, of those that are wanted."""
        return min(wanted, span.days * MOST_POINTS - (span.until - span.since))

    def to_ask(self, subqueries: Iterable[str], span: Span, lead: int) -> list[_Ask]:
        """The calls that are still to be made for a span and `lead` minutes before it."""
        return [ask for subquery in dict.fromkeys(subqueries) for ask in self._missing(subquery, span, lead)]

    def read(self, asks: Sequence[_Ask]) -> None:
        """Makes the calls. Raises DatadogError, with the permission that is missing where one is."""
        with ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="history") as pool:
            found = pool.map(self._ask, asks)
            for number, (ask, series) in enumerate(zip(asks, found, strict=True), 1):
                self.calls += 1
                self._keep(ask, series)
                self.progress("series", number, len(asks))

    def series(self, subquery: str, name: str, span: Span, lead: int) -> list[Series]:
        """What is known of a sub-query, a series for each group under the name; minute 0 is `lead` before the span."""
        start = span.since - lead
        lines: dict[Tags, Any] = {}
        for day in range(start // DAY, (span.until - 1) // DAY + 1):
            for tags, values in self.shelf.points(subquery, day).items():
                line = lines.setdefault(tags, np.full(span.until - start, np.nan))
                for minute, value in values.items():
                    if start <= minute < span.until:
                        line[minute - start] = value
        return [
            Series(name, [None if np.isnan(value) else value for value in line.tolist()], _tags(tags))
            for tags, line in sorted(lines.items())
        ]

    def _missing(self, subquery: str, span: Span, lead: int) -> Iterator[_Ask]:
        """Calls of at most a day and an hour, for the minutes that are not kept."""
        size = min(MOST_POINTS, max(DAY, -(-(span.until - span.since + lead) // span.days)))
        start = span.since - lead
        while start < span.until:
            if start in self.shelf.known_minutes(subquery, start // DAY):
                start += 1
                continue
            stop = min(start + size, span.until)
            while stop - 1 > start and stop - 1 in self.shelf.known_minutes(subquery, (stop - 1) // DAY):
                stop -= 1
            yield _Ask(subquery, start, stop)
            start = stop

    def _ask(self, ask: _Ask) -> list[tuple[Tags, dict[int, float]]]:
        parameters = {"from": str(ask.since * 60), "to": str(ask.until * 60 - 1), "query": ask.subquery}
        try:
            answer = self.client.call("GET", "/api/v1/query", parameters)
        except Forbidden as error:
            hint = f"give the application key the permission {SCOPE}, or run without history"
            raise DatadogError(f"the keys may not read series: {error.message}", hint=hint) from None
        if not isinstance(answer, dict) or answer.get("status") == "error":
            text = answer.get("error") if isinstance(answer, dict) else "no series"
            raise DatadogError(f"Datadog cannot read {ask.subquery}: {text}")
        return [(_tag_set(one), dict(_points(one, ask))) for one in answer.get("series") or () if isinstance(one, dict)]

    def _keep(self, ask: _Ask, series: Sequence[tuple[Tags, dict[int, float]]]) -> None:
        for day in range(ask.since // DAY, (ask.until - 1) // DAY + 1):
            minutes = range(max(ask.since, day * DAY), min(ask.until, (day + 1) * DAY))
            points = {
                tags: {minute: value for minute, value in values.items() if minute in minutes}
                for tags, values in series
            }
            kept = {tags: values for tags, values in points.items() if values}
            self.shelf.put(ask.subquery, day, minutes, kept, keep=(day + 1) * DAY <= self.today)


def _points(series: Mapping[str, Any], ask: _Ask) -> Iterator[tuple[int, float]]:
    """The points of a series by minute; a null is none."""
    for point in series.get("pointlist") or ():
        if isinstance(point, Sequence) and len(point) == 2 and None not in point:
            minute = int(float(point[0]) // 60_000)
            if ask.since <= minute < ask.until:
                yield minute, float(point[1])


def _tag_set(series: Mapping[str, Any]) -> Tags:
    """The tags of a group: `tag_set`, else `scope` where it has no more than tags."""
    tags = series.get("tag_set")
    if not tags and isinstance(series.get("scope"), str):
        tags = [tag for tag in str(series["scope"]).split(",") if ":" in tag]
    return tuple(sorted(str(tag) for tag in tags or ()))


def _tags(tags: Tags) -> dict[str, str]:
    return {key: value for key, _, value in (tag.partition(":") for tag in tags)}
