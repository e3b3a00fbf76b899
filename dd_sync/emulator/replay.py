"""Evaluates the emulator's monitors over its series, and keeps the transitions as alert events.

`POST /ddsync/replay` is no path of Datadog's: there, monitors are evaluated by themselves, as time goes by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dd_sync.emulator import metrics, monitors
from dd_sync.emulator.alert_events import STATES, put_alert_event
from dd_sync.emulator.answers import Answer, Body, Call, answer
from dd_sync.emulator.world import Endpoint, World


def replay(world: World, series: Iterable[Mapping[str, Any]] = ()) -> Body:
    """Adds series (`metric`, `tags`, `points` in seconds and values), evaluates every monitor over all there are and
    keeps what each told of. Returns how many were evaluated, which were not and why, and how many events came of it."""
    for one in series:
        points = [(float(when), float(value)) for when, value in one["points"]]
        metrics.put_series(world, str(one["metric"]), [str(tag) for tag in one.get("tags") or ()], points)
    stored = [entry.body for entry in world.store.all(metrics.SERIES)]
    evaluated, refused, events = 0, {}, 0
    for entry in world.store.all(monitors.KIND):
        told = _replayed(world, entry.body, stored)
        if isinstance(told, str):
            refused[str(entry.body["id"])] = told
        else:
            evaluated, events = evaluated + 1, events + told
    return {"monitors": evaluated, "events": events, "not_evaluated": refused}


def _replayed(world: World, monitor: Body, stored: Sequence[Body]) -> int | str:
    """How many events a monitor made; the reason why it cannot be evaluated."""
    from dd_sync.evaluate import NotEvaluated, evaluate  # needs numpy, which only this does
    from dd_sync.evaluate.windows import moment
    from dd_sync.query.errors import QueryError

    made = [_series(one) for one in stored]
    if not made:
        return 0
    start = min(first for first, _ in made)
    end = max(first + len(one.values) for first, one in made)
    lines = [_moved(one, first - start) for first, one in made]
    try:
        found = evaluate(monitor, *lines, until=end - start, start=moment(start))
    except (NotEvaluated, QueryError) as error:
        return error.message
    count = 0
    for group in found.groups:
        tags = sorted(f"{key}:{value}" for key, value in group.group.items())
        for minute in range(1, len(group.states)):
            before, after = group.states[minute - 1], group.states[minute]
            if before != after:
                put_alert_event(world, monitor, tags, STATES[before], STATES[after], (start + minute) * 60.0)
                count += 1
    return count


def _series(stored: Body) -> tuple[int, Any]:
    """The minute a stored series begins in, and the series by minute; several points of a minute are averaged."""
    from dd_sync.evaluate import Series

    by_minute: dict[int, list[float]] = {}
    for when, value in stored["points"]:
        by_minute.setdefault(int(when // 60), []).append(value)
    first, last = min(by_minute), max(by_minute)
    values = [sum(found) / len(found) if (found := by_minute.get(m)) else None for m in range(first, last + 1)]
    tags: dict[str, list[str]] = {}
    for key, _, value in (tag.partition(":") for tag in stored["tags"]):
        tags.setdefault(key, []).append(value)
    return first, Series(stored["metric"], values, dict(tags))


def _moved(series: Any, minutes: int) -> Any:
    from dd_sync.evaluate import Series

    return Series(series.metric, [*[None] * minutes, *series.values], series.tags)


def _replay(world: World, call: Call) -> Answer:
    return answer(replay(world, call.fields().get("series") or ()))


ENDPOINTS = (Endpoint("POST", "/ddsync/replay", _replay),)
