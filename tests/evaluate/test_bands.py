"""Anomaly monitors with the bands Datadog drew: shares of points outside (Datadog's docs, "Anomaly Monitor")."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.testing import Band, NotEvaluated, Series, evaluate


def anomaly(direction: str = "both", by: str = "", interval: int = 60, **windows: str) -> dict[str, Any]:
    query = f"avg:cpu{{*}}{by}, 'agile', 2, direction='{direction}', interval={interval}, alert_window='last_10m'"
    return {
        "type": "query alert",
        "query": f"avg(last_4h):anomalies({query}, count_default_zero='true') >= 0.5",
        "options": {
            "thresholds": {"critical": 0.5, "critical_recovery": 0},
            "threshold_windows": {"trigger_window": "last_10m", "recovery_window": "last_10m", **windows},
        },
    }


LINE = Series("cpu", [50] * 20 + [90] * 10 + [50] * 30)
BAND = Band([40] * 60, [60] * 60)


def test_an_alert_is_the_share_of_points_outside_the_band() -> None:
    found = evaluate(anomaly(), LINE, BAND).groups[0]
    assert (found.fires_at, found.recovers_at) == (25, 40)
    assert found.values[23] == pytest.approx(0.3)


@pytest.mark.parametrize(("direction", "fires"), [("above", 25), ("below", None), ("both", 25)])
def test_only_the_side_that_is_watched_counts(direction: str, fires: int | None) -> None:
    assert evaluate(anomaly(direction), LINE, BAND).fires_at == fires


def test_recovery_has_a_window_of_its_own() -> None:
    assert evaluate(anomaly(recovery_window="last_20m"), LINE, BAND).recovers_at == 50


def test_points_are_as_long_as_the_interval() -> None:
    assert evaluate(anomaly(interval=300), LINE, BAND).fires_at in (24, 25)


def test_each_group_has_its_own_band() -> None:
    lines = [Series("cpu", [50] * 20, {"host": "a"}), Series("cpu", [90] * 20, {"host": "b"})]
    bands = [Band([40] * 20, [60] * 20, {"host": host}) for host in "ab"]
    found = evaluate(anomaly(by=" by {host}"), *lines, *bands)
    assert (found.group(host="a").fires_at, found.group(host="b").fires_at) == (None, 1)
    with pytest.raises(NotEvaluated, match="without the band of b"):
        evaluate(anomaly(by=" by {host}"), *lines, bands[0])


def test_without_a_band_there_is_no_answer() -> None:
    with pytest.raises(NotEvaluated, match="without the band"):
        evaluate(anomaly(), LINE)
