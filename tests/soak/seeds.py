"""The seed of a soak: another one each day, printed where a test fails, and chosen by DDSYNC_SEED."""

from __future__ import annotations

import os
from datetime import UTC, datetime

SEED = int(os.environ.get("DDSYNC_SEED") or f"{datetime.now(UTC):%Y%m%d}")


def part(number: int) -> int:
    """The seed of one part of the soak."""
    print(f"DDSYNC_SEED={SEED}, part {number}")
    return SEED * 1000 + number
