"""Composites: which state counts, and which groups meet (Datadog's docs, "Composite Monitor")."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.evaluate import Evaluated, State, Timeline, evaluate_composite
from dd_sync.testing import NotEvaluated


def composite(query: str) -> dict[str, Any]:
    return {"type": "composite", "query": query}


def part(*states: State, **tags: str) -> Evaluated:
    return Evaluated([Timeline(tags, list(states), [None] * len(states))])


@pytest.mark.parametrize(
    ("one", "other", "both", "either"),
    [
        ("alert", "alert", "alert", "alert"),
        ("alert", "warn", "warn", "alert"),
        ("alert", "no data", "no data", "alert"),
        ("warn", "no data", "no data", "warn"),
        ("no data", "ok", "ok", "no data"),
        ("alert", "ok", "ok", "alert"),
    ],
)
def test_the_less_severe_of_both_and_the_more_severe_of_either(
    one: State, other: State, both: State, either: State
) -> None:
    parts = {"1": part(one), "2": part(other)}
    assert evaluate_composite(composite("1 && 2"), parts).groups[0].states == [both]
    assert evaluate_composite(composite("2 || 1"), parts).groups[0].states == [either]


def test_not_turns_alerts_into_ok_and_keeps_no_data() -> None:
    parts = {"1": part("alert", "warn", "ok", "no data")}
    assert evaluate_composite(composite("!1"), parts).groups[0].states == ["ok", "ok", "alert", "no data"]


def test_groups_meet_by_value_and_a_part_without_groups_counts_for_each() -> None:
    one = Evaluated([*part("alert", host="a").groups, *part("alert", host="b").groups])
    found = evaluate_composite(composite("1 && 2 && 3"), {"1": one, "2": part("alert", node="a"), "3": part("warn")})
    assert [(dict(group.group), group.states) for group in found.groups] == [({"host": "a"}, ["warn"])]
    assert evaluate_composite(composite("1 && 2"), {"1": one, "2": part("alert", node="c")}).fires_at is None


def test_a_part_that_is_not_given_is_named() -> None:
    with pytest.raises(NotEvaluated, match="a composite without 2"):
        evaluate_composite(composite("1 && 2"), {"1": part("ok")})
    many = " && ".join(str(n) for n in range(1, 12))
    with pytest.raises(NotEvaluated, match="more than 10 parts"):
        evaluate_composite(composite(many), {str(n): part("ok") for n in range(1, 12)})
    found = evaluate_composite(composite("${monitor:a/b} || (!2)"), {"monitor:a/b": part("ok"), "2": part("ok")})
    assert found.groups[0].states == ["alert"]
