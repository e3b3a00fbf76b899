"""One target of one organisation, planned and applied as the command line does it, and what must be true afterwards."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dd_sync.core.apply import Options, Outcome, apply
from dd_sync.core.consent import Consent
from dd_sync.core.errors import DdsyncError
from dd_sync.core.identity import Marks, Owner
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.make_plan import compare
from dd_sync.core.normal import same
from dd_sync.core.plan import Ownership, Plan
from dd_sync.core.references import Name, ObjectId, resolve
from dd_sync.core.resource import Desired
from dd_sync.datadog.client import Client
from dd_sync.datadog.reader import Reader
from dd_sync.kinds.dashboard import DashboardKind
from dd_sync.kinds.monitor import MonitorKind
from dd_sync.kinds.slo import SLOKind
from dd_sync.project.receipts import Receipts
from tests.trust.wire import FakeClock, Killed, TimedEmulator, Troubles, Wire, no_trouble

PAGE = 7
"""Objects in a page, so that a small project has several."""

EVERYTHING = Options(consent=Consent(deletes=10**6, replaces=10**6), parallel=1)


class _Monitors(MonitorKind):
    endpoint = MonitorKind.endpoint._replace(page_size=PAGE)


class _SLOs(SLOKind):
    endpoint = SLOKind.endpoint._replace(page_size=PAGE)


class _Dashboards(DashboardKind):
    endpoint = DashboardKind.endpoint._replace(page_size=PAGE)


KINDS: dict[str, Kind] = {kind.name: kind for kind in (_Monitors(), _SLOs(), _Dashboards())}


Outcomes = tuple[Outcome, ...]


@dataclass
class Organisation:
    """An account of Datadog's with its clock."""

    state: Path | str = ":memory:"
    seed: int = 7
    clock: FakeClock = field(default_factory=FakeClock)
    emulator: TimedEmulator = field(init=False)

    def __post_init__(self) -> None:
        self.emulator = TimedEmulator(self.clock, state=self.state, seed=self.seed)

    def objects(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every live object by kind and id, as stored."""
        return {(kind, str(one["id"])): one for kind in KINDS for one in self.emulator.objects(kind)}

    def strangers(self) -> dict[tuple[str, str], str]:
        """The objects without identity, each as text."""
        return {n: json.dumps(o) for n, o in self.objects().items() if KINDS[n[0]].identity(o, Marks()) is None}


@dataclass
class Trial:
    """One target. `folder` holds its receipts."""

    organisation: Organisation
    folder: Path
    owner: Owner = field(default_factory=lambda: Owner("acme", "prod"))
    siblings: tuple[Owner, ...] = (Owner("acme", "prod"), Owner("acme", "prod-eu"))
    """Every target that the project has."""

    @property
    def rules(self) -> Ownership:
        return Ownership(KINDS, self.owner, siblings=frozenset(self.siblings))

    @property
    def receipts(self) -> Receipts:
        return Receipts(self.folder, self.owner.project, self.owner.target, "here")

    def wire(self, troubles: Troubles = no_trouble) -> Wire:
        return Wire(self.organisation.emulator, self.organisation.clock, troubles)

    def plan(self, wanted: Sequence[Desired], wire: Wire | None = None) -> Plan:
        """Reads and compares, as `ddsync plan` does."""
        client = Client(wire or self.wire(), self.organisation.clock, self.rules.marks)
        known = self.receipts.known_ids()
        existing = Reader(client, self.rules, parallel=1).existing(wanted, known)
        return compare(wanted, existing, self.rules, known=known, remembered=self.receipts.image)

    def carry_out(
        self,
        made: Plan,
        wire: Wire | None = None,
        options: Options = EVERYTHING,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Outcomes:
        """Applies a plan and keeps its receipt, as `ddsync apply` does."""
        client = Client(wire or self.wire(), self.organisation.clock, self.rules.marks)
        writing = self.receipts.begin(made, "apply")
        outcomes = apply(
            made,
            self.rules,
            client,
            self.organisation.clock,
            options,
            report=lambda change, outcome: writing.begin(change) if outcome is None else writing.add(outcome),
            stopping=stopping,
        )
        writing.seal(Counter(outcome.status for outcome in outcomes))
        return outcomes

    def run(self, wanted: Sequence[Desired], wire: Wire | None = None, options: Options = EVERYTHING) -> Outcomes:
        """Plans and applies over one wire."""
        wire = wire or self.wire()
        return self.carry_out(self.plan(wanted, wire), wire, options)

    def attempt(self, wanted: Sequence[Desired], wire: Wire, options: Options = EVERYTHING) -> None:
        """A run that may fail, or be killed."""
        with contextlib.suppress(DdsyncError, Killed):
            self.run(wanted, wire, options)

    def owned(self) -> dict[tuple[str, str], list[Payload]]:
        """This target's live objects by kind and address."""
        found: dict[tuple[str, str], list[Payload]] = {}
        for (name, _), payload in self.organisation.objects().items():
            identity = KINDS[name].identity(payload, self.rules.marks)
            if identity is not None and identity.belongs_to(self.owner):
                found.setdefault((name, identity.address), []).append(payload)
        return found

    def check_settled(self, wanted: Sequence[Desired]) -> None:
        """Every object is there exactly once and as defined, nothing else is, and nothing is left to plan."""
        owned = self.owned()
        addresses = {one.name: (one.kind, self.rules.marks.address_of(self.owner, one.key)) for one in wanted}
        numbers = {name: len(group) for name, group in owned.items()}
        assert numbers == dict.fromkeys(addresses.values(), 1)
        ids: dict[Name, ObjectId] = {n: KINDS[n[0]].object_id(owned[a][0]) for n, a in addresses.items()}
        for one in wanted:
            kind = KINDS[one.kind]
            live = kind.unstamp(owned[addresses[one.name]][0], self.rules.marks)
            assert same(*kind.comparable(resolve(one.payload, ids, kind.text_references), live)), one.name
        assert self.plan(wanted).changes == ()


def failed(outcomes: Sequence[Outcome]) -> list[tuple[str, str, str]]:
    """What was not done, and why."""
    return [(outcome.kind, outcome.key, outcome.reason) for outcome in outcomes if outcome.incomplete]
