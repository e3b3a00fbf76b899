"""The words of the languages."""

from __future__ import annotations

import pytest

from dd_sync.query.explain import explain
from dd_sync.query.parse import METRIC_TYPES, TYPES, parse
from dd_sync.query.vocabulary import (
    EVENT_SOURCES,
    FUNCTIONS,
    SOURCES,
    STEPS,
    TIME_AGGREGATORS,
    is_aggregator,
    is_function,
)
from dd_sync.query.words import AGGREGATES
from dd_sync.query.words import FUNCTIONS as EXPLAINED


@pytest.mark.parametrize("word", ["avg", "p50", "p99", "p99.9", "p100", "pc95", "sum"])
def test_aggregators_and_percentiles_are_known(word: str) -> None:
    assert is_aggregator(word)


@pytest.mark.parametrize("word", ["avgg", "p", "p5000", "p99.", "", "percent", "pavg"])
def test_others_are_not(word: str) -> None:
    assert not is_aggregator(word)


def test_conditional_functions_are_known_by_their_start() -> None:
    assert is_function("is_greater")
    assert not is_function("isgreater")


def test_every_monitor_type_with_a_language_is_a_type() -> None:
    assert set(EVENT_SOURCES) <= set(TYPES)
    assert set(METRIC_TYPES) <= set(TYPES)
    assert {source for sources in EVENT_SOURCES.values() for source in sources} <= SOURCES


@pytest.mark.parametrize("aggregator", sorted(TIME_AGGREGATORS))
def test_every_time_aggregator_is_read(aggregator: str) -> None:
    assert parse(f"{aggregator}(last_5m):avg:x{{*}} > 5")


@pytest.mark.parametrize("function", sorted(FUNCTIONS))
def test_every_function_is_read_and_explained(function: str) -> None:
    assert "x" in explain(parse(f"{function}(avg:x{{*}})", "dashboard"))


@pytest.mark.parametrize("step", sorted(STEPS))
def test_every_step_is_read(step: str) -> None:
    argument = '("5m")' if step in ("last", "current", "long_window", "short_window") else '("count")'
    assert parse(f'logs("a").{step}{argument}.last("5m") > 1', "log alert")


def test_what_is_explained_exists() -> None:
    assert set(EXPLAINED) <= FUNCTIONS
    assert {word for word in AGGREGATES if not is_aggregator(word)} == set()
