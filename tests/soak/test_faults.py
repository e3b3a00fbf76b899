"""Ten thousand random schedules of faults: the law of `tests.trust.test_faults`, at length; and as many in which
identities are stripped, spoofed, copied and changed while they run."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from tests.soak.seeds import part
from tests.trust.schedules import Death, Schedule, check_convergence, check_undo_convergence, deaths, schedules
from tests.trust.tampering import Tampers, check_tampering, tampers

PARTS, EXAMPLES = 40, 250


@pytest.mark.parametrize("number", range(PARTS))
def test_three_runs_are_enough_whatever_happens(number: int) -> None:
    @seed(part(number))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        project=st.integers(0, 2**32 - 1),
        size=st.integers(20, 60),
        schedule=schedules,
        dying=deaths,
        lag=st.sampled_from((0.0, 0.0, 5.0)),
        writers=st.sampled_from((1, 1, 4)),
    )
    def law(project: int, size: int, schedule: Schedule, dying: list[Death], lag: float, writers: int) -> None:
        check_convergence(project, size, schedule, dying, lag, writers)

    law()


@pytest.mark.parametrize("number", range(4))
def test_three_tries_of_an_undo_are_enough(number: int) -> None:
    @seed(part(1000 + number))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        project=st.integers(0, 2**32 - 1),
        size=st.integers(20, 60),
        schedule=schedules,
        dying=deaths,
        writers=st.sampled_from((1, 1, 4)),
    )
    def law(project: int, size: int, schedule: Schedule, dying: list[Death], writers: int) -> None:
        check_undo_convergence(project, size, schedule, dying, writers)

    law()


@pytest.mark.parametrize("number", range(PARTS))
def test_nothing_is_taken_lost_or_doubled_whoever_tampers_with_identities(number: int) -> None:
    @seed(part(2000 + number))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(project=st.integers(0, 2**32 - 1), size=st.integers(5, 40), tampers=tampers, schedule=schedules)
    def law(project: int, size: int, tampers: Tampers, schedule: Schedule) -> None:
        check_tampering(project, size, tampers, schedule)

    law()
