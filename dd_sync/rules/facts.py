"""What the rules for monitors look at: a payload, its query read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dd_sync.query.parse import METRIC_TYPES
from dd_sync.query.parts import chains, condition, group_by, metrics, threshold
from dd_sync.query.tree import Call, Chain, Condition, Metric, Node, Query
from dd_sync.query.walk import walk
from dd_sync.rules.place import METRIC_SOURCES, Place, read
from dd_sync.rules.rule import mapping


@dataclass(frozen=True)
class MonitorFacts:
    """A monitor's payload and its query; `query` is None when it could not be read.

    `groups` are the tags it alerts on separately, those of a formula's queries included. `nodes` are all parts of the
    query, `metrics`, `chains` and `calls` those of a kind: every rule looks at them, so they are found once.
    """

    payload: Mapping[str, Any]
    type: str
    place: Place
    options: dict[str, Any]
    thresholds: dict[str, Any]
    groups: tuple[str, ...]
    nodes: tuple[Node, ...]
    metrics: tuple[Metric, ...]
    chains: tuple[Chain, ...]
    calls: tuple[Call, ...]

    @property
    def query(self) -> Query | None:
        """The tree of the query."""
        return self.place.tree

    @property
    def metric(self) -> bool:
        """Whether Datadog evaluates this as a metric monitor; both spellings of the type mean the same."""
        return self.type in METRIC_TYPES

    @property
    def condition(self) -> Condition | None:
        """The comparison at the end of the query."""
        return condition(self.query)

    @property
    def threshold(self) -> float | None:
        """The number at the end of the query."""
        return threshold(self.query)

    def called(self, function: str) -> tuple[Call, ...]:
        """The calls of a function."""
        return tuple(call for call in self.calls if call.function == function)


def facts(payload: Mapping[str, Any]) -> MonitorFacts:
    """Read a monitor's payload; never raises, whatever stands in it."""
    type_ = str(payload.get("type") or "query alert")
    text = payload.get("query")
    place = read("query", text if isinstance(text, str) else "", type_)
    options = mapping(payload.get("options"))
    nodes = tuple(walk(place.tree))
    chained = chains(nodes)
    return MonitorFacts(
        payload,
        type_,
        place,
        options,
        thresholds=mapping(options.get("thresholds")),
        groups=_groups(place.tree, chained, options) if place.tree else (),
        nodes=nodes,
        metrics=metrics(nodes),
        chains=chained,
        calls=tuple(node for node in nodes if isinstance(node, Call)),
    )


def variables(options: dict[str, Any]) -> list[dict[str, Any]]:
    """The queries a formula monitor is made of."""
    listed = options.get("variables")
    return [mapping(item) for item in listed] if isinstance(listed, list) else []


def metric_queries(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every metric query in a formula's queries, nested ones too, with its path."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from metric_queries(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        if value.get("data_source") in METRIC_SOURCES and isinstance(value.get("query"), str):
            yield f"{path}.query", value["query"]
        for key, item in value.items():
            yield from metric_queries(item, f"{path}.{key}" if path else str(key))


def _groups(query: Query, chained: tuple[Chain, ...], options: dict[str, Any]) -> tuple[str, ...]:
    found = dict.fromkeys(group_by(query))
    if any(chain.name == "formula" for chain in chained):
        for variable in variables(options):
            found.update(dict.fromkeys(_facets(variable.get("group_by"))))
        for _, text in metric_queries(variables(options)):
            found.update(dict.fromkeys(_metric_groups(text)))
    return tuple(found)


def _metric_groups(text: str) -> list[str]:
    tree = read("", text, "dashboard").tree
    return [key for metric in metrics(tree) if metric.by for key in metric.by.keys]


def _facets(listed: Any) -> list[str]:
    """`[{"facet": "@x"}]`, `["x"]` or `{"fields": ["x"]}`: the spellings of grouping in an event query."""
    groups = listed if isinstance(listed, list) else [listed]
    found: list[Any] = []
    for group in groups:
        facet = group if isinstance(group, str) else mapping(group).get("facet") or mapping(group).get("fields")
        found += facet if isinstance(facet, list) else [facet]
    return [facet for facet in found if isinstance(facet, str)]
