"""Gaps in made-up series: what Datadog's docs say of interpolation ("Interpolation and the Fill Modifier")."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.evaluate.grid import Grid
from dd_sync.evaluate.points import Fill, Rollup, fill_of, points, rollup_of
from dd_sync.evaluate.series import Value
from dd_sync.query.parse import parse
from dd_sync.query.tree import Alert, Call, Metric
from dd_sync.testing import NotEvaluated, Series, evaluate


def line(values: list[Value], fill: Fill | None, start: int = 0, rollup: Rollup | None = None) -> list[Value]:
    found = points(Series("x", values), Grid(start, 1, 1, len(values) - start), rollup, fill)
    return [None if np.isnan(one) else one for one in found.flatten().tolist()]


def values(expression: str, *series: Series, how: str = "max", window: int = 1) -> list[Value]:
    payload = {"type": "query alert", "query": f"{how}(last_{window}m):{expression} > 1e9"}
    (group,) = evaluate(payload, *series).groups
    return list(group.values)[1:]


def test_the_example_of_the_documentation() -> None:
    """Two hosts that report in turn; its 18.3 is between 15 and 25."""
    a = Series("net", [15, None, None, 25, None], {"host": "A"})
    b = Series("net", [None, 10, None, 30, 40], {"host": "B"})
    assert line([15, None, None, 25, None], Fill()) == [
        15,
        pytest.approx(18.333, abs=1e-3),
        pytest.approx(21.667, abs=1e-3),
        25,
        25,
    ]
    query = {"type": "query alert", "query": "max(last_5m):sum:net{*}.rollup(sum, 60) > 1e9"}
    assert evaluate(query, a, b).groups[0].values[4] == pytest.approx(55)


def test_the_example_of_default_zero() -> None:
    """One point of a gauge: five minutes of it, then zeros, and zeros before it (Datadog's docs, "Default zero")."""
    point = Series("custom_metric", [None] * 15 + [1] + [None] * 14)
    sums = values("default_zero(avg:custom_metric{*})", point, how="sum", window=30)
    assert sums[15] == 1
    assert sums[29] == 6
    averages = values("default_zero(avg:custom_metric{*})", point, how="avg", window=30)
    assert averages[29] == pytest.approx(6 / 30)


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        (Fill("null"), [None, 4, None, None, 10, None, None]),
        (Fill("zero"), [None, 4, 0, 0, 10, 0, 0]),
        (Fill("last"), [None, 4, 4, 4, 10, 10, 10]),
        (Fill("linear"), [None, 4, 6, 8, 10, 10, 10]),
        (Fill("last", 1), [None, 4, 4, None, 10, 10, None]),
        (Fill("linear", 1), [None, 4, 6, None, 10, 10, None]),
    ],
)
def test_a_gap_is_filled_as_far_as_its_limit(fill: Fill, expected: list[Value]) -> None:
    assert line([None, 4, None, None, 10, None, None], fill) == expected


def test_what_was_reported_before_a_window_reaches_into_it() -> None:
    assert line([8, None, None, None, None, None, None, None], Fill("last"), start=4) == [8, 8, None, None]


def test_several_sources_are_interpolated_and_one_keeps_its_gaps() -> None:
    a, b = Series("cpu", [10, None, 30], {"host": "a"}), Series("cpu", [1, 1, 1], {"host": "b"})
    assert values("sum:cpu{*}", a, b) == [11, 11, 31], "at minute 2, nobody knows the 30 yet"
    assert values("sum:cpu{*}", a, b, window=3)[2] == 31
    assert values("sum:cpu{*}.fill(null)", a, b) == [11, 1, 31]
    assert values("sum:cpu{*}", a) == [10, None, 30]


def test_groups_do_not_fill_one_another() -> None:
    a, b = Series("cpu", [10, None, 30], {"host": "a"}), Series("cpu", [1, 1, 1], {"host": "b"})
    found = evaluate({"type": "query alert", "query": "max(last_1m):avg:cpu{*} by {host} > 1e9"}, a, b)
    assert list(found.group(host="a").values)[1:] == [10, None, 30]


def test_counts_are_never_interpolated() -> None:
    a, b = Series("hits", [10, None, 30], {"host": "a"}), Series("hits", [1, 1, 1], {"host": "b"})
    assert values("sum:hits{*}.as_count()", a, b, how="sum", window=3)[2] == 43
    assert values("sum:hits{*}.as_rate()", a, b)[1] == pytest.approx(1 / 60)


def test_a_dead_host_weighs_five_minutes_more() -> None:
    """Why a sum over hosts falls five minutes late."""
    dead, alive = Series("up", [1] * 5, {"host": "a"}), Series("up", [1] * 20, {"host": "b"})
    payload = {"type": "query alert", "query": "max(last_1m):sum:up{*} < 2"}
    assert evaluate(payload, dead, alive).fires_at == 11


def test_a_gap_between_points_of_a_rollup_is_an_error() -> None:
    assert line([1, 2, 3, 4], Fill(), rollup=Rollup("sum", 2)) == [3, 7]
    assert line([1, 2, None, None], None, rollup=Rollup("sum", 2)) == [3, None]
    with pytest.raises(NotEvaluated, match="interpolation of a gap"):
        line([1, 2, None, None], Fill(), rollup=Rollup("sum", 2))


def modifiers(text: str) -> dict[str, Call]:
    body = parse(f"avg(last_5m):avg:x{{*}}{text} > 1", "query alert").body
    assert isinstance(body, Alert)
    assert isinstance(body.value, Metric)
    return {one.function: one for one in body.value.modifiers}


@pytest.mark.parametrize(
    ("text", "rollup", "fill"),
    [
        ("", None, None),
        (".rollup(max)", None, None),
        (".rollup(max, 300)", Rollup("max", 5), None),
        (".rollup(120)", Rollup("avg", 2), None),
        (".rollup(sum, 20)", Rollup("sum", 1), None),
        (".fill(last, 600)", None, Fill("last", 10)),
        (".fill(zero)", None, Fill("zero", 5)),
    ],
)
def test_modifiers_are_read(text: str, rollup: Rollup | None, fill: Fill | None) -> None:
    assert (rollup_of(modifiers(text)), fill_of(modifiers(text))) == (rollup, fill)


samples = st.lists(st.none() | st.integers(0, 100), min_size=1, max_size=30)


@given(samples, st.sampled_from(["linear", "last", "zero", "null"]), st.integers(1, 10))
def test_samples_stay_and_what_is_between_lies_between(found: list[Value], how: str, minutes: int) -> None:
    filled = line(found, Fill(how, minutes))
    assert len(filled) == len(found)
    present = [one for one in found if one is not None]
    for before, after in zip(found, filled, strict=True):
        if before is not None:
            assert after == before
        elif after is not None:
            assert min([0, *present]) <= after <= max(present)
