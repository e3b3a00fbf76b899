"""Datadog's functions over made-up series: what each does to a point, a gap, a group."""

from __future__ import annotations

import numpy as np
import pytest

from dd_sync.evaluate.functions import EVALUATED, MODIFIERS, apply_function
from dd_sync.evaluate.grid import Grid
from dd_sync.evaluate.lines import Line, Lines, combine_lines, reduce_lines
from dd_sync.evaluate.series import Value
from dd_sync.query.vocabulary import FUNCTIONS
from dd_sync.query.vocabulary import MODIFIERS as KNOWN_MODIFIERS
from dd_sync.testing import NotEvaluated, Series, evaluate


def values(expression: str, *series: Series, window: int = 1, until: int | None = None) -> list[Value]:
    """What `max(last_…):expression` is, minute by minute from 1 on."""
    payload = {"type": "query alert", "query": f"max(last_{window}m):{expression} > 1e9"}
    found = evaluate(payload, *series, until=until)
    assert len(found.groups) == 1
    return list(found.groups[0].values)[1:]


CPU = Series("cpu", [4, None, -9, 100], {"host": "a"})


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("abs(avg:cpu{*})", [4, None, 9, 100]),
        ("log2(avg:cpu{*})", [2, None, None, pytest.approx(6.644, abs=1e-3)]),
        ("log10(avg:cpu{*})", [pytest.approx(0.602, abs=1e-3), None, None, 2]),
        ("ceil(avg:cpu{*} / 3)", [2, None, -3, 34]),
        ("floor(avg:cpu{*} / 3)", [1, None, -3, 33]),
        ("default_zero(avg:cpu{*})", [4, 4, -9, 100]),
        ("is_greater(avg:cpu{*}, 4)", [0, None, 0, 1]),
        ("is_less(avg:cpu{*}, 4)", [0, None, 1, 0]),
        ("clamp_min(avg:cpu{*}, 5)", [5, 5, 5, 100]),
        ("clamp_max(avg:cpu{*}, 5)", [4, 5, -9, 5]),
        ("cutoff_min(avg:cpu{*}, 4)", [4, None, None, 100]),
        ("cutoff_max(avg:cpu{*}, 4)", [4, None, -9, None]),
        ("-avg:cpu{*}", [-4, None, 9, -100]),
        ("2 * (avg:cpu{*} + 1) - 1", [9, None, -17, 201]),
        ("avg:cpu{*} / 0", [None, None, None, None]),
        ("avg:cpu{*}.fill(zero)", [4, 0, -9, 100]),
        ("avg:cpu{*}.fill(null)", [4, None, -9, 100]),
        ("sum:cpu{*}.as_rate()", [pytest.approx(4 / 60), None, pytest.approx(-0.15), pytest.approx(100 / 60)]),
        ("diff(avg:cpu{*})", [None, None, None, 109]),
        ("per_minute(avg:cpu{*})", [None, None, None, 109]),
        ("per_second(avg:cpu{*})", [None, None, None, pytest.approx(109 / 60)]),
        ("per_hour(avg:cpu{*})", [None, None, None, 6540]),
        ("derivative(avg:cpu{*})", [None, None, None, pytest.approx(109 / 60)]),
        ("exclude_null(avg:cpu{*})", [4, None, -9, 100]),
    ],
)
def test_functions_of_a_point(expression: str, expected: list[object]) -> None:
    assert values(expression, CPU) == expected


def test_only_rises_count_in_a_monotonic_difference() -> None:
    assert values("monotonic_diff(avg:cpu{*})", Series("cpu", [5, 8, 1, 4])) == [None, 3, None, 3]


def test_a_running_total_grows_within_its_window() -> None:
    assert values("cumsum(avg:cpu{*})", Series("cpu", [1, 2, 3]), window=2) == [1, 3, 5]


@pytest.mark.parametrize(("function", "back"), [("hour_before", 60), ("day_before", 1440)])
def test_functions_of_another_time_look_back(function: str, back: int) -> None:
    series = Series("cpu", [7] * 10 + [1] * (back + 10))
    found = values(f"{function}(avg:cpu{{*}})", series, until=back + 20)
    assert found[back - 1 : back + 11] == [None, *[7] * 10, 1]


def test_timeshift_looks_back_by_seconds() -> None:
    assert values("timeshift(avg:cpu{*}, -120)", Series("cpu", [1, 2, 3, 4])) == [None, None, 1, 2]


def test_groups_are_counted_at_each_point() -> None:
    hosts = [
        Series("cpu", [1, 0, None], {"host": "a"}),
        Series("cpu", [1, 1, None], {"host": "b"}),
    ]
    assert values("count_nonzero(avg:cpu{*} by {host})", *hosts) == [2, 1, None]
    assert values("count_not_null(avg:cpu{*} by {host})", *hosts) == [2, 2, None]


def test_a_rollup_makes_longer_points_that_begin_at_whole_multiples() -> None:
    series = Series("cpu", [1, 2, 3, 4, 5, 6])
    assert values("avg:cpu{*}.rollup(sum, 120)", series, window=4)[3:] == [7, 7, 11]
    assert values("avg:cpu{*}.rollup(max, 120)", series, window=6)[5] == 6


def test_groups_meet_by_their_tags_whatever_the_order_of_keys() -> None:
    query = "avg:used{*} by {host,disk} / avg:size{*} by {disk,host}"
    tags = {"host": "a", "disk": "x"}
    assert values(query, Series("used", [1], tags), Series("size", [4], tags)) == [0.25]


def test_one_line_over_everything_meets_every_group() -> None:
    query = "avg:used{*} by {host} / avg:total{*}"
    payload = {"type": "query alert", "query": f"max(last_1m):{query} > 1e9"}
    found = evaluate(
        payload, Series("used", [1], {"host": "a"}), Series("used", [2], {"host": "b"}), Series("total", [4])
    )
    assert [found.group(host=host).values[1] for host in "ab"] == [0.25, 0.5]


def test_a_missing_count_is_zero_and_a_missing_gauge_is_missing() -> None:
    hits, errors = Series("hits", [10, 10]), Series("errors", [None, 5])
    counts = "100 * sum:errors{*}.as_count() / sum:hits{*}.as_count()"
    payload = {"type": "query alert", "query": f"sum(last_1m):{counts} > 1e9"}
    assert list(evaluate(payload, hits, errors).groups[0].values)[1:] == [0, 50]
    assert values("avg:errors{*} / avg:hits{*}", hits, errors) == [None, 0.5]


def test_a_group_that_only_counts_requests_has_no_errors() -> None:
    query = "sum(last_1m):sum:errors{*} by {host}.as_count() / sum:hits{*} by {host}.as_count() > 1e9"
    hits = [Series("hits", [10], {"host": host}) for host in "ab"]
    found = evaluate({"type": "query alert", "query": query}, *hits, Series("errors", [1], {"host": "a"}))
    assert (found.group(host="a").values[1], found.group(host="b").values[1]) == (0.1, 0)


def test_everything_evaluated_is_a_function_of_datadogs() -> None:
    assert not EVALUATED - FUNCTIONS - {"is_greater", "is_less"}
    assert MODIFIERS <= KNOWN_MODIFIERS


GRID = Grid(0, 1, 1, 1)
ONE = Lines((), {(): Line(np.array([1.0]), 0)})


@pytest.mark.parametrize("function", sorted(FUNCTIONS - EVALUATED))
def test_every_other_function_says_that_it_is_not_evaluated(function: str) -> None:
    with pytest.raises(NotEvaluated, match=rf"^{function}\(\) is not evaluated"):
        apply_function(function, ONE, [2], GRID)


def test_a_series_may_carry_several_values_of_a_tag() -> None:
    series = Series("cpu", [3], {"team": ["a", "b"]})
    assert values("avg:cpu{team:b}", series) == [3]


@pytest.mark.parametrize(
    ("how", "expected"), [("avg", 2), ("sum", 4), ("min", 1), ("max", 3), ("last", 3), ("count", 2)]
)
def test_gaps_are_no_part_of_an_aggregation(how: str, expected: float) -> None:
    grid = Grid(0, 1, 1, 3)
    assert reduce_lines(how, np.array([1, np.nan, 3]), grid) == [expected]
    assert np.isnan(reduce_lines(how, np.full(3, np.nan), grid)).all()


def test_other_ways_of_bringing_points_together_are_named() -> None:
    with pytest.raises(NotEvaluated, match="median as an aggregation"):
        reduce_lines("median", np.array([1.0]), GRID)
    with pytest.raises(NotEvaluated, match="the operator %"):
        combine_lines("%", ONE, ONE, GRID)
    with pytest.raises(NotEvaluated, match="different rollups"):
        combine_lines("+", ONE, Lines((), {(): Line(np.zeros((2, 1)), 0)}), GRID)
    with pytest.raises(NotEvaluated, match="numbers alone"):
        reduce_lines("avg", np.array(1.0), GRID)
