"""The comparison at the end of a monitor's query: `… > 5`.

Every metric, log, event or SLO monitor ends in one, whatever stands before it, so that reading it needs no parser.
Service checks and composites have none.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from dd_sync.core.model import plain

OPERATORS = (">=", "<=", ">", "<", "==", "!=")
"""The comparisons Datadog takes; `==` and `!=` are seen in its own recommended monitors."""

_TRAILING = re.compile(r"(>=|<=|==|!=|>|<)\s*([+-]?(?:\d{1,60}\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*\Z")
_TAIL = 64


class Comparison(NamedTuple):
    """`operator threshold`, and where it stands in the query: from the operator to the end of the number."""

    operator: str
    threshold: int | float
    start: int
    end: int


@functools.lru_cache(maxsize=16_384)  # asked when a monitor is made and again when all of its file are completed
def comparison(query: str) -> Comparison | None:
    """The comparison a monitor's query ends in, or None when it ends in anything else."""
    found = _TRAILING.search(query, max(0, len(query.rstrip()) - _TAIL))
    if found is None:
        return None
    return Comparison(found[1], _number(found[2]), found.start(), found.end(2))


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("+-").isdecimal() else plain(float(text))
