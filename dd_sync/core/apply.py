"""Applying a plan: each change once, in order, refused when the world has moved; what happened comes out as events.

The order is creates as references demand, then updates, then deletes in reverse. Independent changes go on after a
failure. Before anything is made, and when all is, the objects are counted that carry its identity.

Nothing here knows HTTP, files or the time: Datadog and the clock are arguments, so that thousands of
fault schedules run in a minute.
"""

from __future__ import annotations

import fnmatch
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Literal

from dd_sync.core.carriers import Carriers, carriers
from dd_sync.core.causes import UNMARKED
from dd_sync.core.consent import Consent
from dd_sync.core.errors import DatadogError, DdsyncError
from dd_sync.core.kind import Payload
from dd_sync.core.limits import guard
from dd_sync.core.plan import Change, Ownership, Plan
from dd_sync.core.port import Clock, Datadog
from dd_sync.core.references import Name, ObjectId, references
from dd_sync.core.schedule import run
from dd_sync.core.write import Doubled, Result, Superseded, Writer

Status = Literal["done", "failed", "refused", "held", "skipped"]


@dataclass(frozen=True)
class Outcome:
    """What became of one change. `before` and `after` are the object as Datadog had it and has it."""

    action: str
    kind: str
    key: str
    id: ObjectId | None
    status: Status
    reason: str = ""
    seconds: float = 0.0
    source: str = ""
    before: Payload | None = None
    after: Payload | None = None
    conflict: bool = False
    """Held although the code wants something else: somebody's merged change did not arrive."""
    found_gone: bool = False
    """Done because there was nothing to delete any more: this apply did not delete it."""

    @property
    def incomplete(self) -> bool:
        """Whether something that was asked for was not done; drift alone is held on purpose."""
        return self.status in ("failed", "refused", "skipped") or self.conflict


@dataclass(frozen=True)
class Options:
    """How to apply: what may be lost, what to do about edits in Datadog, how many writers."""

    consent: Consent = field(default_factory=Consent)
    revert_all: bool = False
    revert: Sequence[str] = ()
    """Patterns of `KEY` or `KIND:KEY` whose edits in Datadog are undone."""
    parallel: int = 4

    def leaves(self, change: Change) -> bool:
        """Whether a change is not carried out: an edit in Datadog that nobody wants undone, or what may be there."""
        if change.twin is not None and not self.consent.twins:
            return True
        return change.cause != "code" and not self.reverts(change)

    def reverts(self, change: Change) -> bool:
        names = (change.key, f"{change.kind}:{change.key}")
        return self.revert_all or any(fnmatch.fnmatchcase(name, glob) for glob in self.revert for name in names)


Report = Callable[[Change, Outcome | None], None]
"""Told of each change twice: when it starts (without an outcome) and when it is over; by one thread at a time.

A third time only for an object that turned out to be doubled after it was made: that outcome is the one that counts.
"""


def apply(
    plan: Plan,
    rules: Ownership,
    datadog: Datadog,
    clock: Clock,
    options: Options | None = None,
    *,
    report: Report = lambda change, outcome: None,
    stopping: Callable[[], bool] = lambda: False,
) -> tuple[Outcome, ...]:
    """Carries the plan out and says of every change what became of it.

    Raises OverLimit before anything is written when the plan breaks a limit that `options.consent` does not lift.
    Errors of single changes do not raise: they are outcomes.
    """
    options = options or Options()
    check_limits(plan, options)
    return _Apply(plan, rules, datadog, clock, options, report, stopping).run()


def check_limits(plan: Plan, options: Options) -> None:
    """Raises OverLimit for what an apply with these options would refuse; what is held counts for no limit."""
    kept = tuple(change for change in plan.changes if not options.leaves(change))
    guard(replace(plan, changes=kept), options.consent)


class _Apply:
    """One run of `apply`: the ids known so far and what became of each change."""

    def __init__(
        self,
        plan: Plan,
        rules: Ownership,
        datadog: Datadog,
        clock: Clock,
        options: Options,
        report: Report,
        stopping: Callable[[], bool],
    ) -> None:
        self.plan, self.rules, self.datadog, self.clock = plan, rules, datadog, clock
        self.writer = Writer(rules, datadog, clock)
        self.options, self.report, self.stopping = options, report, stopping
        self.reporting = threading.Lock()
        self.ids: dict[Name, ObjectId] = dict(plan.ids)
        self.outcomes: dict[Name, Outcome] = {}
        self.superseded: dict[Name, Superseded] = {}
        self.carriers: dict[str, Carriers | DatadogError] = {}

    def run(self) -> tuple[Outcome, ...]:
        def of(*actions: str) -> list[Change]:
            return [change for change in self.plan.changes if change.action in actions]

        made, changed, gone = of("create", "replace"), of("update", "adopt"), of("delete")
        changed += self.plan.renewals
        for change in made:
            if change.twin is None or not self.options.leaves(change):
                self.ids.pop(change.name, None)
        self._count(change for change in made if change.action == "create" and not self.options.leaves(change))
        self._phase(made, self._refers_to(made), self._outcome)
        self._phase(changed, self._refers_to(changed), self._outcome)
        # What was replaced goes together with what is deleted: each may refer to the other.
        gone += [change for change in made if change.name in self.superseded]
        self._phase(gone, self._goes_after(gone), self._deleted)
        if not self.stopping():
            self._report_doubles(made)
        return tuple(self.outcomes[change.name] for change in (*self.plan.changes, *self.plan.renewals))

    def _count(self, changes: Iterable[Change]) -> None:
        """Notes who carries which identity, for every kind among the changes."""
        for name in sorted({change.kind for change in changes}):
            try:
                self.carriers[name] = carriers(self.rules.kinds[name], self.datadog, self.rules.marks)
            except DatadogError as error:
                self.carriers[name] = error

    def _there(self, change: Change) -> Sequence[ObjectId]:
        """The objects that carry a change's identity. Raises the DatadogError that kept them from being counted."""
        found = self.carriers.get(change.kind, {})
        if isinstance(found, DatadogError):
            raise found
        return found.get(self.rules.marks.address_of(self.rules.owner, change.key), ())

    def _phase(
        self, changes: Sequence[Change], after: Mapping[Name, Set[Name]], act: Callable[[Change], Outcome]
    ) -> None:
        """Acts on each change, those it goes after first."""
        by_name = {change.name: change for change in changes}

        def one(name: Name) -> None:
            self._told(by_name[name], None)
            self.outcomes[name] = outcome = act(by_name[name])
            if act == self._deleted or name not in self.superseded:  # a replace is over when the old is gone
                self._told(by_name[name], outcome)

        run({name: after.get(name, set()) for name in by_name}, one, self.options.parallel)

    def _told(self, change: Change, outcome: Outcome | None) -> None:
        with self.reporting:
            self.report(change, outcome)

    def _refers_to(self, changes: Sequence[Change]) -> dict[Name, set[Name]]:
        return {change.name: references(change.desired) for change in changes}

    def _goes_after(self, changes: Sequence[Change]) -> dict[Name, set[Name]]:
        """Each delete after those of the objects that refer to it."""
        by_id = {(change.kind, str(change.id)): change.name for change in changes}
        after: dict[Name, set[Name]] = {change.name: set() for change in changes}
        for change in changes:
            for kind, object_id in self.rules.kinds[change.kind].refers_to(change.live or {}):
                if (kind, str(object_id)) in by_id:
                    after[by_id[kind, str(object_id)]].add(change.name)
        return after

    def _report_doubles(self, made: Sequence[Change]) -> None:
        """Two runs that made one object at once both find out here: each looks after it has written."""
        done = [change for change in made if self.outcomes[change.name].status == "done"]
        self.carriers.clear()
        self._count(done)
        for change in done:
            outcome = self.outcomes[change.name]
            try:
                there = self._there(change)
            except DatadogError as error:
                note = f"made; whether once could not be looked up: {error.message}"
                self.outcomes[change.name] = replace(outcome, reason=outcome.reason or note)
                continue
            if len(there) > 1:
                doubled = replace(outcome, status="failed", reason=Doubled(change.kind, there).message)
                self.outcomes[change.name] = doubled
                self._told(change, doubled)

    def _outcome(self, change: Change) -> Outcome:
        if self.options.leaves(change):
            conflict = change.cause == "both" or change.twin is not None
            return _outcome(change, "held", _why_held(change), conflict=conflict)
        if self.stopping():
            return _outcome(change, "skipped", "stopped before it was begun: run ddsync apply again")
        if reason := self._missing(change):
            return _outcome(change, "skipped", reason)
        started = self.clock.now()
        try:
            result = self._written(change)
        except DatadogError as error:
            outcome = _outcome(change, "failed", error.message)
        except DdsyncError as error:
            outcome = _outcome(change, "refused", error.message)
        else:
            outcome = _done(change, result)
            if change in self.plan.renewals:
                outcome = replace(outcome, reason=outcome.reason or change.reason)
        return replace(outcome, seconds=round(self.clock.now() - started, 3))

    def _missing(self, change: Change) -> str:
        """What the change needs that is not there."""
        wanted = sorted(name for name in references(change.desired or {}) if name not in self.ids)
        if wanted:
            return "needs " + ", ".join(f"{kind} {key}" for kind, key in wanted) + ", which is not there"
        return ""

    def _written(self, change: Change) -> Result:
        match change.action:
            case "create":
                result = self.writer.create(change, self.ids, self._there(change))
            case "replace":
                result, self.superseded[change.name] = self.writer.supersede(change, self.ids)
            case "update" | "adopt":
                result = self.writer.update(change, self.ids)
            case "delete":
                return self.writer.delete(change)
        if result.id is not None:
            self.ids[change.name] = result.id
        return result

    def _deleted(self, change: Change) -> Outcome:
        """A delete, or the end of a replace: everything points to the new object, the old one goes."""
        if change.name not in self.superseded:
            return self._outcome(change)
        outcome = self.outcomes[change.name]
        try:
            self.writer.remove(self.superseded[change.name])
        except DdsyncError as error:
            reason = f"the new one is there; the old one, {change.id}, is there too: {error.message}"
            return replace(outcome, status="failed", reason=reason)
        return outcome


def _why_held(change: Change) -> str:
    if change.twin is not None:
        return f"{change.reason}: ddsync absorb {change.key} says how to take it back"
    if change.action == "create":
        return "deleted in Datadog"
    if change.reason == UNMARKED:
        return f"{UNMARKED}: ddsync apply --revert-drift {change.key} takes it for ours"
    return "edited in Datadog, and the code changed too" if change.cause == "both" else "edited in Datadog"


def _outcome(change: Change, status: Status, reason: str, *, conflict: bool = False) -> Outcome:
    return Outcome(
        change.action, change.kind, change.key, change.id, status, reason, source=change.source, conflict=conflict
    )


def _done(change: Change, result: Result) -> Outcome:
    return Outcome(
        change.action,
        change.kind,
        change.key,
        result.id if result.id is not None else change.id,
        "done",
        result.note,
        source=change.source,
        before=result.before,
        after=result.after,
        found_gone=result.found_gone,
    )
