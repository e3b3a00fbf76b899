"""The real time."""

from __future__ import annotations

import time


class RealClock:
    """Implements `core.port.Clock`."""

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
