"""Single writes, each careful in its own way: a create looks before it repeats, an update reads before it writes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dd_sync.core.errors import DatadogError, NotFound, Refused, Rejected, Uncertain
from dd_sync.core.identity import Identity, revision
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import aside
from dd_sync.core.normal import same
from dd_sync.core.plan import Change, Ownership
from dd_sync.core.port import Clock, Datadog
from dd_sync.core.references import Name, ObjectId, resolve

LOOKS = (0.0, 0.5, 1.0, 2.0, 4.0)
"""Seconds to wait before each look for an object whose create had no answer: only reads by id were ever seen to be
always fresh, a list may lag behind."""

SENDS = 3
"""Times a create is sent when each try is known, or taken after all looks, not to have arrived."""


class Moved(Refused):
    """The object changed in Datadog between the plan and the write."""


class Gone(Moved):
    """The object was deleted in Datadog between the plan and the write."""


class Doubled(DatadogError):
    """Several live objects carry one identity: two runs made it at once, or a copy was made in Datadog."""

    def __init__(self, kind: str, ids: Sequence[ObjectId]) -> None:
        super().__init__(
            f"{len(ids)} objects carry this identity: {', '.join(map(str, ids))}; keep one and let go of the other,"
            f" for example: ddsync release {kind}:{ids[-1]}"
        )


@dataclass(frozen=True)
class Result:
    """What a write did: the object's id, how it was and how it is, and what a person should know."""

    id: ObjectId | None = None
    before: Payload | None = None
    after: Payload | None = None
    note: str = ""
    found_gone: bool = False
    """Whether a delete found nothing to delete."""


@dataclass(frozen=True)
class Superseded:
    """An object that has been replaced and waits to be deleted, as it was put aside."""

    kind: Kind
    id: ObjectId
    as_put: Payload


class Writer:
    """Writes single changes to one Datadog under one set of rules."""

    def __init__(self, rules: Ownership, datadog: Datadog, clock: Clock) -> None:
        self._rules, self._datadog, self._clock = rules, datadog, clock

    def create(self, change: Change, ids: Mapping[Name, ObjectId], there: Sequence[ObjectId] = ()) -> Result:
        """Makes the object. `there` are objects that carry its identity already, although the plan saw none.

        Raises DatadogError, Uncertain where even looking did not tell; Moved when the object is there and is another.
        """
        kind = self._rules.kinds[change.kind]
        payload = self._payload(kind, change, ids)
        wanted = self._stamped(kind, change.key, payload)
        if there:
            return self._made_elsewhere(kind, wanted, there)
        after = self._created(kind, kind.create_body(wanted))
        return Result(kind.object_id(after), None, after, self._check(kind, payload, after))

    def _made_elsewhere(self, kind: Kind, wanted: Payload, there: Sequence[ObjectId]) -> Result:
        """Another run made the object since the plan: that is as good, if it is the same."""
        if len(there) > 1:
            raise Doubled(kind.name, there)
        found = self._datadog.read(kind, there[0])
        if not self._is(kind, found, wanted):
            raise Moved(f"made in Datadog since the plan, as {there[0]}, and not the same: plan again")
        return Result(there[0], found, found, "was made by another run")

    def _created(self, kind: Kind, body: Payload) -> Payload:
        address = self._carried(kind, body)
        for send in range(1, SENDS + 1):
            try:
                made = self._sent(kind, body, address)
            except Uncertain as lost:
                found = self._look(kind, address, lost)
                if found is not None:
                    return found
                if send == SENDS:
                    raise
            except Rejected as rejected:
                twin = kind.duplicate_of(rejected.errors)
                found = self._datadog.read(kind, twin) if twin is not None else None
                if found is None or not address or self._carried(kind, found) != address:
                    raise
                return found
            else:
                if send > 1:
                    self._single(kind, address)  # the list may have hidden the object of the first try until now
                return made
        raise AssertionError("the last try returned or raised")

    def _sent(self, kind: Kind, body: Payload, address: str) -> Payload:
        made = self._datadog.create(kind, body)
        if self._carried(kind, made) != address:
            raise Uncertain(f"the answer to the create of a {kind.name} is about something else")
        return made

    def _look(self, kind: Kind, address: str, lost: Uncertain) -> Payload | None:
        """The object whose create had no answer, if it is there after all. Raises Uncertain when nobody can tell, as of
        an object that is written without marks."""
        if not address:
            raise lost
        try:
            for pause in LOOKS:
                self._clock.sleep(pause)
                found = self._single(kind, address)
                if found is not None:
                    return self._datadog.read(kind, found)
        except Doubled:
            raise
        except DatadogError as error:
            raise Uncertain(
                f"{lost.message}; it may be there all the same: {error.message}", hint=error.hint
            ) from error
        return None

    def _single(self, kind: Kind, address: str) -> ObjectId | None:
        found = [kind.object_id(one) for one in self._datadog.find(kind, address)]
        if len(found) > 1:
            raise Doubled(kind.name, found)
        return found[0] if found else None

    def _carried(self, kind: Kind, payload: Payload) -> str:
        """The address a payload carries, live or about to be sent; empty without one."""
        identity = kind.identity(payload, self._rules.marks)
        return identity.address if identity is not None else ""

    def update(self, change: Change, ids: Mapping[Name, ObjectId]) -> Result:
        """Makes the live object what is desired. Raises Moved when it changed since the plan."""
        kind = self._rules.kinds[change.kind]
        payload = self._payload(kind, change, ids)
        wanted = self._stamped(kind, change.key, payload)
        before, after = self._put(kind, change, lambda fresh: wanted)
        return Result(change.id, before, after, self._check(kind, payload, after))

    def _put(self, kind: Kind, change: Change, wanted: Callable[[Payload], Payload]) -> tuple[Payload, Payload]:
        """Writes the object as it is wanted, unless it is no longer what the plan saw; returns both its images.

        The look comes right before each try: a try whose answer was lost may have been the last for many seconds, and
        people edit meanwhile.
        """
        seen: list[Payload] = []

        def body() -> Payload:
            fresh = self._fresh(kind, change, wanted(seen[0] if seen else change.live or {}))
            seen.append(fresh)
            return kind.update_body(wanted(seen[0]), fresh)

        after = self._datadog.update(kind, _id(change), body)
        return seen[0], after

    def supersede(self, change: Change, ids: Mapping[Name, ObjectId]) -> tuple[Result, Superseded]:
        """Makes the object anew, beside the old one, which keeps working until `remove`.

        The old one gets an address of its own first. So a run that is killed halfway leaves an object the next plan
        knows as one whose replacement was begun, and never two of one identity.
        """
        kind = self._rules.kinds[change.kind]
        name = aside(change.key, _id(change))
        before, put = self._put(kind, change, lambda fresh: self._restamped(kind, name, fresh))
        try:
            result = self.create(change, ids)
        except Rejected:
            self._put_back(kind, change, put)
            raise
        return Result(result.id, before, result.after, result.note), Superseded(kind, _id(change), put)

    def _put_back(self, kind: Kind, change: Change, put: Payload) -> None:
        """The new one cannot be made, so the old one keeps its name; left aside it is found by the next plan too."""

        def body() -> Payload:
            fresh = self._datadog.read(kind, _id(change))
            back = self._restamped(kind, change.key, fresh)
            if not self._is(kind, fresh, put) and not self._is(kind, fresh, back):
                raise Moved("changed in Datadog meanwhile")
            return kind.update_body(back, fresh)

        with contextlib.suppress(DatadogError, Moved):
            self._datadog.update(kind, _id(change), body)

    def remove(self, superseded: Superseded) -> None:
        """Deletes what has been replaced. Raises Moved when somebody edited it meanwhile."""
        kind = superseded.kind

        def before() -> None:
            if not self._is(kind, self._datadog.read(kind, superseded.id), superseded.as_put):
                raise Moved("it was edited in Datadog meanwhile")

        with contextlib.suppress(NotFound):
            self._datadog.delete(kind, superseded.id, before)

    def delete(self, change: Change) -> Result:
        """Deletes the object; one that is gone already is what was wanted. Raises Moved when it was edited."""
        kind = self._rules.kinds[change.kind]
        seen: list[Payload] = []
        try:
            self._datadog.delete(kind, _id(change), lambda: seen.append(self._fresh(kind, change)))
        except Gone:
            if not seen:
                return Result(change.id, change.live, None, "was gone already", found_gone=True)
        return Result(change.id, seen[0], None)

    def _fresh(self, kind: Kind, change: Change, wanted: Payload | None = None) -> Payload:
        """The object as it is now, which must be as the plan saw it, or what is wanted already."""
        try:
            fresh = self._datadog.read(kind, _id(change))
        except NotFound:
            raise Gone("deleted in Datadog since the plan: plan again") from None
        if self._rules.snapshot(kind, fresh, change.desired) == change.live_digest:
            return fresh
        if wanted is None or not self._is(kind, fresh, wanted):
            raise Moved("changed in Datadog since the plan: plan again")
        return fresh

    def _is(self, kind: Kind, live: Payload, wanted: Payload) -> bool:
        """Whether a live object is what was, or would be, written: the same marks, and nothing to change."""
        marks = self._rules.marks
        there, ours = kind.unstamp(live, marks), kind.unstamp(wanted, marks)
        return kind.identity(live, marks) == kind.identity(wanted, marks) and same(*kind.comparable(ours, there))

    def _payload(self, kind: Kind, change: Change, ids: Mapping[Name, ObjectId]) -> Payload:
        payload: Payload = resolve(change.desired, ids, kind.text_references)
        return payload

    def _address(self, key: str) -> str:
        return self._rules.marks.address_of(self._rules.owner, key)

    def _stamped(self, kind: Kind, key: str, payload: Payload) -> Payload:
        mark = revision(kind.revision_form(payload, payload))
        return kind.stamp(payload, Identity(self._address(key), mark), self._rules.marks)

    def _restamped(self, kind: Kind, key: str, live: Payload) -> Payload:
        """A live object under another key, unchanged otherwise."""
        return self._stamped(kind, key, kind.unstamp(live, self._rules.marks))

    def _check(self, kind: Kind, payload: Payload, stored: Payload) -> str:
        """A plan right after an apply must be empty; the answer to the write tells already."""
        wanted, found = kind.comparable(payload, kind.unstamp(stored, self._rules.marks))
        if same(wanted, found):
            return ""
        fields = sorted(n for n in {*wanted, *found} if not same(wanted.get(n), found.get(n)))
        unknown = list(kind.unknown_fields(payload))
        if unknown and {*fields} <= {name.partition(".")[0] for name in unknown}:
            return (
                f"Datadog did not keep {', '.join(unknown)}, which no {kind.name} has as far as this version knows:"
                " take it out of the definition, else the next plan is not empty"
            )
        return (
            "Datadog stored something else than was sent, so the next plan will not be empty. This is a bug of ddsync:"
            f" please report the kind {kind.name} and the fields {', '.join(fields)}"
        )


def _id(change: Change) -> ObjectId:
    assert change.id is not None, f"{change.action} of {change.kind} {change.key} without an id"
    return change.id
