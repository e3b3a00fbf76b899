"""The words for what stands in a query cover what the grammar knows, and each is used as it is meant."""

from __future__ import annotations

import pytest

from dd_sync.query import words
from dd_sync.query.explain import explain
from dd_sync.query.parse import parse
from dd_sync.query.vocabulary import AGGREGATORS, EVENT_SOURCES


def told(query: str, type: str = "query alert") -> str:
    return explain(parse(query, type))


@pytest.mark.parametrize("compared", sorted(words.COMPARED))
def test_each_comparison_has_its_word(compared: str) -> None:
    assert words.COMPARED[compared] in told(f"avg(last_5m):avg:a{{*}} {compared} 5")


@pytest.mark.parametrize("aggregator", sorted({"avg", "max", "min", "sum"}))
def test_each_aggregator_has_its_word(aggregator: str) -> None:
    assert aggregator in AGGREGATORS
    assert words.AGGREGATES[aggregator] in told(f"{aggregator}(last_5m):avg:a{{*}} > 5").lower()


@pytest.mark.parametrize("function", sorted(words.FUNCTIONS))
def test_each_function_has_room_for_what_it_is_of(function: str) -> None:
    assert words.FUNCTIONS[function].count("{}") == 1


@pytest.mark.parametrize("function", sorted(words.SPANNING))
def test_functions_over_points_have_room_for_their_number_and_for_what_they_are_of(function: str) -> None:
    assert words.SPANNING[function].format(20) != words.SPANNING[function]
    assert "{}" in words.SPANNING[function].format(20)


def test_every_source_of_events_that_is_named_exists() -> None:
    known = {source for sources in EVENT_SOURCES.values() for source in sources}
    assert set(words.EVENTS) <= known
