"""The trailing comparison of a monitor's query."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.query.comparison import OPERATORS, Comparison, comparison


@pytest.mark.parametrize(
    ("query", "operator", "threshold"),
    [
        ("avg(last_5m):avg:system.load.1{*} > 5", ">", 5),
        ("avg(last_5m):avg:system.load.1{*} >= 1e3", ">=", 1000),
        ("avg(last_5m):avg:system.load.1{*} < -0.5", "<", -0.5),
        ("max(last_5m):min:system.up{*}<=.25", "<=", 0.25),
        ("max(last_5m):sum:mongodb.state{*} != 1", "!=", 1),
        ("max(last_5m):sum:mongodb.state{*} == 0", "==", 0),
        ("change(avg(last_5m),last_1h):avg:system.load.1{*} > 10", ">", 10),
        ("avg(last_4h):anomalies(avg:system.load.1{*}, 'basic', 2, direction='above') >= 1", ">=", 1),
        ('logs("@duration:>5").index("*").rollup("count").last("5m") > 2', ">", 2),
        ('burn_rate("${slo:a/b}").over("30d").long_window("1h").short_window("5m") > 14.4', ">", 14.4),
    ],
)
def test_the_comparison_is_read_from_the_end(query: str, operator: str, threshold: float) -> None:
    found = comparison(query)
    assert found is not None
    assert (found.operator, found.threshold) == (operator, threshold)


def test_a_whole_number_stays_a_whole_number() -> None:
    found = comparison("avg(last_5m):x{*} > 5.0")
    assert found is not None
    assert isinstance(found.threshold, int)


def test_a_number_beyond_floats_keeps_its_digits() -> None:
    found = comparison("avg(last_5m):x{*} > 12345678901234567890")
    assert found is not None
    assert found.threshold == 12345678901234567890


@pytest.mark.parametrize(
    "query",
    [
        "",
        '"syncthing.can_connect".over("*").by("host").last(2).count_by_status()',
        "( 21156453 && !21156463 ) || ( !21156453 && 21156463 )",
        'logs("@duration:>5").last("5m")',
        "avg(last_5m):x{*} > high",
        "avg(last_5m):x{*} > 5 or so",
    ],
)
def test_a_query_without_a_comparison_has_none(query: str) -> None:
    assert comparison(query) is None


def test_the_position_covers_operator_and_number() -> None:
    query = "avg(last_5m):x{*}  > 5 \n"
    assert comparison(query) == Comparison(">", 5, query.index(">"), query.index("5 ") + 1)


@given(
    operator=st.sampled_from(OPERATORS),
    number=st.one_of(
        st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12, allow_nan=False).map(lambda n: round(n, 6))
    ),
    gap=st.sampled_from(["", " ", "   "]),
)
def test_any_number_after_any_operator_is_found(operator: str, number: float, gap: str) -> None:
    found = comparison(f"avg(last_5m):avg:system.load.1{{*}} {operator}{gap}{number}")
    assert found is not None
    assert found.operator == operator
    assert found.threshold == pytest.approx(number)


@given(st.text())
def test_no_text_makes_it_raise(query: str) -> None:
    comparison(query)
