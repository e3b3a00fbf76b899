"""Burn-rate alerts that could never come: a rate has a limit that follows from the promise it is measured against."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dd_sync.core.errors import DefinitionError
from dd_sync.core.model import plain
from dd_sync.core.resource import Desired
from dd_sync.kinds import KINDS
from dd_sync.query.comparison import comparison

_BURN_RATE = re.compile(r'^\s*burn_rate\("\$\{([^:}]+):([^}]+)\}"\)\.over\("([^"]+)"\)')
"""The kind and the key of a promise, and the time frame."""


def check_burn_rates(desired: Sequence[Desired]) -> None:
    """Refuses burn rates above 1 / (1 - target), as Datadog does: with every request failed, none burns faster.

    Datadog's docs, "Burn rate alerts". Raises DefinitionError naming both sides.
    """
    known = {one.name: one for one in desired}
    for alert in desired:
        query = alert.payload.get("query")
        found = _BURN_RATE.match(query) if isinstance(query, str) else None
        if found is None:
            continue
        rate, slo = comparison(found.string), known.get((found[1], found[2]))
        if rate is None or slo is None or not KINDS[slo.kind].objective:
            continue
        target = _target(slo.payload, found[3])
        if target is not None and rate.threshold > (most := 100 / (100 - target)) * (1 + 1e-9):
            raise DefinitionError(
                f"{alert.source}: {alert.key}: a burn rate of {rate.threshold} is never reached: {slo.key}"
                f" promises {plain(target)} %, which can burn {plain(round(most, 1))} times too fast at most",
                hint="raise the target, or lower the alert's rate",
            )


def _target(slo: Mapping[str, Any], timeframe: str) -> float | None:
    """The target for a time frame, percent."""
    for threshold in slo.get("thresholds") or ():
        if threshold.get("timeframe") == timeframe and isinstance(threshold.get("target"), int | float):
            return float(threshold["target"])
    return None
