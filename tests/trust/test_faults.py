"""Whatever goes wrong on the way: after at most three runs every object is there exactly once, as it is defined."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dd_sync.datadog.transport import Request, Response
from tests.trust.projects import desired, things
from tests.trust.schedules import Death, Schedule, check_convergence, check_undo_convergence, deaths, schedules
from tests.trust.trial import Organisation, Trial, failed
from tests.trust.wire import COLLECTIONS, Wire


@settings(max_examples=250, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(20, 60),
    schedule=schedules,
    dying=deaths,
    lag=st.sampled_from((0.0, 0.0, 5.0)),
    writers=st.sampled_from((1, 1, 4)),
)
def test_three_runs_are_enough_whatever_happens(
    seed: int, size: int, schedule: Schedule, dying: list[Death], lag: float, writers: int
) -> None:
    check_convergence(seed, size, schedule, dying, lag, writers)


@settings(max_examples=50, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 2**32 - 1),
    size=st.integers(5, 40),
    schedule=schedules,
    dying=deaths,
    writers=st.sampled_from((1, 1, 4)),
)
def test_three_tries_of_an_undo_are_enough(
    seed: int, size: int, schedule: Schedule, dying: list[Death], writers: int
) -> None:
    check_undo_convergence(seed, size, schedule, dying, writers)


@pytest.mark.parametrize("page", range(7))
def test_a_list_that_hides_half_a_page_leads_to_no_double(tmp_path: Path, page: int) -> None:
    """A page cut short looks like the last one: only the count right before objects are made can tell."""
    trial = Trial(Organisation(), tmp_path / "receipts")
    wanted = desired(things(random.Random(2), 40))
    assert not failed(trial.run(wanted))
    elsewhere = Trial(trial.organisation, tmp_path / "no receipts")
    wire = HidingWire(trial.organisation.emulator, trial.organisation.clock, page=page)
    outcomes = elsewhere.run(wanted, wire)
    assert wire.hid
    made = {outcome.reason for outcome in outcomes if outcome.action == "create" and outcome.status == "done"}
    assert made <= {"was made by another run"}
    trial.check_settled(wanted)


@dataclass
class HidingWire(Wire):
    """Leaves out half of one page, by its number among all pages of lists."""

    page: int = 0
    hid: bool = False
    _pages_read: int = 0

    def __call__(self, request: Request) -> Response:
        answer = super().__call__(request)
        field_name = COLLECTIONS.get(request.path)
        if field_name is None or request.method != "GET":
            return answer
        number, self._pages_read = self._pages_read, self._pages_read + 1
        if number != self.page:
            return answer
        self.hid = True
        found = json.loads(answer.body)
        objects = found[field_name] if field_name else found
        del objects[len(objects) // 2 :]
        return Response(answer.status, answer.headers, json.dumps(found).encode())
