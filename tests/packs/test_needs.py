"""The list of metrics the packs need is exactly what their queries read."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dd_sync.packs.needs import need, needs, sender
from dd_sync.query.parts import metrics
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


@needs_facts
def test_units_are_those_of_the_collected_facts() -> None:
    facts: dict[str, str] = {}
    for path in Path(FACTS).glob("metrics-*.csv"):
        with path.open() as file:
            facts |= {row["metric"]: row["unit"] for row in csv.DictReader(file)}
    assert {name: one.unit for name, one in needs().items() if one.unit != facts[name]} == {}
