"""A project in the middle of a change, copied for every call its apply may die at."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dd_sync.core.resource import Desired
from dd_sync.datadog.transport import Request
from tests.trust.projects import changed, desired, things
from tests.trust.trial import Organisation, Trial, failed
from tests.trust.wire import Killed, Trouble

STATE, RECEIPTS = "state.sqlite", "receipts"


@dataclass(frozen=True)
class Scene:
    """An organisation on disk with the first version of a project applied, and the second one wanted."""

    folder: Path
    wanted: Sequence[Desired]

    def copy(self, place: Path) -> Trial:
        """The same state, to be ruined."""
        shutil.copytree(self.folder, place)
        organisation = Organisation(place / STATE, seed=8)  # ids of the first version must not come again
        organisation.clock.sleep(3600)
        return Trial(organisation, place / RECEIPTS)


def scene(folder: Path, seed: int, size: int) -> Scene:
    """Applies a first version of a project; what follows has creates, updates, replacements and deletes."""
    chance = random.Random(seed)
    folder.mkdir()
    organisation = Organisation(folder / STATE)
    trial = Trial(organisation, folder / RECEIPTS)
    first = things(chance, size)
    for n in range(3):
        organisation.emulator.put("monitor", {"name": f"a stranger's {n}", "type": "query alert", "query": "q"})
    assert not failed(trial.run(desired(first)))
    organisation.emulator.close()
    return Scene(folder, desired(changed(chance, first)))


def at(number: int, trouble: Trouble) -> Iterator[Trouble | None]:
    """Trouble at one call, counted from 0."""
    yield from [None] * number
    yield trouble


def check_death(scene: Scene, place: Path, number: int, how: Trouble) -> bool:
    """Kills an apply at one call and runs it again: all is as defined. Returns whether there was such a call."""
    trial = scene.copy(place)
    strangers = trial.organisation.strangers()
    calls = at(number, how)
    died = False

    def trouble(request: Request) -> Trouble | None:
        return next(calls, None)

    try:
        trial.run(scene.wanted, trial.wire(trouble))
    except Killed:
        died = True
    outcomes = trial.run(scene.wanted)
    assert not failed(outcomes), (number, how)
    assert not [outcome.key for outcome in outcomes if outcome.status == "held"], (number, how)
    trial.check_settled(scene.wanted)
    assert trial.organisation.strangers() == strangers
    trial.organisation.emulator.close()
    shutil.rmtree(place)
    return died
