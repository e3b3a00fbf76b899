"""Identities that are stripped, spoofed, copied and changed while an apply runs."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trust.schedules import Schedule, schedules
from tests.trust.tampering import Tampers, check_tampering, tampers


@settings(max_examples=60, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1), size=st.integers(5, 30), tampers=tampers, schedule=schedules)
def test_nothing_is_taken_lost_or_doubled_whoever_tampers_with_identities(
    seed: int, size: int, tampers: Tampers, schedule: Schedule
) -> None:
    check_tampering(seed, size, tampers, schedule)
