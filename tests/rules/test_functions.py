"""Functions of metric monitors."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.rules import check_monitor, check_query
from tests.rules.payloads import monitor, rules

ANOMALY = "avg(last_4h):anomalies(avg:x{*}, 'agile', 2, direction='both', alert_window='last_30m') >= 0.5"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("avg(last_5m):median:x{*} > 5", {"aggregator"}),
        ("median(last_5m):avg:x{*} > 5", {"aggregator"}),
        ("percentile(last_5m):p95:x{*} > 5", set()),
        ("sum(last_5m):count:x{*} > 5", set()),
        ("avg(last_4h):anomalies(cumsum(avg:x{*}), 'agile', 2) >= 1", {"function-nested"}),
        ("max(next_1w):forecast(cumsum(avg:x{*}), 'linear', 1) >= 1", {"function-nested"}),
        ("avg(last_4h):anomalies(avg:x{*}, 'clever', 2) >= 1", {"function-algorithm"}),
        ("max(next_1w):forecast(avg:x{*}, 'agile', 1) >= 1", {"function-algorithm"}),
        ("avg(last_1d):outliers(avg:x{*} by {host}, 'DBSCAN', 3) > 0", set()),
        ("avg(last_2d):outliers(avg:x{*} by {host}, 'DBSCAN', 3) > 0", {"window-function"}),
        ("avg(last_4h):anomalies(avg:x{*}, 'agile', 2, direction='up') >= 1", {"anomaly-direction"}),
        ("avg(last_1h):avg:x{*}.fill(last, 600) > 4", set()),
        ("avg(last_1h):avg:x{*}.fill(last, 601) > 4", {"fill-limit"}),
        ("change(avg(last_1h),5m_ago):avg:x{*} > 4", set()),
        ("change(avg(last_1h),7m_ago):avg:x{*} > 4", {"change-shift"}),
    ],
)
def test_functions_take_what_datadog_lets_them(query: str, expected: set[str]) -> None:
    assert rules(check_query(query), "error") == expected


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ({"trigger_window": "last_30m", "recovery_window": "last_30m"}, set()),
        ({"trigger_window": "last_30m", "recovery_window": "last_16m"}, set()),
        ({"trigger_window": "last_30m", "recovery_window": "last_15m"}, {"anomaly-recovery-window"}),
        ({"trigger_window": "last_30m"}, {"anomaly-windows"}),
        ({"trigger_window": "30 minutes", "recovery_window": "last_30m"}, {"anomaly-windows"}),
    ],
)
def test_alert_and_recovery_of_an_anomaly_exclude_each_other(windows: dict[str, Any], expected: set[str]) -> None:
    findings = check_monitor(monitor(ANOMALY, options={"threshold_windows": windows}))
    assert rules(findings, "error") == expected
