"""A monitor's thresholds, drawn."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.reports.charts import HEIGHT, Chart, chart, draw_series, measure
from tests.reports.plans import monitor


def svg(found: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(str(draw_series(found)))


def texts(found: Chart) -> list[str]:
    return [node.text or "" for node in svg(found).iter("text")]


def heights(found: Chart, name: str) -> float:
    (line,) = [node for node in svg(found).iter("line") if node.get("class") == f"level {name}"]
    return float(line.get("y1", ""))


def made(after: Any, before: Any = None, series: Any = None) -> Chart:
    found = chart(before, after, series)
    assert found is not None
    return found


def test_every_threshold_is_a_line_with_its_number() -> None:
    body = monitor(critical=5, warning=3)
    body["options"]["thresholds"]["critical_recovery"] = 2.5
    found = made(body)
    assert sorted(texts(found)) == ["critical > 5", "critical recovery 2.5", "warning > 3"]
    assert heights(found, "critical") < heights(found, "warning") < heights(found, "critical_recovery")


def test_what_was_is_shown_where_it_changed() -> None:
    found = made(monitor(critical=2, warning=3), monitor(critical=5, warning=3))
    assert [text for text in texts(found) if "was" in text] == ["critical was 5"]


def test_without_a_series_the_chart_says_so() -> None:
    found = made(monitor())
    assert found.note == "thresholds alone: no series was read"
    assert not list(svg(found).iter("polyline"))


def test_a_series_is_drawn_for_each_group_and_says_over_which_time() -> None:
    asked: list[str] = []

    def series(query: str) -> Any:
        asked.append(query)
        return [[(0.0, 1.0), (3600.0 * 4, 2.0)], [(0.0, 3.0)]]

    found = made(monitor(), series=series)
    assert asked[0].startswith("100 * sum:trace.http.request.errors{")
    assert ">" not in asked[0]
    assert len(list(svg(found).iter("polyline"))) == 2
    assert found.note == "measured over 4 h"


def test_a_series_without_a_point_is_no_series() -> None:
    found = made(monitor(), series=lambda query: [])
    assert found.note == "no data was measured in this time"
    assert not list(svg(found).iter("polyline"))


def test_of_very_many_groups_some_are_drawn_and_it_is_said() -> None:
    found = made(monitor(), series=lambda query: [[(0.0, float(n)), (600.0, 1.0)] for n in range(50)])
    assert found.note == "measured over 10 min, 20 of 50 groups"
    assert len(list(svg(found).iter("polyline"))) == 20


def test_a_monitor_that_alerts_below_has_its_zone_below() -> None:
    body = monitor(critical=5, warning=None)
    body["query"] = body["query"].replace("> 5", "< 5")
    (zone,) = list(svg(made(body)).iter("rect"))
    assert float(zone.get("y", "")) == heights(made(body), "critical")
    assert float(zone.get("y", "")) + float(zone.get("height", "")) == HEIGHT


@pytest.mark.parametrize(
    ("query", "type"),
    [
        ('logs("x").index("*").rollup("count").last("5m") > 5', "log alert"),
        ("12 && 13", "composite"),
        ("avg(last_5m):nonsense{{ > 5", "query alert"),
        ('"a".over("*").last(2).count_by_status()', "service check"),
    ],
)
def test_what_is_no_metric_query_has_no_measure(query: str, type: str) -> None:
    assert measure(query, type) is None


def test_a_log_alert_has_its_threshold_though_no_series() -> None:
    body = {"type": "log alert", "query": 'logs("x").index("*").rollup("count").last("5m") > 5', "options": {}}
    found = made(body, series=lambda query: [[(0.0, 1.0)]])
    assert (found.levels, found.lines) == ({"critical": 5.0}, None)


def test_a_composite_has_no_chart() -> None:
    assert chart(None, {"type": "composite", "query": "1 && 2", "options": {}}, None) is None


def test_a_deleted_monitor_is_drawn_as_it_was() -> None:
    assert "critical > 5" in texts(made(None, monitor(critical=5)))


@given(
    st.dictionaries(
        st.sampled_from(["critical", "warning", "critical_recovery", "warning_recovery"]),
        st.floats(-1e9, 1e9, allow_nan=False),
        min_size=1,
    ),
    st.lists(st.lists(st.tuples(st.floats(0, 1e6), st.floats(-1e9, 1e9)), max_size=5), max_size=3),
)
def test_whatever_the_numbers_everything_is_inside(levels: dict[str, float], lines: Any) -> None:
    found = Chart(">", levels, {"critical": 1.0}, lines)
    for node in svg(found).iter():
        for name in ("y", "y1", "y2"):
            assert -20 <= float(node.get(name, "0")) <= HEIGHT + 60
        for point in (node.get("points") or "").split():
            assert re.fullmatch(r"\d+,[\d.]+", point)
