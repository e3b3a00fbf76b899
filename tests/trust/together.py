"""Two applies at once, over one organisation, started together."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from dataclasses import replace

from dd_sync.core.plan import Plan
from dd_sync.core.references import Name
from dd_sync.core.resource import Desired
from dd_sync.datadog.transport import Request
from tests.trust.trial import EVERYTHING, KINDS, Outcomes, Trial


def apply_together(trials: Sequence[Trial], plans: Sequence[Plan], seed: int) -> list[Outcomes]:
    """Carries the plans out at the same time, four writers each; the threads of both take turns by chance."""
    start = threading.Barrier(len(plans))
    outcomes: dict[int, Outcomes] = {}
    failures: list[BaseException] = []

    def one(number: int) -> None:
        chance = random.Random(seed + number)

        def before(request: Request) -> None:
            time.sleep(chance.random() / 2000)

        wire = trials[number].wire()
        wire.before = before
        start.wait()
        try:
            outcomes[number] = trials[number].carry_out(plans[number], wire, replace(EVERYTHING, parallel=4))
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=one, args=(number,)) for number in range(len(plans))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    return [outcomes[number] for number in range(len(plans))]


def doubled(trial: Trial, wanted: Sequence[Desired]) -> set[Name]:
    """The definitions that more than one live object carries."""
    owned = trial.owned()
    addresses = {one.name: (one.kind, trial.rules.marks.address_of(trial.owner, one.key)) for one in wanted}
    return {name for name, address in addresses.items() if len(owned.get(address, ())) > 1}


def named_as_doubled(outcomes: Sequence[Outcomes]) -> set[Name]:
    """The objects that one of the applies said are there twice."""
    return {
        (outcome.kind, outcome.key)
        for one in outcomes
        for outcome in one
        if outcome.status == "failed" and "objects carry this identity" in outcome.reason
    }


def release_copies(trial: Trial) -> None:
    """What `ddsync release KIND:ID` does to all but the first of each."""
    marks = trial.rules.marks
    for (kind, _), group in trial.owned().items():
        for copy in group[1:]:
            trial.organisation.emulator.edit(kind, copy["id"], lambda body, k=KINDS[kind]: k.unstamp(body, marks))  # type: ignore[misc]
