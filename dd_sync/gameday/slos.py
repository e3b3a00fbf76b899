"""Alerts on how fast an error budget burns: the SLO's own queries over the long and the short window.

Burning at 1 spends the budget exactly over the SLO's time; an alert needs both windows above its threshold (Datadog's
docs, "Burn Rate Alerts"). How much of a month's budget is spent depends on a month that the world does not have.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any

from dd_sync.core.kind import Recipients
from dd_sync.core.references import Name, references
from dd_sync.evaluate import State
from dd_sync.gameday.measure import Measure, measure
from dd_sync.gameday.stage import Alert, Moment, NotPlayed, Play, changes
from dd_sync.gameday.world import World
from dd_sync.query.parse import parse
from dd_sync.query.tree import Alert as Threshold
from dd_sync.query.tree import Chain

_UNITS = {"m": 1, "h": 60, "d": 1440}
_FAR = "> 1e30"
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ">": float.__gt__,
    ">=": float.__ge__,
    "<": float.__lt__,
    "<=": float.__le__,
}


def slo_alert(
    key: str,
    payload: Mapping[str, Any],
    recipients: Recipients,
    world: World,
    others: Mapping[Name, Mapping[str, Any]],
) -> Alert:
    """A burn-rate alert on an SLO of a metric or of time slices. Raises NotPlayed for budgets and SLOs of monitors."""
    body = parse(str(payload.get("query") or ""), "slo alert").body
    chain = body.value if isinstance(body, Threshold) else None
    if not isinstance(chain, Chain) or chain.name != "burn_rate":
        raise NotPlayed("the error budget of a whole month")
    calls = {call.function: [getattr(one, "raw", "") for one in call.arguments] for call in chain.calls}
    long, short = (_minutes(calls[name][0]) for name in ("long_window", "short_window"))
    slo = next((others[name] for name in references(payload) if name in others), None)
    if slo is None:
        raise NotPlayed("an SLO that is not in the project")
    budget = 1 - _target(slo) / 100
    parts, share = _parts(slo, world, long)
    levels = (payload.get("options") or {}).get("thresholds") or {}

    def states(play: Play) -> Iterator[Moment]:
        if not any(part.touched(play) for part in parts):
            return
        whole = Play(play.world, play.start, play.end, None, play.quiet)
        counts = share(whole)
        if counts is None:
            return
        burns = [[_burn(counts, at, window, budget) for window in (long, short)] for at in range(-1, play.length + 1)]
        seen: list[State] = [_state(min(pair), levels) for pair in burns]
        yield from changes({}, seen, play.start - 1)

    metrics = frozenset(name for part in parts for name in part.metrics)
    return Alert(key, payload, recipients, metrics, min(len(part.own) for part in parts), states)


Counts = tuple[Sequence[float], Sequence[float], int]
"""What was bad and what there was in all, summed up minute by minute, and the index of the play's first minute."""


def _parts(slo: Mapping[str, Any], world: World, long: int) -> tuple[list[Measure], Callable[[Play], Counts | None]]:
    """What an SLO reads, and how bad it was in each minute."""
    slices = (slo.get("sli_specification") or {}).get("time_slice")
    if slices is not None:
        part = _measure(
            _expression(slices["query"]), world, int(slices.get("query_interval_seconds") or 300) // 60, long
        )
        return [part], lambda play: _of_slices(part, play, slices)
    query = slo.get("query")
    if not query:
        raise NotPlayed("an SLO of monitors")
    good, total = (_measure(query[name], world, 1, long, "sum") for name in ("numerator", "denominator"))

    def counted(play: Play) -> Counts | None:
        fine, all_ = _values(good, play), _values(total, play)
        if all_ is None:
            return None
        pairs = zip(all_, fine or [None] * len(all_), strict=True)
        bad = [max(0.0, (one or 0.0) - (other or 0.0)) for one, other in pairs]
        return _summed(bad), _summed([one or 0.0 for one in all_]), total.lead

    return [good, total], counted


def _measure(query: str, world: World, window: int, long: int, how: str = "avg") -> Measure:
    """A query without its alert, a point for each minute or slice, with the long window's history before it."""
    monitor = {"type": "query alert", "query": f"{how}(last_{window}m):{query} {_FAR}", "options": {}}
    read = measure(monitor, world)
    return Measure(monitor, read.nodes, read.across, read.window, read.delay, long + 2 * read.lead, read.own)


def _values(part: Measure, play: Play) -> list[float | None] | None:
    """The values of every minute, the lead's included. None where there is nothing, or it is by group."""
    earlier = Play(play.world, play.start - part.lead + part.window + 10, play.end, None, play.quiet)
    lead = part.window + 10
    read = Measure(part.payload, part.nodes, part.across, part.window, part.delay, lead, part.own)
    seen = read.evaluated(earlier)
    if seen is None or len(seen.groups) != 1:
        return None
    return [None if value is None else float(value) for value in seen.groups[0].values]


def _of_slices(part: Measure, play: Play, slices: Mapping[str, Any]) -> Counts | None:
    """Slices that are not as they should be; without data they count as good."""
    values = _values(part, play)
    if values is None:
        return None
    compare, limit = _COMPARED[slices["comparator"]], float(slices["threshold"])
    bad = [0.0] * len(values)
    for end in range(part.window, len(values)):
        if (end - part.lead) % part.window == 0:
            value = values[end]
            worse = value is not None and not compare(value, limit)
            bad[end - part.window : end] = [float(worse)] * part.window
    return _summed(bad), _summed([1.0] * len(values)), part.lead


def _summed(values: Sequence[float]) -> list[float]:
    return [0.0, *accumulate(values)]


def _burn(counts: Counts, at: int, window: int, budget: float) -> float:
    """How fast the budget burns over a window that ends at a minute of the play."""
    bad, all_, lead = counts
    end = min(len(bad) - 1, lead + at)
    start = max(0, end - window)
    total = all_[end] - all_[start]
    return (bad[end] - bad[start]) / total / budget if total else 0.0


def _state(burn: float, levels: Mapping[str, Any]) -> State:
    if burn > float(levels.get("critical", "inf")):
        return "alert"
    return "warn" if levels.get("warning") is not None and burn > float(levels["warning"]) else "ok"


def _expression(query: Mapping[str, Any]) -> str:
    """A formula with its queries in place of their names."""
    named = {one["name"]: one["query"] for one in query["queries"]}
    formula = str(query["formulas"][0]["formula"])
    return re.sub(r"\b(" + "|".join(map(re.escape, named)) + r")\b", lambda found: f"({named[found[1]]})", formula)


def _target(slo: Mapping[str, Any]) -> float:
    found = slo.get("target_threshold")
    return float(found if found is not None else slo["thresholds"][0]["target"])


def _minutes(text: str) -> int:
    return int(text[:-1]) * _UNITS.get(text[-1], 1)
