"""From desired and live to a plan: the whole way, in one function.

The story: match what is desired with what is live by identity, compare the normal forms, name the cause, sort, freeze.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from dd_sync.core.causes import UNMARKED, Causes, Finding
from dd_sync.core.diff import differences
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.live import DuplicateIdentity, Existing, Live, Memory, aside, is_aside, no_memory
from dd_sync.core.normal import same
from dd_sync.core.overwrites import without_overwrites
from dd_sync.core.plan import Action, Change, Notice, Ownership, Plan
from dd_sync.core.recipients import with_rules
from dd_sync.core.references import Name, ObjectId, resolve
from dd_sync.core.resource import Desired
from dd_sync.core.selection import Inside, check_selection, matcher_of, within_all
from dd_sync.core.sequence import as_references_demand, leaves_first
from dd_sync.core.three_way import three_ways
from dd_sync.core.twins import beside, twins_of
from dd_sync.core.unwatched import unwatched_services

RENEWED = "its revision mark no longer fitted what code and Datadog agree on: renewed"
"""What became of an object that is as it is defined."""


def make_plan(
    desired: Sequence[Desired],
    existing: Existing,
    ownership: Ownership,
    *,
    known: Mapping[Name, ObjectId] | Iterable[Name] = (),
    only: Sequence[str] = (),
    shard: Inside | None = None,
    remembered: Memory = no_memory,
) -> Plan:
    """The plan of a run: definitions that would overwrite somebody else's object left out, the rest compared, the
    filter checked, recipients that rules add counted in.

    `known` are the objects the last receipt says were there; `only` the globs of `--only`, `shard` what is in the
    shard of this run; `remembered` what receipts know of an object whose revision mark does not tell.

    Raises DuplicateIdentity, DdsyncError for a filter that matches nothing, DefinitionError for one that leaves out
    what its objects need.
    """
    kept, notices = without_overwrites(desired, existing, ownership)
    within = within_all(matcher_of(only), shard)
    plan = compare(kept, existing, ownership, known=known, within=within, remembered=remembered)
    check_selection(plan, (one.name for one in desired), only)
    return with_rules(replace(plan, notices=(*plan.notices, *notices)), kept, existing, ownership)


def compare(
    desired: Sequence[Desired],
    existing: Existing,
    ownership: Ownership,
    *,
    known: Mapping[Name, ObjectId] | Iterable[Name] = (),
    within: Callable[[str, str], bool] | None = None,
    remembered: Memory = no_memory,
) -> Plan:
    """Compares the project with Datadog.

    `known` are the objects the last receipt says were there: one of them that is gone was deleted in Datadog.
    `within` is the filter of `--only`: outside it nothing is deleted, adopted or changed.
    `remembered` is what receipts know of an object whose revision mark does not tell.
    Raises DuplicateIdentity when two live objects carry one identity.
    """
    causes = Causes(ownership.marks, remembered)
    ids = known if isinstance(known, Mapping) else {}
    return _Planning(
        desired, existing, ownership, frozenset(known), ids, within or (lambda kind, key: True), causes
    ).plan()


class _Planning:
    """One run of `compare`: the two sides, matched."""

    def __init__(
        self,
        desired: Sequence[Desired],
        existing: Existing,
        rules: Ownership,
        known: frozenset[Name],
        ids: Mapping[Name, ObjectId],
        within: Callable[[str, str], bool],
        causes: Causes,
    ) -> None:
        self.causes = causes
        self.called: dict[tuple[str, ObjectId], Name] = {(name[0], one): name for name, one in ids.items()}
        self.rules, self.known, self.existing, self.within = rules, known, existing, within
        self.desired = {one.name: one for one in desired}
        self.live = existing.by_address()
        self.put_aside = [live for live in self.live.values() if live.identity and is_aside(live.identity.key)]
        self.matched = {one.name: live for one in desired if (live := self._match(one)) is not None}
        self.ids = {name: live.id for name, live in self.matched.items()}
        self.ids.update(self._lost())
        self.notices: list[Notice] = []
        self.renewals: list[Change] = []
        self.replaced: set[Name] = set()

    def plan(self) -> Plan:
        wanted = [one for one in self.desired.values() if self.within(*one.name)]
        self.replaced = self._to_replace(wanted)
        changes = [change for one in wanted if (change := self._change(one)) is not None]
        twins = {(twin.kind, twin.key): twin for twin in twins_of(changes, self.existing, self.rules)}
        changes = [beside(change, twins.get(change.name)) for change in changes]
        gone = list(self._deletes())
        self._note_imposters()
        self._note_renewals()
        return Plan(
            owner=self.rules.owner,
            changes=(*as_references_demand(changes), *gone),
            unchanged=len(wanted) - len(changes),
            ids=self.ids,
            notices=tuple(self.notices),
            definitions=len(wanted),
            live=Counter(live.kind for live in self._own()),
            twins=tuple(twins.values()),
            unwatched=self._unwatched() if gone else (),
            renewals=tuple(self.renewals),
            vanished=self._vanished(),
        )

    def _match(self, one: Desired) -> Live | None:
        for key in (one.key, one.renamed_from):
            if key is not None:
                found = [self.live[name] for name in self._names(one.kind, key) if name in self.live]
                if found:
                    return found[0]
        for live in self.put_aside:  # a replace was begun and its new object never made
            put = live.identity.address if live.identity else ""
            if (live.kind, put) in self._names(one.kind, aside(one.key, live.id)):
                return live
        adoptable = self.existing.adoptable.get((one.kind, one.adopt)) if one.adopt is not None else None
        if adoptable is not None and not self._anothers(adoptable):
            return adoptable
        return self._unlisted(one)

    def _unlisted(self, one: Desired) -> Live | None:
        """The object that would be made a second time because its list does not show it."""
        if not self.within(*one.name):
            return None
        unlisted = self.existing.unlisted(self.rules.kinds[one.kind])
        group = [live for address in self.rules.addresses(one.key) for live in unlisted.get(address, ())]
        if len(group) > 1:
            raise DuplicateIdentity([group])
        return group[0] if group else None

    def _lost(self) -> Iterator[tuple[Name, ObjectId]]:
        """Objects that lost their identity and are still there: what refers to them goes on doing so."""
        missing = {one.name: one for one in self.desired.values() if one.name not in self.matched}
        pointed: dict[Name, set[tuple[str, str]]] = {}
        for name, live in self.matched.items() if missing else ():
            for other in self.desired[name].references & missing.keys():
                refers = self.rules.kinds[live.kind].refers_to(live.payload)
                pointed.setdefault(other, set()).update((kind, str(object_id)) for kind, object_id in refers)
        for name, one in missing.items():
            if name in self.existing.stripped:
                yield name, self.existing.stripped[name]
            elif name in pointed:
                kind = self.rules.kinds[one.kind]
                alike = self.existing.titles(kind).get(kind.title(one.payload), ())
                yield from ((name, found) for found in alike[:1] if (name[0], str(found)) in pointed[name])

    def _address(self, key: str) -> str:
        return self.rules.marks.address_of(self.rules.owner, key)

    def _names(self, kind: str, key: str) -> list[tuple[str, str]]:
        return [(kind, address) for address in self.rules.addresses(key)]

    def _carries(self, live: Live, key: str) -> bool:
        return live.identity is not None and live.identity.address == self._address(key)

    def _anothers(self, live: Live) -> bool:
        """Whether an object is another target's or project's, which keeps it until it lets go of it."""
        return live.identity is not None and not self.rules.owns(live.identity)

    def _adopted(self, live: Live) -> bool:
        return not self.rules.owns(live.identity)

    def _change(self, one: Desired) -> Change | None:
        live = self.matched.get(one.name)
        kind = self.rules.kinds[one.kind]
        if live is None:
            return self._create(one, kind)
        self._note_unknown(kind, live)
        payload = self._resolved(one, kind)
        stored = kind.unstamp(live.payload, self.rules.marks)
        adopted, renamed = self._adopted(live), self._renamed_from(one, live)
        settled = not (adopted or renamed or live.unlisted) and one.name not in self.replaced
        if settled and (kind.plainly_same(payload, stored) or same(*kind.comparable(payload, stored))):
            if self.causes.is_outdated(kind, payload, live):
                self.renewals.append(self._changed(one, kind, payload, live, "update", Finding("code", RENEWED)))
            return None
        finding = self._finding(one, kind, payload, live)
        action: Action = "adopt" if adopted or live.unlisted else "update"
        if finding.reason == UNMARKED and one.adopt == live.id:  # somebody said that it is this one
            action, finding = "adopt", Finding("code")
        if one.name in self.replaced:
            action = "replace"
        return self._changed(one, kind, payload, live, action, finding)

    def _changed(
        self, one: Desired, kind: Kind, payload: Payload, live: Live, action: Action, finding: Finding
    ) -> Change:
        stored = kind.unstamp(live.payload, self.rules.marks)
        after, before = kind.comparable(payload, stored)
        return Change(
            action=action,
            cause=finding.cause,
            kind=one.kind,
            key=one.key,
            id=live.id,
            title=kind.title(payload),
            source=one.source,
            fields=differences(before, after, kind.item_name),
            told_before=kind.recipients(stored),
            told_after=kind.recipients(payload),
            desired=one.payload,
            live=live.payload,
            live_digest=self.rules.snapshot(kind, live.payload, one.payload),
            reason=self._why_replace(one) or self._renamed_from(one, live) or finding.reason,
            protected=one.protect,
            conflict=three_ways(kind, finding.applied, payload, stored) if finding.cause == "both" else (),
        )

    def _finding(self, one: Desired, kind: Kind, payload: Payload, live: Live) -> Finding:
        """Who made them differ; whatever else is to be done with the object, nobody's edit is in what is the same."""
        stored = kind.unstamp(live.payload, self.rules.marks)
        if self._adopted(live) or same(*kind.comparable(payload, stored)):
            return Finding("code")
        return self.causes.of_change(kind, one.key, payload, live)

    def _create(self, one: Desired, kind: Kind) -> Change:
        adoptable = self.existing.adoptable.get((one.kind, one.adopt)) if one.adopt is not None else None
        if adoptable is not None and adoptable.identity is not None:
            theirs = f"adopt.yaml names {one.kind} {one.adopt}, which belongs to {adoptable.identity.address}"
            return replace(self._created(one, kind), twin=one.adopt, reason=theirs)
        return self._created(one, kind)

    def _created(self, one: Desired, kind: Kind) -> Change:
        names = {one.name, (one.kind, one.renamed_from or one.key)}
        lost, stripped = not names.isdisjoint(self.known), not names.isdisjoint(self.existing.stripped)
        return Change(
            action="create",
            cause="drift" if lost else "code",
            kind=one.kind,
            key=one.key,
            title=kind.title(one.payload),
            source=one.source,
            told_before=kind.recipients({}),
            told_after=kind.recipients(one.payload),
            desired=one.payload,
            reason="its identity was taken off in Datadog" if stripped else "deleted in Datadog" if lost else "",
            protected=one.protect,
        )

    def _renamed_from(self, one: Desired, live: Live) -> str:
        """Why the live object has another address than the definition, if it has one."""
        if live.identity is None or self._carries(live, one.key):
            return "a part of its identity was taken off in Datadog" if live.unlisted else ""
        if is_aside(live.identity.key):
            return "its replacement was begun and never made"
        if self.rules.owns(live.identity) and not live.identity.belongs_to(self.rules.owner):
            return f"moves from {live.identity.address.removesuffix('/' + live.identity.key)}"
        return f"renamed from {live.identity.key}"

    def _to_replace(self, wanted: Sequence[Desired]) -> set[Name]:
        """What is made anew: also whatever is fixed to an object that is itself made anew."""
        found: set[Name] = set()
        while more := {one.name for one in wanted if one.name not in found and self._why_replace(one, found)}:
            found |= more
        return found

    def _why_replace(self, one: Desired, replaced: Collection[Name] | None = None) -> str:
        live = self.matched.get(one.name)
        if live is None:
            return ""
        payload, kind = one.payload, self.rules.kinds[one.kind]
        if one.references:
            staying = self._staying if replaced is None else self._ids_but(replaced)
            payload = resolve(payload, staying, kind.text_references)
        return kind.why_replace(payload, live.payload)

    def _resolved(self, one: Desired, kind: Kind) -> Payload:
        """The definition with the ids of all objects that stay; what will get a new id stays a reference."""
        if not one.references:
            return one.payload
        resolved: Payload = resolve(one.payload, self._staying, kind.text_references)
        return resolved

    @functools.cached_property
    def _staying(self) -> dict[Name, ObjectId]:
        return self._ids_but(self.replaced)

    def _ids_but(self, replaced: Collection[Name]) -> dict[Name, ObjectId]:
        return {name: id for name, id in self.ids.items() if name not in replaced} if replaced else self.ids

    def _note_unknown(self, kind: Kind, live: Live) -> None:
        for name in kind.unknown_fields(live.payload):
            text = f"live has a field this version does not know: {name}"
            self.notices.append(Notice(text, live.kind, live.id))

    def _note_imposters(self) -> None:
        for live, genuine in self.existing.imposters():
            assert live.identity is not None
            text = f"carries the identity of {live.identity.key}, which is {genuine.id}, without a revision mark: left"
            self.notices.append(Notice(f"{text}; ddsync release {live.kind}:{live.id}", live.kind, live.id))

    def _note_renewals(self) -> None:
        keys = [f"{change.kind} {change.key}" for change in self.renewals]
        if keys:
            more = f" and {len(keys) - 3} more" if len(keys) > 3 else ""
            text = "as defined, but with a revision mark of something else, which the next apply renews"
            self.notices.append(Notice(f"{text}: {', '.join(keys[:3])}{more}"))

    def _deletes(self) -> Iterator[Change]:
        kept = {(live.kind, live.id) for live in self.matched.values()}
        gone = [live for live in self.live.values() if (live.kind, live.id) not in kept and not self._follows(live)]
        for live in leaves_first(gone, self.rules.kinds):
            assert live.identity is not None
            if self.within(live.kind, live.identity.key):
                yield self._delete(live)

    def _own(self) -> list[Live]:
        """The owner's objects, less those that Datadog made for others and no definition is of."""
        kept = {(live.kind, live.id) for live in self.matched.values()}
        return [live for live in self.existing.owned if (live.kind, live.id) in kept or not self._follows(live)]

    def _follows(self, live: Live) -> bool:
        return self.rules.kinds[live.kind].follows(live.payload) is not None

    def _vanished(self) -> int:
        """How many objects a receipt names where Datadog shows none at all; one that lost its identity is no such."""
        seen = self.existing.owned or self.existing.adoptable
        return 0 if seen else len(self.known - self.existing.stripped.keys())

    def _unwatched(self) -> tuple[str, ...]:
        """Services that something wakes people for now, and nothing would any more."""
        inside = [live for live in self.existing.owned if live.identity and self.within(live.kind, live.identity.key)]
        before = ((live.kind, live.payload) for live in inside)
        after = ((one.kind, one.payload) for one in self.desired.values())
        return unwatched_services(before, after, self.rules.kinds)

    def _delete(self, live: Live) -> Change:
        assert live.identity is not None
        kind = self.rules.kinds[live.kind]
        stored = kind.unstamp(live.payload, self.rules.marks)
        finding = self.causes.of_delete(kind, live)
        called = self.called.get((live.kind, live.id), (live.kind, live.identity.key))
        if called in self.desired and called not in self.matched:  # it would be lost: nobody else is this one
            finding = Finding("both", f"a receipt knows it as {called[1]}: somebody changed its id in Datadog")
        return Change(
            action="delete",
            cause=finding.cause,
            kind=live.kind,
            # Its full address where the key is that of another object now: two sets were made, and one of them goes.
            key=live.identity.key if live.identity.belongs_to(self.rules.owner) else live.identity.address,
            id=live.id,
            title=kind.title(stored),
            told_before=kind.recipients(stored),
            told_after=kind.recipients({}),
            live=live.payload,
            live_digest=self.rules.snapshot(kind, live.payload),
            reason=finding.reason,
        )
