"""Parts that many widgets share: times, axes, markers, units."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.kinds.widgets import (
    Axis,
    Formula,
    Marker,
    NumberFormat,
    QueryTable,
    QueryValue,
    Request,
    Time,
    Timeseries,
    Unit,
)
from tests.kinds.widget_schema import definition


def requests(widget: Timeseries | QueryTable | QueryValue) -> Any:
    """The requests a widget sends, as far as Datadog's schema knows them."""
    return definition(widget)["requests"]


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("byte", {"type": "canonical_unit", "unit_name": "byte"}),
        ("byte/second", {"type": "canonical_unit", "unit_name": "byte", "per_unit_name": "second"}),
        (
            NumberFormat(unit=Unit(type="custom_unit_label", label="pods")),
            {"type": "custom_unit_label", "label": "pods"},
        ),
    ],
)
def test_a_unit_of_a_formula(written: Any, unit: dict[str, str]) -> None:
    formula = Formula(formula="a", number_format=written)
    (request,) = requests(Timeseries(requests=[Request(queries={"a": "avg:a{*}"}, formulas=[formula])]))
    assert request["formulas"][0]["number_format"] == {"unit": unit}


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("1h", {"live_span": "1h"}),
        (Time(type="live", unit="day", value=3), {"type": "live", "unit": "day", "value": 3}),
        (Time(type="fixed", from_=1, to=2), {"type": "fixed", "from": 1, "to": 2}),
        ({"type": "fixed", "from": 1, "to": 2}, {"type": "fixed", "from": 1, "to": 2}),
    ],
)
def test_a_time(written: Any, sent: dict[str, Any]) -> None:
    assert definition(Timeseries(requests=["avg:a{*}"], time=written))["time"] == sent


@pytest.mark.parametrize(("written", "sent"), [(0.1 * 3, "0.3"), (100.0, "100"), (5, "5"), ("auto", "auto")])
def test_the_end_of_an_axis_is_a_number_or_a_text(written: Any, sent: str) -> None:
    assert Axis(max=written).to_payload() == {"max": sent}


@pytest.mark.parametrize(("written", "sent"), [(90, "y = 90"), (0.5, "y = 0.5"), ("y > 3", "y > 3")])
def test_a_marker_at_a_number_is_a_line(written: Any, sent: str) -> None:
    assert Marker(value=written).to_payload() == {"value": sent}
