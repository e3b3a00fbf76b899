"""What a report of noise sums up."""

from __future__ import annotations

from datetime import UTC, datetime

from dd_sync.core.noise import Noise, NoiseReport


def noise(alerts: int, night: int) -> Noise:
    return Noise(1, "CPU", alerts, night, 0, 0, 0, [0] * 24, {})


def test_alerts_and_nights_are_those_of_all_monitors() -> None:
    day = datetime(2026, 11, 1, tzinfo=UTC)
    report = NoiseReport("prod", day, day, [noise(5, 2), noise(7, 0)], 12, 0, 1)
    assert (report.alerts, report.night) == (12, 2)
    assert NoiseReport("prod", day, day, [], 0, 0, 1).alerts == 0
