"""Random schedules of trouble, and the law that an apply has to keep under all of them."""

from __future__ import annotations

import contextlib
import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

from hypothesis import strategies as st

from dd_sync.core.errors import DdsyncError
from dd_sync.core.identity import Marks, Owner
from dd_sync.datadog.transport import Request
from tests.trust.projects import changed, desired, things
from tests.trust.trial import EVERYTHING, KINDS, Organisation, Trial, failed
from tests.trust.undone import latest, state, undo
from tests.trust.wire import Killed, Trouble

Schedule = list[tuple[int, Trouble, int]]
"""So many calls go well, then this happens, so many times in a row."""

Death = tuple[int, Trouble]
"""The number of the call that the process does not survive, and on which side of it."""

_LISTS: tuple[Trouble, ...] = ("page repeated", "page missing")
_DEATHS: tuple[Trouble, ...] = ("killed before", "killed after")
_SORTS: list[Trouble] = [trouble for trouble in get_args(Trouble) if trouble not in _DEATHS]

schedules: st.SearchStrategy[Schedule] = st.lists(
    st.tuples(
        st.integers(0, 25),
        st.sampled_from(_SORTS),
        st.one_of(st.just(1), st.integers(1, 4), st.integers(10, 40)),
    ),
    max_size=25,
)
"""An outage of forty calls outlasts every budget; a single drop does not."""

deaths: st.SearchStrategy[list[Death]] = st.lists(st.tuples(st.integers(0, 150), st.sampled_from(_DEATHS)), max_size=2)
"""Those of the first two runs."""


class Disturbed:
    """What happens to the calls of one run; `calls` goes on into the next one."""

    def __init__(self, calls: Iterator[Trouble | None], death: Death | None) -> None:
        self._calls, self._death, self._number = calls, death, 0

    def __call__(self, request: Request) -> Trouble | None:
        trouble = next(self._calls, None)
        number, self._number = self._number, self._number + 1
        return self._death[1] if self._death and self._death[0] == number else trouble


def troubles(schedule: Schedule) -> Iterator[Trouble | None]:
    """The schedule call by call. A list is wrong twice in a row at most, and then right for a while: what lies for as
    long as it is asked can only be believed."""
    honest = 0
    for gap, trouble, times in schedule:
        pause = max(gap, 20 - honest) if trouble in _LISTS else gap
        yield from [None] * pause
        yield from [trouble] * (min(times, 2) if trouble in _LISTS else times)
        honest = 0 if trouble in _LISTS else honest + pause + times


def check_convergence(
    seed: int, size: int, schedule: Schedule, dying: list[Death], lag: float, writers: int = 1
) -> None:
    """A project is changed under trouble: after at most three runs, the last of them undisturbed, all is as defined."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        organisation = Organisation()
        trial = Trial(organisation, Path(folder))
        first = things(chance, size)
        assert not failed(trial.run(desired(first)))
        untouchable(organisation, Path(folder))
        before = others(organisation)
        wanted = desired(changed(chance, first))
        calls = troubles(schedule)
        for run in range(2):
            wire = trial.wire(Disturbed(calls, dying[run] if run < len(dying) else None))
            wire.lag = lag
            trial.attempt(wanted, wire, replace(EVERYTHING, parallel=writers))
            organisation.clock.sleep(2 * lag)
        outcomes = trial.run(wanted)
        assert not failed(outcomes)
        assert [o.key for o in outcomes if o.status == "held"] == []
        trial.check_settled(wanted)
        assert others(organisation) == before


OTHER = Owner("acme", "prod-eu")
"""A target of the same project in the same organisation."""


def untouchable(organisation: Organisation, folder: Path) -> None:
    """Objects that the trial has no business with: of nobody, and of another target with keys like its own."""
    for n in range(3):
        organisation.emulator.put("monitor", {"name": f"a stranger's {n}", "type": "query alert", "query": "q"})
    organisation.emulator.put("dashboard", {"title": "a stranger's", "layout_type": "ordered", "widgets": []})
    assert not failed(Trial(organisation, folder / "other", OTHER).run(desired(things(random.Random(1), 4))))


def others(organisation: Organisation) -> dict[tuple[str, str], str]:
    """Everything of those, each as text."""
    found = {}
    for (kind, object_id), one in organisation.objects().items():
        identity = KINDS[kind].identity(one, Marks())
        if identity is None or identity.belongs_to(OTHER):
            found[kind, object_id] = json.dumps(one)
    return found


def check_undo_convergence(seed: int, size: int, schedule: Schedule, dying: list[Death], writers: int = 1) -> None:
    """A change is undone under trouble: after at most three tries, the last of them undisturbed, all is as it was."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        organisation = Organisation()
        trial = Trial(organisation, Path(folder))
        first = things(chance, size)
        assert not failed(trial.run(desired(first)))
        before = state(trial)
        assert not failed(trial.run(desired(changed(chance, first))))
        receipt = latest(trial)
        calls = troubles(schedule)
        for run in range(2):
            with contextlib.suppress(DdsyncError, Killed):
                undo(trial, receipt, trial.wire(Disturbed(calls, dying[run] if run < len(dying) else None)), writers)
        found, outcomes = undo(trial, receipt)
        assert (failed(outcomes), found.left) == ([], ())
        assert state(trial) == before
