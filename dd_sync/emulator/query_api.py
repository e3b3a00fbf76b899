"""`/api/v1/query`: the series a metric query gives.

Scope, grouping and arithmetic decide which series there are, and that is what is emulated. Values are calculated for a
single metric with a plain aggregator, as it is, as a count, or brought together by `.rollup()`; a series of any other
query has its times, with `null` for each value, as Datadog has where there is none. As many points as Datadog gives of
a series can be asked for at once, 1,500; the refusal of more is in words of our own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from dd_sync.emulator.answers import Answer, Body, Call, Refusal, answer
from dd_sync.emulator.metrics import reporting_metrics
from dd_sync.emulator.world import Endpoint, World
from dd_sync.query.errors import QueryError
from dd_sync.query.parse import parse
from dd_sync.query.parts import metrics
from dd_sync.query.printer import render
from dd_sync.query.tree import AllOf, AnyOf, Everything, Filter, FilterGroup, In, Metric, Not, Number, Tag, Word

MOST_POINTS = 1500
"""Points of a series that one call gives."""

NO_VALUE = "N/A"
"""What a group is called whose series lack the tag that is grouped by."""

Group = tuple[str, ...]
"""The tags that make a group: `("host:a", "env:prod")`."""

_AGGREGATORS: Mapping[str | None, Callable[[Sequence[float]], float]] = {
    "sum": sum,
    "max": max,
    "min": min,
    "avg": lambda values: sum(values) / len(values),
    None: lambda values: sum(values) / len(values),
}


def _query(world: World, call: Call) -> Answer:
    since, until = call.number("from", 0), call.number("to", world.seconds())
    text = call.query.get("query", "")
    if not text or until <= since:
        raise Refusal(400, "Invalid query input")
    try:
        tree = parse(text, "dashboard")
    except QueryError as error:
        raise Refusal(400, f"Rule 'scope_expr' didn't match at '{text[error.position :]}'") from None
    series = []
    for index, item in enumerate(tree.body.items):  # type: ignore[union-attr] # a dashboard's query is expressions
        calculated = _calculated(item)
        found = _found(world, item, since, until)
        series += [_one(one, since, until, calculated) | {"query_index": index} for one in found]
    return answer(
        {
            "status": "ok",
            "res_type": "time_series",
            "resp_version": 1,
            "query": text,
            "from_date": since * 1000,
            "to_date": until * 1000,
            "series": series,
            "values": [],
            "times": [],
            "message": "",
            "group_by": [],
        }
    )


def _calculated(item: object) -> bool:
    if not isinstance(item, Metric) or item.aggregator not in _AGGREGATORS:
        return False
    return {call.function for call in item.modifiers} <= {"as_count", "rollup"}


def _interval(metric: Metric) -> tuple[str, int]:
    """How points are brought together, and over how many seconds; 0 for points as they are."""
    modifiers = {call.function: call for call in metric.modifiers}
    usual = "sum" if "as_count" in modifiers else "avg"
    arguments = modifiers["rollup"].arguments if "rollup" in modifiers else ()
    how = next((one.text for one in arguments if isinstance(one, Word)), usual)
    return how, int(next((float(one.text) for one in arguments if isinstance(one, Number)), 0))


def _found(world: World, item: object, since: int, until: int) -> list[tuple[Metric, Group, list[Body]]]:
    """The groups that every metric of an expression has, with the series of its first metric."""
    asked = metrics(item)  # type: ignore[arg-type] # an expression is a node
    if not asked:
        return []
    there = list(reporting_metrics(world, since, until))
    grouped = [_grouped(metric, there) for metric in asked]
    shared = [group for group in grouped[0] if all(group in other or () in other for other in grouped[1:])]
    return [(asked[0], group, grouped[0][group]) for group in shared]


def _grouped(metric: Metric, there: Iterable[Body]) -> Mapping[Group, list[Body]]:
    keys = metric.by.keys if metric.by else ()
    found: dict[Group, list[Body]] = {}
    for one in there:
        if one["metric"] == metric.name and matches(metric.scope, one["tags"]):
            found.setdefault(tuple(_value(one["tags"], key) for key in keys), []).append(one)
    return found


def _value(tags: Sequence[str], key: str) -> str:
    return next((tag for tag in tags if tag.startswith(f"{key}:")), f"{key}:{NO_VALUE}")


def matches(scope: Filter, tags: Sequence[str]) -> bool:
    """Whether a series with these tags lies in a scope; a template variable holds everything."""
    match scope:
        case Everything():
            return True
        case Tag(key=key, value=value):
            wanted = key if value is None else f"{key}:{value}"
            return "$" in wanted or any(fnmatchcase(tag.lower(), wanted.lower()) for tag in tags)
        case In(key=key, values=values, negated=negated):
            return negated is not any(fnmatchcase(tag, f"{key}:{value}") for tag in tags for value in values)
        case Not(item=item):
            return not matches(item, tags)
        case FilterGroup(item=item):
            return matches(item, tags)
        case AllOf(items=items):
            return all(matches(item, tags) for item in items)
        case AnyOf(items=items):
            return any(matches(item, tags) for item in items)
        case _:
            return True


def _one(found: tuple[Metric, Group, list[Body]], since: int, until: int, calculated: bool) -> Body:
    metric, group, series = found
    how, seconds = _interval(metric)
    if seconds and (until - since) / seconds > MOST_POINTS:
        raise Refusal(400, f"Invalid query input: more than {MOST_POINTS} points")
    values: dict[float, list[float]] = {}
    for one in series:
        for when, value in _points(one, since, until, how, seconds):
            values.setdefault(when, []).append(value)
    aggregate = _AGGREGATORS[metric.aggregator] if calculated else None
    points = [[when * 1000, aggregate(at) if aggregate else None] for when, at in sorted(values.items())]
    return {
        "metric": metric.name,
        "display_name": metric.name,
        "expression": render(metric),
        "scope": ",".join(group) or "*",
        "tag_set": list(group),
        "aggr": metric.aggregator,
        "unit": None,
        "pointlist": points,
        "length": len(points),
        "interval": seconds or 60,
        "start": int(min(values)) * 1000,
        "end": int(max(values)) * 1000 + 59_999,
    }


def _points(series: Body, since: int, until: int, how: str, seconds: int) -> Iterable[tuple[float, float]]:
    """The points of one series in a span of time; brought together, they begin at whole multiples of the interval."""
    inside = ((when, value) for when, value in series["points"] if since <= when <= until)
    if not seconds:
        return inside
    buckets: dict[float, list[float]] = {}
    for when, value in inside:
        buckets.setdefault(when // seconds * seconds, []).append(value)
    together = _AGGREGATORS.get(how, _AGGREGATORS["avg"])
    return [(when, together(values)) for when, values in buckets.items()]


ENDPOINTS = (Endpoint("GET", "/api/v1/query", _query),)
