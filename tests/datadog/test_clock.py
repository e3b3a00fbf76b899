"""The real time passes."""

from __future__ import annotations

from dd_sync.core.port import Clock
from dd_sync.datadog.clock import RealClock


def test_sleeping_moves_the_clock_at_least_as_far() -> None:
    clock: Clock = RealClock()
    began = clock.now()
    clock.sleep(0.01)
    assert clock.now() - began >= 0.01
