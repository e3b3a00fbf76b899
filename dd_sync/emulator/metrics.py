"""Metrics that report, and their tags. `/api/v1/metrics`, `/api/v1/search`, `/api/v2/metrics`.

Nothing reports by itself: series are put there (`Emulator.put_series`) or submitted as an Agent would
(`POST /api/v2/series`). Shapes are those of Datadog's API description; the refusal of an unknown metric is in words of
our own, as none of these calls is in the recordings.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer
from dd_sync.emulator.world import Endpoint, World

SERIES = "series"
"""The kind under which series are stored: one body for each metric with one set of tags."""

HANDLE = "handle"
"""The kind under which handles that can be notified are stored, under their text: `@slack-payments`."""

DAY = 86400

Point = tuple[float, float]
"""Seconds since 1970, and a value."""


def put_series(world: World, metric: str, tags: Iterable[str], points: Sequence[Point] = ()) -> None:
    """Adds points to a series; without points it reports 1 now."""
    listed = sorted(set(tags))
    id = f"{metric}|{','.join(listed)}"
    before = world.store.get(SERIES, id)
    added = [[float(when), float(value)] for when, value in points] or [[float(world.seconds()), 1.0]]
    new = {point[0] for point in added}
    known = [point for point in (before.body["points"] if before else ()) if point[0] not in new]
    world.store.save(SERIES, id, {"id": id, "metric": metric, "tags": listed, "points": sorted([*known, *added])})


def reporting_metrics(world: World, since: float, until: float = math.inf) -> Iterator[Body]:
    """The series that have a point in a span of time."""
    for entry in world.store.all(SERIES):
        if any(since <= when <= until for when, _ in entry.body["points"]):
            yield entry.body


def _active(world: World, call: Call) -> Answer:
    if not call.query.get("from"):
        raise Refusal(400, "Error parsing query: from is required")
    since = call.number("from", 0)
    names = sorted({one["metric"] for one in reporting_metrics(world, since)})
    return answer({"from": str(since), "metrics": names})


def _search(world: World, call: Call) -> Answer:
    """`metrics:cpu` finds metrics whose name holds it; hosts are not kept."""
    wanted = call.query.get("q", "").removeprefix("metrics:").lower()
    names = sorted({entry.body["metric"] for entry in world.store.all(SERIES)})
    return answer({"results": {"metrics": [name for name in names if wanted in name.lower()], "hosts": []}})


def _metadata(world: World, call: Call) -> Answer:
    _known(world, call.params["name"])
    return answer({"type": "gauge", "description": None, "unit": None, "per_unit": None, "short_name": None})


def _listed(world: World, call: Call) -> Answer:
    since = world.seconds() - call.number("window[seconds]", DAY)
    wanted = [tag for tag in call.query.get("filter[tags]", "").split(",") if tag]
    found = [one for one in reporting_metrics(world, since) if all(tag in one["tags"] for tag in wanted)]
    return answer({"data": [{"type": "metrics", "id": name} for name in sorted({one["metric"] for one in found})]})


def _tags(world: World, call: Call) -> Answer:
    name = call.params["name"]
    since = world.seconds() - call.number("window[seconds]", DAY // 6)
    found = [one for one in reporting_metrics(world, since) if one["metric"] == name]
    if not found:
        _known(world, name)
    tags = sorted({tag for one in found for tag in one["tags"]})
    return answer({"data": {"type": "metrics", "id": name, "attributes": {"tags": tags, "ingested_tags": []}}})


def _known(world: World, name: str) -> None:
    if not any(entry.body["metric"] == name for entry in world.store.all(SERIES)):
        raise Refusal(404, f"Metric {name} not found")


def _submit(world: World, call: Call) -> Answer:
    series = call.fields().get("series")
    if not isinstance(series, list) or not all(isinstance(one, dict) and one.get("metric") for one in series):
        raise Refusal(400, "The value provided for parameter 'series' is invalid")
    for one in series:
        if not one.get("points"):
            raise Refusal(400, "Missing required attributes: points")
        hosts = [f"host:{r['name']}" for r in one.get("resources") or () if r.get("type") == "host" and r.get("name")]
        put_series(world, str(one["metric"]), [*(one.get("tags") or ()), *hosts], list(_points(one)))
    return answer({"errors": []}, 202)


def _points(series: dict[str, Any]) -> Iterator[Point]:
    for point in series.get("points") or ():
        try:
            yield float(point["timestamp"]), float(point["value"])
        except (KeyError, TypeError, ValueError):
            raise Refusal(400, "The value provided for parameter 'points' is invalid") from None


def _handles(world: World, call: Call) -> Answer:
    """What Datadog's pages complete after an `@`. Not in the API reference; the shape is what kennel reads."""
    found = [{"value": entry.id, "name": entry.id.removeprefix("@")} for entry in world.store.all(HANDLE)]
    return answer({"handles": {"integrations": found}})


ENDPOINTS = (
    Endpoint("GET", "/api/v1/metrics", _active),
    Endpoint("GET", "/api/v1/metrics/{name}", _metadata),
    Endpoint("GET", "/api/v1/search", _search),
    Endpoint("GET", "/api/v2/metrics", _listed),
    Endpoint("GET", "/api/v2/metrics/{name}/all-tags", _tags),
    Endpoint("POST", "/api/v2/series", _submit),
    Endpoint("GET", "/api/v1/monitor/notifications", _handles),
)
