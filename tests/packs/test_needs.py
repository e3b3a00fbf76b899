"""The list of metrics the packs need is exactly what their queries read."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dd_sync.packs.needs import need, needs, sender
from dd_sync.query.parse import parse
from dd_sync.query.parts import metrics
from dd_sync.query.tree import Call, Filter, In, Metric, Node, Tag
from dd_sync.query.walk import walk
from dd_sync.rules.measured import measured_metrics
from tests.corpus.recordings import FACTS, needs_facts
from tests.packs.projects import repository


def read() -> set[str]:
    """The metrics of every query of every object of the packs at their fullest."""
    return {
        metric.name
        for one in repository().desired
        for place in measured_metrics(one.payload)
        for metric in metrics(place.tree)
    }


def test_every_metric_of_every_query_is_listed() -> None:
    assert {name for name in read() if need(name) is None} == set()


def test_nothing_is_listed_that_no_query_reads() -> None:
    assert {known.metric for name in read() if (known := need(name))} == needs().keys()


@pytest.mark.parametrize(
    ("metric", "listed"),
    [
        ("trace.fastapi.request.hits", "trace.<op>.hits"),
        ("trace.undertow-http.request.hits.by_http_status", "trace.<op>.hits.by_http_status"),
        ("trace.grpc", "trace.<op>"),
        ("karpenter.nodepool_limit", "karpenter.nodepool_limit"),
    ],
)
def test_trace_metrics_go_by_any_operation(metric: str, listed: str) -> None:
    known = need(metric)
    assert known is not None
    assert known.metric == listed


def test_everything_listed_has_a_sender_and_other_metrics_have_none() -> None:
    assert all(one.sender for one in needs().values())
    assert sender("karpenter.nodepool_limit") == "sent by: Karpenter check of the Agent"
    assert sender("acme.orders") == ""


TOTALS = {"monotonic_diff", "diff", "per_second", "derivative", "rate"}
"""What makes changes of a total that only rises."""


MENDED = ("eks/", "service/", "mongodb/")


def alerts() -> Iterator[tuple[str, Metric, bool]]:
    """Each metric of each alert of the packs, and whether changes of it are made."""
    for one in repository().desired:
        metric = one.kind == "monitor" and one.payload["type"] in ("query alert", "metric alert")
        if metric and one.key.startswith(MENDED):
            nodes = list(walk(parse(one.payload["query"], one.payload["type"])))
            calls = [node for node in nodes if isinstance(node, Call) and node.function in TOTALS]
            changed = {id(node) for call in calls for node in walk(call)}
            yield from ((one.key, node, id(node) in changed) for node in nodes if isinstance(node, Metric))


def test_every_group_and_every_scope_tag_of_an_alert_is_on_its_metric() -> None:
    missing, asked = [], 0
    for key, metric, _ in alerts():
        known = need(metric.name)
        assert known is not None
        groups = metric.by.keys if metric.by is not None else ()
        for tag in [*groups, *keys(metric.scope)]:
            asked += 1
            if not known.carries(tag):
                missing.append((key, metric.name, tag))
    assert missing == []
    assert asked > 400


def keys(scope: Node | Filter) -> Iterator[str]:
    """The keys of the tags of a scope."""
    for node in walk(scope):
        if isinstance(node, Tag | In):
            yield node.key


def test_a_total_since_start_is_read_by_its_changes_and_a_mean_since_start_never() -> None:
    for key, metric, changed in alerts():
        known = need(metric.name)
        assert known is not None
        assert known.temporality != "mean since start", key
        assert changed or known.temporality != "since start", (key, metric.name)


def test_only_counts_are_counted() -> None:
    for key, metric, _ in alerts():
        known = need(metric.name)
        counted = {call.function for call in metric.modifiers} & {"as_count", "as_rate"}
        assert known is None or not counted or known.kind == "count" or known.metric.startswith("trace."), key


@needs_facts
def test_tags_are_those_that_the_senders_really_send() -> None:
    facts: dict[str, str] = {}
    for name in ("SENDERS", "SENDERS-K8S", "SENDERS-APP"):  # the last two were read with more care
        with (Path(FACTS) / f"{name}.csv").open() as file:
            for row in csv.DictReader(file):
                metric, tags = row["metric"].partition(" {")[0], row["tags"]
                as_before = tags.startswith(("same", "as "))  # which refers to the row that was read first
                facts[metric] = f"{facts.get(metric, '')} {tags}" if as_before else tags
    unknown = {
        metric: {tag for tag in one.tags.split() if tag not in _tags_in(facts[metric])} - EVERYWHERE
        for metric, one in needs().items()
    }
    assert {metric: tags for metric, tags in unknown.items() if tags} == {}


def _tags_in(text: str) -> set[str]:
    """The tags that the words of a fact name."""
    words = {part for word in re.findall(r"[\w./-]+", text.replace("|", " ")) for part in (word, *word.split("/"))}
    return words | (OWNERS if any(all_of in text for all_of in ("owner", "container tags", "ALL pods")) else set())


EVERYWHERE = {"kube_cluster_name", "host", "endpoint", "kube_namespace", "kube_deployment"}
"""Tags of the host and of the pod that sends, which the facts call by those names."""

OWNERS = frozenset(
    "kube_replica_set kube_deployment kube_stateful_set kube_daemon_set kube_job kube_cronjob service env"
    " version".split()
)


@needs_facts
def test_units_are_those_of_the_collected_facts() -> None:
    facts: dict[str, str] = {}
    for path in Path(FACTS).glob("metrics-*.csv"):
        with path.open() as file:
            facts |= {row["metric"]: row["unit"] for row in csv.DictReader(file)}
    assert {name: one.unit for name, one in needs().items() if name in facts and one.unit != facts[name]} == {}
