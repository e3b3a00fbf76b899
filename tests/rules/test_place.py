"""A query where it stands: read, or told why it cannot be."""

from __future__ import annotations

from dd_sync.query.parts import metrics
from dd_sync.rules.place import read, syntax


def test_a_query_that_can_be_read_has_a_tree_and_breaks_nothing() -> None:
    place = read("widgets[0].q", "avg:a{*}", "dashboard")
    assert place.path == "widgets[0].q"
    assert place.tree is not None
    assert [metric.name for metric in metrics(place.tree)] == ["a"]
    assert syntax(place) == []


def test_one_that_cannot_is_told_with_its_place_and_the_column() -> None:
    text = "avg(last_5m):avg:a{*} >> 5"
    place = read("query", text, "query alert")
    assert place.tree is None
    (broken,) = syntax(place)
    assert broken.path == "query"
    assert broken.start is not None
    assert broken.end is not None
    assert 0 <= broken.start < broken.end <= len(text)
    assert broken.message
