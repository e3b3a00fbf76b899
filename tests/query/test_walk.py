"""Going through a tree: every node once, in the order of the text."""

from __future__ import annotations

import pytest

from dd_sync.query.parse import parse
from dd_sync.query.tree import Metric, Node, Tag
from dd_sync.query.walk import walk

QUERY = "avg(last_5m):sum:a.hits{env:prod,service:cart} by {host} / (avg:b.all{env:prod} + 1) > 0.5"


def test_every_node_is_met_once_from_left_to_right() -> None:
    nodes = list(walk(parse(QUERY, "query alert")))
    assert [node.name for node in nodes if isinstance(node, Metric)] == ["a.hits", "b.all"]
    assert [f"{node.key}:{node.value}" for node in nodes if isinstance(node, Tag)] == [
        "env:prod",
        "service:cart",
        "env:prod",
    ]
    assert len({id(node) for node in nodes}) == len(nodes)
    starts = [node.start for node in nodes if isinstance(node, Metric | Tag)]
    assert starts == sorted(starts)


def test_a_node_comes_before_what_is_below_it() -> None:
    nodes = list(walk(parse(QUERY, "query alert")))
    metric = next(node for node in nodes if isinstance(node, Metric))
    tag = next(node for node in nodes if isinstance(node, Tag))
    assert nodes.index(metric) < nodes.index(tag)
    assert next(iter(walk(metric))) is metric


@pytest.mark.parametrize("under", [None, ()])
def test_of_nothing_there_is_nothing(under: tuple[Node, ...] | None) -> None:
    assert list(walk(under)) == []


def test_nodes_that_were_gone_through_are_taken_as_they_are() -> None:
    nodes = tuple(walk(parse(QUERY, "query alert")))
    assert walk(nodes) is nodes
