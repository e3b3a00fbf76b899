"""Single writes, each careful in its own way: a create looks before it repeats, an update reads before it writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dd_sync.core.errors import NotFound, Refused, Rejected, Uncertain
from dd_sync.core.identity import Identity, revision
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.normal import same
from dd_sync.core.plan import Change, Rules
from dd_sync.core.port import Clock, Datadog
from dd_sync.core.references import Name, ObjectId, resolve

REPLACED = "~replaced"
"""Ends the address of an object whose replacement is being made. No definition has such a key, so a run that was
killed halfway leaves an object that the next plan deletes, and never two of one identity."""

LOOKS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before each look for an object whose create had no answer: only reads by id were ever seen to be
always fresh, a list may lag behind."""

SENDS = 3
"""Times a create is sent when each try is known not to have arrived."""


class Moved(Refused):
    """The object changed in Datadog between the plan and the write."""


@dataclass(frozen=True)
class Result:
    """What a write did: the object's id, how it was and how it is, and what a person should know."""

    id: ObjectId | None = None
    before: Payload | None = None
    after: Payload | None = None
    note: str = ""


@dataclass(frozen=True)
class Superseded:
    """An object that has been replaced and waits to be deleted."""

    kind: Kind
    id: ObjectId


class Writer:
    """Writes single changes to one Datadog under one set of rules."""

    def __init__(self, rules: Rules, datadog: Datadog, clock: Clock) -> None:
        self._rules, self._datadog, self._clock = rules, datadog, clock

    def create(self, change: Change, ids: Mapping[Name, ObjectId]) -> Result:
        """Makes the object. Raises DatadogError, Uncertain where even looking did not tell."""
        kind = self._rules.kinds[change.kind]
        payload = self._payload(kind, change, ids)
        body = kind.create_body(self._stamped(kind, change.key, payload))
        after = self._created(kind, body, self._rules.marks.addressed(self._rules.owner, change.key))
        return Result(kind.object_id(after), None, after, self._check(kind, payload, after))

    def _created(self, kind: Kind, body: Payload, address: str) -> Payload:
        for send in range(1, SENDS + 1):
            try:
                return self._datadog.create(kind, body)
            except Uncertain:
                found = self._look(kind, address)
                if found is not None:
                    return found
                if send == SENDS:
                    raise
            except Rejected as rejected:
                twin = kind.duplicate_of(rejected.errors)
                found = self._datadog.read(kind, twin) if twin is not None else None
                if found is None or not self._carries(kind, found, address):
                    raise
                return found
        raise AssertionError("the last try returned or raised")

    def _look(self, kind: Kind, address: str) -> Payload | None:
        """The object whose create had no answer, if it is there after all."""
        for pause in LOOKS:
            self._clock.sleep(pause)
            found = self._datadog.find(kind, address)
            if found:
                return self._datadog.read(kind, kind.object_id(found[0]))
        return None

    def _carries(self, kind: Kind, live: Payload, address: str) -> bool:
        identity = kind.identity(live, self._rules.marks)
        return identity is not None and identity.address == address

    def update(self, change: Change, ids: Mapping[Name, ObjectId]) -> Result:
        """Makes the live object what is desired. Raises Moved when it changed since the plan."""
        kind, fresh = self._fresh(change)
        payload = self._payload(kind, change, ids)
        body = kind.update_body(self._stamped(kind, change.key, payload), fresh)
        after = self._datadog.update(kind, _id(change), body)
        return Result(change.id, fresh, after, self._check(kind, payload, after))

    def supersede(self, change: Change, ids: Mapping[Name, ObjectId]) -> tuple[Result, Superseded]:
        """Makes the object anew, beside the old one, which keeps working until `remove`."""
        kind, fresh = self._fresh(change)
        old = kind.unstamped(fresh, self._rules.marks)
        aside = self._datadog.update(kind, _id(change), self._readdressed(kind, old, fresh, change.key + REPLACED))
        try:
            result = self.create(change, ids)
        except Rejected:
            self._datadog.update(kind, _id(change), self._readdressed(kind, old, aside, change.key))
            raise
        return Result(result.id, fresh, result.after, result.note), Superseded(kind, _id(change))

    def _readdressed(self, kind: Kind, payload: Payload, live: Payload, key: str) -> Payload:
        return kind.update_body(self._stamped(kind, key, payload), live)

    def remove(self, superseded: Superseded) -> None:
        """Deletes what has been replaced."""
        self._datadog.delete(superseded.kind, superseded.id)

    def delete(self, change: Change) -> Result:
        """Deletes the object; one that is gone already is what was wanted. Raises Moved when it was edited."""
        try:
            kind, fresh = self._fresh(change)
        except Gone:
            return Result(change.id, change.live, None, "was gone already")
        self._datadog.delete(kind, _id(change))
        return Result(change.id, fresh, None)

    def _fresh(self, change: Change) -> tuple[Kind, Payload]:
        """The object as it is now, which must be as the plan saw it."""
        kind = self._rules.kinds[change.kind]
        try:
            fresh = self._datadog.read(kind, _id(change))
        except NotFound:
            raise Gone("deleted in Datadog since the plan: plan again") from None
        if self._rules.snapshot(kind, fresh, change.desired) != change.live_digest:
            raise Moved("changed in Datadog since the plan: plan again")
        return kind, fresh

    def _payload(self, kind: Kind, change: Change, ids: Mapping[Name, ObjectId]) -> Payload:
        payload: Payload = resolve(change.desired, ids, kind.text_references)
        return payload

    def _stamped(self, kind: Kind, key: str, payload: Payload) -> Payload:
        address = self._rules.marks.addressed(self._rules.owner, key)
        mark = revision(kind.revision_form(payload, payload))
        return kind.stamped(payload, Identity(address, mark), self._rules.marks)

    def _check(self, kind: Kind, payload: Payload, stored: Payload) -> str:
        """A plan right after an apply must be empty; the answer to the write tells already."""
        wanted, found = kind.comparable(payload, kind.unstamped(stored, self._rules.marks))
        if same(wanted, found):
            return ""
        fields = sorted(n for n in {*wanted, *found} if not same(wanted.get(n), found.get(n)))
        return (
            "Datadog stored something else than was sent, so the next plan will not be empty. This is a bug of ddsync:"
            f" please report the kind {kind.name} and the fields {', '.join(fields)}"
        )


class Gone(Moved):
    """The object was deleted in Datadog between the plan and the write."""


def _id(change: Change) -> ObjectId:
    assert change.id is not None, f"{change.action} of {change.kind} {change.key} without an id"
    return change.id
