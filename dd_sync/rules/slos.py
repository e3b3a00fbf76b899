"""Rules about SLOs: targets, time frames, what is counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dd_sync.core.errors import did_you_mean
from dd_sync.core.model import plain
from dd_sync.query.parts import metrics, names
from dd_sync.rules.place import METRIC_SOURCES, Place, read, syntax
from dd_sync.rules.rule import Broken, mapping, number, rule

_TARGET = "Invalid payload: The target is incorrect: target must be a positive number between (0.0, 100.0)"
TIMEFRAMES = ("7d", "30d", "90d", "custom")


@dataclass(frozen=True)
class SloFacts:
    """An SLO's payload, its metric queries, its formulas and the names these may use."""

    payload: Mapping[str, Any]
    type: str
    thresholds: list[dict[str, Any]]
    queries: list[Place]
    formulas: list[Place]
    names: tuple[str, ...]


def slo_facts(payload: Mapping[str, Any]) -> SloFacts:
    """Read an SLO's payload; never raises."""
    thresholds = payload.get("thresholds")
    listed = [mapping(item) for item in thresholds] if isinstance(thresholds, list) else []
    queries, formulas = list(_queries(payload)), list(_formulas(payload))
    named = [str(item.get("name")) for _, item in _specified(payload) if item.get("name")]
    return SloFacts(payload, str(payload.get("type") or ""), listed, queries, formulas, tuple(named))


@rule(
    "slo-target",
    "error",
    "reported",
    "kennel: validation of SLOs",
    "terraform-provider-datadog#1704",
    says="Invalid payload: The target is incorrect: target must be a positive number between (0.0, 100.0)",
)
def slo_target(slo: SloFacts) -> Iterator[Broken]:
    """A target lies between 0 and 100, both excluded: at 100 there is no error budget."""
    for index, threshold in enumerate(slo.thresholds):
        target = number(threshold.get("target"))
        if target is None or not 0 < target < 100:
            yield Broken(
                f"target cannot be {threshold.get('target')!r}",
                f"thresholds[{index}].target",
                fix="below 100",
                says=_TARGET,
            )


@rule("slo-warning", "error", "stated", "API description: ServiceLevelObjectiveRequest.warning_threshold", "kennel#105")
def slo_warning(slo: SloFacts) -> Iterator[Broken]:
    """A warning is reached first: it lies above the target and below 100 (the API's description)."""
    for index, threshold in enumerate(slo.thresholds):
        target, warning = number(threshold.get("target")), number(threshold.get("warning"))
        if target is not None and warning is not None and not target < warning < 100:
            yield Broken(
                f"warning {plain(warning)} does not lie between the target {plain(target)} and 100",
                f"thresholds[{index}].warning",
                fix=f"above {plain(target)}",
            )


@rule("slo-timeframe", "error", "stated", "API description: SLOTimeframe")
def slo_timeframe(slo: SloFacts) -> Iterator[Broken]:
    """A time frame is 7d, 30d or 90d, each once (the API's description)."""
    seen: set[str] = set()
    for index, threshold in enumerate(slo.thresholds):
        timeframe = str(threshold.get("timeframe"))
        if timeframe not in TIMEFRAMES or timeframe in seen:
            what = "stands twice" if timeframe in seen else "is no time frame"
            yield Broken(f"{timeframe} {what}", f"thresholds[{index}].timeframe", fix=", ".join(TIMEFRAMES[:3]))
        seen.add(timeframe)


@rule(
    "slo-thresholds",
    "error",
    "stated",
    "API description: ServiceLevelObjectiveRequest: required thresholds",
    says="Invalid payload: must specify thresholds",
)
def slo_thresholds(slo: SloFacts) -> Iterator[Broken]:
    """An SLO has at least one target."""
    if not slo.thresholds:
        yield Broken("an SLO needs a target", "thresholds", fix='[{"timeframe": "30d", "target": 99.9}]')


@rule(
    "slo-definition",
    "error",
    "recorded",
    "API clients: create and update an SLO return Bad Request, 2021-2026",
    says="Invalid payload: must specify …",
)
def slo_definition(slo: SloFacts) -> Iterator[Broken]:
    """Each type of SLO names what it measures: monitors; numerator and denominator, or counts; time slices."""
    query, specified = mapping(slo.payload.get("query")), mapping(slo.payload.get("sli_specification"))
    match slo.type:
        case "monitor":
            if not slo.payload.get("monitor_ids"):
                says = "Invalid payload: must specify monitor_ids"
                yield Broken("an SLO of type monitor needs monitor_ids", "monitor_ids", says=says)
        case "metric":
            if not specified.get("count") and not (query.get("numerator") and query.get("denominator")):
                says = "Invalid payload: must specify the query for count types"
                yield Broken("an SLO of type metric needs a numerator and a denominator", "query", says=says)
        case "time_slice":
            if not specified.get("time_slice"):
                says = "Invalid payload: must specify sli_specification"
                yield Broken("an SLO of type time_slice needs sli_specification", "sli_specification", says=says)


@rule("slo-groups", "error", "stated", "API description: ServiceLevelObjectiveRequest.groups")
def slo_groups(slo: SloFacts) -> Iterator[Broken]:
    """`groups` picks groups of one monitor (the API's description: only if `monitor_ids` has a single one)."""
    monitors = slo.payload.get("monitor_ids")
    if slo.type == "monitor" and slo.payload.get("groups") and isinstance(monitors, list) and len(monitors) > 1:
        yield Broken("groups go with a single monitor", "groups", fix="one monitor, or no groups")


@rule("slo-query-syntax", "error", "stated", "API description: ServiceLevelObjectiveQuery")
def slo_query_syntax(slo: SloFacts) -> Iterator[Broken]:
    """The queries of an SLO can be read."""
    for place in (*slo.queries, *slo.formulas):
        yield from syntax(place)


@rule("slo-formula-name", "error", "stated", "API description: SLOCountDefinition")
def slo_formula_name(slo: SloFacts) -> Iterator[Broken]:
    """A formula of an SLO uses the names of its queries."""
    for place in slo.formulas:
        for name in names(place.tree):
            if slo.names and name.text not in slo.names:
                yield Broken(
                    f'no query is named "{name.text}".{did_you_mean(name.text, slo.names)}',
                    place.path,
                    name.start,
                    name.end,
                    f"one of {', '.join(slo.names)}",
                )


@rule("slo-aggregator", "error", "stated", "API description: ServiceLevelObjectiveRequest.query")
def slo_aggregator(slo: SloFacts) -> Iterator[Broken]:
    """Events are summed: a metric SLO takes `sum:`, and `count:` of a distribution (the API's description)."""
    for place in slo.queries if slo.type == "metric" else ():
        for metric in metrics(place.tree):
            if metric.aggregator not in ("sum", "count"):
                yield Broken(
                    f"{metric.aggregator or 'no aggregator'}:{metric.name} does not count events",
                    place.path,
                    metric.start,
                    metric.end,
                    f"sum:{metric.name}",
                )


@rule(
    "slo-as-count",
    "error",
    "reported",
    "datadog-sync-cli#534, 2026-04",
    says="Metric queries require the 'as count' modifier",
)
def slo_as_count(slo: SloFacts) -> Iterator[Broken]:
    """Events are counts: sums of a metric SLO carry `.as_count()`."""
    for place in slo.queries if slo.type == "metric" else ():
        for metric in metrics(place.tree):
            if metric.aggregator == "sum" and not any(call.function == "as_count" for call in metric.modifiers):
                yield Broken(f"{metric.name} is not counted", place.path, metric.start, metric.end, "add .as_count()")


@rule("slo-decimals", "error", "stated", "docs: Metric-based SLOs; Monitor-based SLOs", "documentation#10306, 2021-04")
def slo_decimals(slo: SloFacts) -> Iterator[Broken]:
    """A target has three decimals at most; of an SLO of monitors two for 7 and 30 days."""
    for index, threshold in enumerate(slo.thresholds):
        most = 2 if slo.type == "monitor" and threshold.get("timeframe") in ("7d", "30d") else 3
        for name in ("target", "warning"):
            value = number(threshold.get(name))
            if value is not None and round(value, most) != value:
                text = f"{name} {plain(value)} has more than {most} decimals"
                yield Broken(text, f"thresholds[{index}].{name}", fix=str(plain(round(value, most))))


@rule(
    "slo-limits", "error", "stated", "docs: Monitor-based SLOs", "API description: ServiceLevelObjectiveRequest.groups"
)
def slo_limits(slo: SloFacts) -> Iterator[Broken]:
    """An SLO is made of 20 monitors at most, or of 100 groups of one."""
    for name, most in (("monitor_ids", 20), ("groups", 100)):
        listed = slo.payload.get(name)
        if isinstance(listed, list) and len(listed) > most:
            yield Broken(f"{len(listed)} {name}, Datadog takes {most}", name, fix="split the SLO")


@rule("slo-tags-many", "error", "reported", "terraform-provider-datadog#3641, 2026-03")
def slo_tags_many(slo: SloFacts) -> Iterator[Broken]:
    """An SLO has 32 tags at most."""
    tags = slo.payload.get("tags")
    if isinstance(tags, list) and len(tags) > 32:
        yield Broken(f"{len(tags)} tags, Datadog takes 32", "tags", fix="leave some out; ddsync adds three")


@rule("slo-tag-case", "warning")
def slo_tag_case(slo: SloFacts) -> Iterator[Broken]:
    """Datadog stores the tags of an SLO in lower case: written otherwise, they are found under another name."""
    tags = slo.payload.get("tags")
    for index, tag in enumerate(tags if isinstance(tags, list) else ()):
        if isinstance(tag, str) and tag != tag.lower() and "${" not in tag:
            yield Broken(f"{tag} is stored as {tag.lower()}", f"tags[{index}]", fix=tag.lower())


@rule("slo-count", "error", "stated", "API description: SLOCountDefinition: one must be provided")
def slo_count(slo: SloFacts) -> Iterator[Broken]:
    """A count has good events and exactly one of total and bad events (the API's description)."""
    count = mapping(slo.payload.get("sli_specification")).get("count")
    if isinstance(count, dict):
        others = [name for name in ("total_events_formula", "bad_events_formula") if count.get(name)]
        if not count.get("good_events_formula") or len(others) != 1:
            yield Broken(
                "a count needs good events and one of total and bad events",
                "sli_specification.count",
                fix="good_events_formula, and total_events_formula or bad_events_formula",
            )


@rule("slo-slice", "error", "stated", "API description: SLOSliSpec, SLOTimeSliceInterval")
def slo_slice(slo: SloFacts) -> Iterator[Broken]:
    """A time slice has one formula, a comparison, a number, and slices of 1 or 5 minutes (the API's description)."""
    path = "sli_specification.time_slice"
    slices = mapping(slo.payload.get("sli_specification")).get("time_slice")
    if not isinstance(slices, dict):
        return
    if slices.get("comparator") not in (">", ">=", "<", "<="):
        yield Broken(f"comparator cannot be {slices.get('comparator')!r}", f"{path}.comparator", fix=">, >=, < or <=")
    if number(slices.get("threshold")) is None:
        yield Broken("a time slice needs a threshold", f"{path}.threshold", fix="a number")
    if slices.get("query_interval_seconds") not in (None, 60, 300):
        yield Broken("slices are 60 or 300 seconds", f"{path}.query_interval_seconds", fix="300")
    formulas = mapping(slices.get("query")).get("formulas")
    if not isinstance(formulas, list) or len(formulas) != 1:
        yield Broken("a time slice has exactly one formula", f"{path}.query.formulas")


@rule("slo-raw-id", "warning")
def slo_raw_id(slo: SloFacts) -> Iterator[Broken]:
    """Monitors of an SLO are named by key: an id changes when the monitor is replaced."""
    monitors = slo.payload.get("monitor_ids")
    for index, monitor in enumerate(monitors if isinstance(monitors, list) else ()):
        if isinstance(monitor, int):
            yield Broken(f"monitor {monitor} is named by its id", f"monitor_ids[{index}]", fix="${monitor:key}")


RULES = (
    slo_target,
    slo_warning,
    slo_timeframe,
    slo_thresholds,
    slo_definition,
    slo_groups,
    slo_query_syntax,
    slo_formula_name,
    slo_aggregator,
    slo_as_count,
    slo_decimals,
    slo_limits,
    slo_tags_many,
    slo_tag_case,
    slo_count,
    slo_slice,
    slo_raw_id,
)


def _queries(payload: Mapping[str, Any]) -> Iterator[Place]:
    query = mapping(payload.get("query"))
    for side in ("numerator", "denominator"):
        if isinstance(query.get(side), str):
            yield read(f"query.{side}", query[side], "slo")
    for path, item in _specified(payload):
        if item.get("data_source") in METRIC_SOURCES and isinstance(item.get("query"), str):
            yield read(f"{path}.query", item["query"], "slo")


def _formulas(payload: Mapping[str, Any]) -> Iterator[Place]:
    specification = mapping(payload.get("sli_specification"))
    count = mapping(specification.get("count"))
    for side in ("good_events_formula", "total_events_formula", "bad_events_formula"):
        text = mapping(count.get(side)).get("formula")
        if isinstance(text, str):
            yield read(f"sli_specification.count.{side}.formula", text, "formula")
    listed = mapping(mapping(specification.get("time_slice")).get("query")).get("formulas")
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        text = mapping(item).get("formula")
        if isinstance(text, str):
            yield read(f"sli_specification.time_slice.query.formulas[{index}].formula", text, "formula")


def _specified(payload: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The queries of an `sli_specification`, counts and time slices alike."""
    specification = mapping(payload.get("sli_specification"))
    for path, holder in (
        ("sli_specification.count", mapping(specification.get("count"))),
        ("sli_specification.time_slice.query", mapping(mapping(specification.get("time_slice")).get("query"))),
    ):
        listed = holder.get("queries")
        for index, item in enumerate(listed if isinstance(listed, list) else ()):
            yield f"{path}.queries[{index}]", mapping(item)
