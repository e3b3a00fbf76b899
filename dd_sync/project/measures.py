"""What a query measures and of whom: read out of its metrics and filters, so that any definition counts as what it is.

A metric's name says in which respect it watches something. Names are those of the packs and of common integrations;
other metrics go by the words in their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dd_sync.core.coverage import Aspect
from dd_sync.core.span_operations import MONGODB
from dd_sync.query.errors import QueryError
from dd_sync.query.parse import parse
from dd_sync.query.tree import In, Metric, Node, Not, Query, String, Tag, TagList
from dd_sync.query.vocabulary import COUNT, WIDGET
from dd_sync.query.walk import walk

_OPERATIONS = "|".join(re.escape(name) for name in sorted(set(MONGODB.values())))

_EXACT: tuple[tuple[str, frozenset[Aspect]], ...] = (
    (rf"trace\.(?:{_OPERATIONS})(?:\..*)?", frozenset({"mongodb"})),
    (r"trace\..+\.hits", frozenset()),  # traffic alone says neither that requests fail nor that they are slow
    (r"trace\..+\.errors(?:\..*)?|trace\..+\.hits\.by_http_status", frozenset({"availability"})),
    (r"trace\..+", frozenset({"latency"})),
    (r"kubernetes_state\.cronjob\..*|kubernetes_state\.job\.(?!duration).*", frozenset({"availability"})),
    (r"kubernetes_state\.(?:deployment|statefulset)\.replicas_\w+", frozenset({"availability"})),
    (r"kubernetes_state\.pod\.ready", frozenset({"availability"})),
    (r"kubernetes_state\.hpa\..*", frozenset({"saturation"})),
    (r"aws\.sqs\..*", frozenset({"queue age"})),
)
"""The first that fits the whole name decides."""

_WORDS: tuple[tuple[str, Aspect], ...] = (
    (r"mongo", "mongodb"),
    (r"error|fail|5xx|success|unavailable|can_connect|uptime", "availability"),
    (r"latenc|duration|response_time|apdex", "latency"),
    (r"restart|terminated|waiting|oom|crash", "restarts"),
    (r"queue|lag\b|_lag|oldest|backlog|consumer", "queue age"),
    (r"cpu|memory|\bmem\b|heap|thread|goroutine|event_loop|\bgc\b|connections|disk|saturat|thrott", "saturation"),
)
"""For other names: every word that is in it counts."""


@dataclass(frozen=True)
class Measured:
    """What queries measure: names of metrics and checks, and the services and environments they are about."""

    names: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    envs: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    by_service: bool = False
    """Whether it is one alert for each service, with or without naming them."""

    def watches(self, service: str, env: str, team: str) -> bool:
        """Whether a service in an environment is among what it measures."""
        if self.envs and env not in self.envs:
            return False
        if self.services:
            return service in self.services
        return self.by_service and (not self.teams or team in self.teams)


def measures_of(payload: Mapping[str, Any]) -> Measured:
    """What a monitor or an SLO measures; nothing for queries that cannot be read."""
    nodes = [node for query in _queries(payload) for node in _meant(query)]
    tags = {*_tags(nodes), *(_split(tag) for tag in payload.get("tags") or ())}
    grouped = {key for node in nodes if isinstance(node, TagList) for key in node.keys}
    return Measured(
        names=frozenset(_names(nodes)),
        services=_values(tags, "service"),
        envs=_values(tags, "env"),
        teams=_values(tags, "team"),
        by_service="service" in grouped,
    )


def aspects_of(name: str) -> frozenset[Aspect]:
    """The respects in which a metric or a check of this name watches something."""
    for pattern, aspects in _EXACT:
        if re.fullmatch(pattern, name):
            return aspects
    return frozenset(aspect for pattern, aspect in _WORDS if re.search(pattern, name))


def _queries(payload: Mapping[str, Any]) -> Iterator[Query]:
    """The query of a monitor, the queries of an SLO in either spelling."""
    query = payload.get("query")
    texts = [(query, str(payload.get("type")))] if isinstance(query, str) else []
    if isinstance(query, Mapping):
        texts = [(text, COUNT) for text in query.values()]
    texts += [(text, WIDGET) for text in _nested(payload.get("sli_specification"))]
    for text, type_ in texts:
        try:
            yield parse(text, type_)
        except QueryError:
            continue


def _nested(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name == "query" and isinstance(item, str):
                yield item
            else:
                yield from _nested(item)
    elif isinstance(value, list):
        for item in value:
            yield from _nested(item)


def _meant(query: Query) -> Iterator[Node]:
    """Everything in a query but what it leaves out."""
    left_out: set[int] = set()
    for node in walk(query):
        if isinstance(node, Not):
            left_out.update(id(inner) for inner in walk(node))
        elif id(node) not in left_out:
            yield node


def _names(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Metric):
            yield node.name
        elif isinstance(node, String) and not node.raw[:1].isdigit():
            yield node.raw


def _tags(nodes: list[Node]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, Tag) and node.value is not None:
            yield node.key, node.value
        elif isinstance(node, In) and not node.negated:
            yield from ((node.key, value) for value in node.values)


def _split(tag: str) -> tuple[str, str]:
    key, _, value = tag.partition(":")
    return key, value


def _values(tags: set[tuple[str, str]], key: str) -> frozenset[str]:
    return frozenset(value for name, value in tags if name == key)
