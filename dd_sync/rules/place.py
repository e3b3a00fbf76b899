"""A query somewhere in a payload: where it stands, its text, its tree."""

from __future__ import annotations

from dataclasses import dataclass

from dd_sync.query.errors import QueryError
from dd_sync.query.parse import parse
from dd_sync.query.tree import Query
from dd_sync.rules.rule import Broken

METRIC_SOURCES = ("metrics", "cloud_cost")
"""Data sources whose `query` is a metric query; `query` of all others is an object or a search."""


@dataclass(frozen=True)
class Place:
    """`tree` is None when the text could not be read, `error` then says why."""

    path: str
    text: str
    tree: Query | None
    error: QueryError | None


def read(path: str, text: str, type: str) -> Place:
    """Read a query where it stands; never raises."""
    try:
        return Place(path, text, parse(text, type), None)
    except QueryError as error:
        return Place(path, text, None, error)


def syntax(place: Place) -> list[Broken]:
    """What a rule says of a query that cannot be read; nothing for one that can."""
    error = place.error
    if error is None:
        return []
    end = min(error.position + 1, len(error.query))
    return [Broken(error.message, place.path, error.position, end, error.hint)]
