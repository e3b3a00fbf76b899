"""What is sent to Datadog about a run: events, and points of metrics, which can be read back.

The shapes are Datadog's API description's; none of these calls is in the recordings. Of queries only a single metric is
understood: its points by time, aggregated over what the scope leaves, by its groups. Any other query is refused rather
than answered with made-up numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dd_sync.core.errors import DdsyncError
from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer
from dd_sync.emulator.shapes import NUMBER, Fields, expect
from dd_sync.emulator.world import Endpoint, World
from dd_sync.query.parse import parse
from dd_sync.query.parts import scope_items
from dd_sync.query.tree import Expressions, Metric

EVENT, POINTS = "event", "points"
"""The kinds under which these are stored."""

_EVENT: Fields = {
    "title": str,
    "text": str,
    "tags": [str],
    "alert_type": str,
    "aggregation_key": str,
    "date_happened": int,
}
_SERIES: Fields = {"metric": str, "type": int, "tags": [str], "points": [{"timestamp": int, "value": NUMBER}]}

_AGGREGATORS: Mapping[str | None, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "max": max,
    "min": min,
    "avg": lambda values: sum(values) / len(values),
    None: lambda values: sum(values) / len(values),
}


def _post_event(world: World, call: Call) -> Answer:
    body = call.fields()
    expect(body, _EVENT)
    for name in ("title", "text"):
        if not body.get(name):
            raise Refusal(400, f"Missing required attributes: {name}")
    id = str(world.store.next_number(EVENT, 7_000_000_000))
    stored = {"date_happened": world.seconds(), "alert_type": "info", **body, "id": int(id)}
    world.store.save(EVENT, id, stored)
    return answer({"status": "ok", "event": stored}, 202)


def _list_events(world: World, call: Call) -> Answer:
    """Events of a span of time, the latest first; with `tags`, those that carry all of them."""
    start, end = call.number("start", 0), call.number("end", 2**53)
    tags = {tag for tag in call.query.get("tags", "").split(",") if tag}
    found = [entry.body for entry in world.store.all(EVENT)]
    found = [one for one in found if start <= one["date_happened"] <= end and tags <= set(one.get("tags") or ())]
    return answer({"events": sorted(found, key=lambda one: -int(one["date_happened"]))})


def _post_series(world: World, call: Call) -> Answer:
    body = call.fields()
    expect(body, {"series": [_SERIES]})
    if not isinstance(body.get("series"), list):
        raise Refusal(400, "Missing required attributes: series")
    for one in body["series"]:
        if not one.get("metric") or not one.get("points"):
            raise Refusal(400, "Missing required attributes: metric, points")
        world.store.save(POINTS, str(world.store.next_number(POINTS, 1)), one)
    return answer({"errors": []}, 202)


def _query(world: World, call: Call) -> Answer:
    start, end, text = call.number("from", 0), call.number("to", 0), call.query.get("query", "")
    metric = _metric(text)
    keys = list(metric.by.keys) if metric.by else []
    groups: dict[tuple[str, ...], dict[int, list[float]]] = {}
    for entry in world.store.all(POINTS):
        if _concerns(entry.body, metric):
            times = groups.setdefault(tuple(_values(entry.body, keys)), {})
            for point in entry.body["points"]:
                if start <= point["timestamp"] <= end:
                    times.setdefault(point["timestamp"], []).append(point["value"])
    aggregate = _AGGREGATORS[metric.aggregator]
    series = [
        {
            "metric": metric.name,
            "expression": text,
            "scope": ",".join(group) or "*",
            "pointlist": [[1000 * time, aggregate(values)] for time, values in sorted(times.items())],
        }
        for group, times in sorted(groups.items())
        if times
    ]
    return answer({"status": "ok", "query": text, "from_date": 1000 * start, "to_date": 1000 * end, "series": series})


def _metric(text: str) -> Metric:
    """The one metric of a query. 400 for what is none, and for what the emulator does not evaluate."""
    try:
        body = parse(text, "dashboard").body
    except DdsyncError as error:
        raise Refusal(400, f"Error parsing query: {error.message}") from None
    match body:
        case Expressions(items=(Metric(aggregator=aggregator, modifiers=()) as metric,)) if aggregator in _AGGREGATORS:
            return metric
    raise Refusal(400, "The emulator evaluates single metrics alone")


def _concerns(series: Body, metric: Metric) -> bool:
    tags = set(series.get("tags") or ())
    return series["metric"] == metric.name and all(
        item[1:] not in tags if item.startswith("!") else item in tags for item in scope_items(metric.scope)
    )


def _values(series: Body, keys: Sequence[str]) -> Iterator[str]:
    tags: list[Any] = list(series.get("tags") or ())
    for key in keys:
        yield next((tag for tag in tags if tag.startswith(f"{key}:")), f"{key}:N/A")


ENDPOINTS = (
    Endpoint("POST", "/api/v1/events", _post_event),
    Endpoint("GET", "/api/v1/events", _list_events),
    Endpoint("POST", "/api/v2/series", _post_series),
    Endpoint("GET", "/api/v1/query", _query),
)
