"""Nodes know where they stand, and two spellings of one query have equal trees but for that."""

from __future__ import annotations

import dataclasses

import pytest

from dd_sync.query.parse import parse
from dd_sync.query.tree import Binary, Call, Metric, Number, Tag
from dd_sync.query.walk import walk

QUERY = "avg(last_5m):sum:a.hits{env:prod} by {host}.as_count() / 2 > 0.5"


def test_each_node_spans_the_text_it_was_read_from() -> None:
    for node in walk(parse(QUERY, "query alert")):
        assert 0 <= node.start < node.end <= len(QUERY)
    (metric,) = [node for node in walk(parse(QUERY, "query alert")) if isinstance(node, Metric)]
    assert QUERY[metric.start : metric.end].startswith("sum:a.hits")
    (tag,) = [node for node in walk(parse(QUERY, "query alert")) if isinstance(node, Tag)]
    assert QUERY[tag.start : tag.end] == "env:prod"


def test_nodes_are_frozen() -> None:
    (metric,) = [node for node in walk(parse(QUERY, "query alert")) if isinstance(node, Metric)]
    with pytest.raises(dataclasses.FrozenInstanceError):
        metric.name = "other"  # type: ignore[misc]


def test_operators_and_calls_hold_what_they_are_of() -> None:
    nodes = list(walk(parse("avg(last_5m):abs(avg:a{*}) * 3 > 1", "query alert")))
    (product,) = [node for node in nodes if isinstance(node, Binary)]
    assert isinstance(product.left, Call)
    assert isinstance(product.right, Number)
    assert product.left.function == "abs"
