"""Whatever goes wrong on the way: after at most three runs every object is there exactly once, as it is defined."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trust.schedules import Death, Schedule, check_convergence, deaths, schedules


@settings(max_examples=250, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(20, 60),
    schedule=schedules,
    dying=deaths,
    lag=st.sampled_from((0.0, 0.0, 5.0)),
)
def test_three_runs_are_enough_whatever_happens(
    seed: int, size: int, schedule: Schedule, dying: list[Death], lag: float
) -> None:
    check_convergence(seed, size, schedule, dying, lag)
