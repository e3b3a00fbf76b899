"""Who is told by rules that stand apart from what alerts: counted into the plan, so that nobody is surprised.

A rule that is made, changed or deleted changes who hears of objects that the plan does not touch at all; a rule of
somebody else tells people of this project's alerts too, and somebody whom a message names as well is told once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from dd_sync.core.kind import STATES, Kind, Payload, Recipients
from dd_sync.core.live import Existing, Live
from dd_sync.core.plan import Change, Notice, Ownership, Plan
from dd_sync.core.references import Name
from dd_sync.core.resource import Desired
from dd_sync.core.wording import quantity


def recipients_of(desired: Iterable[Desired], kinds: Mapping[str, Kind]) -> dict[Name, Recipients]:
    """Who is told of each object, by its own text and by the rules among them; by state."""
    side = Side({one.name: one.payload for one in desired}, kinds)
    return {name: side.told(name) for name in side.objects}


def with_rules(plan: Plan, desired: Sequence[Desired], existing: Existing, rules: Ownership) -> Plan:
    """The plan, recipients that rules add included on both sides of each change.

    A rule whose making changes nobody else's alerts tells nobody anew: that is what moving handles from messages into
    rules looks like. For the others a notice says how many alerts they reach.
    """
    telling = {name for name, kind in rules.kinds.items() if kind.tells_of_others}
    used = {one.kind for one in desired}.union(one.kind for one in existing.owned)
    if not existing.others and telling.isdisjoint(used):
        return plan
    others = [(rules.kinds[live.kind], live.payload) for live in existing.others]
    after = Side({one.name: one.payload for one in desired}, rules.kinds, others)
    before = Side(dict(_owned(existing, rules)), rules.kinds, others)
    both = _Both(before, after, {change.name for change in plan.changes})
    changes = tuple(_told(change, both) for change in plan.changes)
    notices = [*_reaching(plan.changes, after), *_of_others(existing.others, after), *_twice(after)]
    return replace(plan, changes=changes, notices=(*plan.notices, *notices))


def _owned(existing: Existing, rules: Ownership) -> Iterator[tuple[Name, Payload]]:
    for live in existing.owned:
        if live.identity is not None:
            yield (live.kind, live.identity.key), rules.kinds[live.kind].unstamp(live.payload, rules.marks)


@dataclass(frozen=True)
class Side:
    """Everything as it is wanted, or everything as it is, with the rules of others."""

    objects: Mapping[Name, Payload]
    kinds: Mapping[str, Kind]
    others: Sequence[tuple[Kind, Payload]] = ()
    _told: dict[Name, Recipients] = field(default_factory=dict)

    @cached_property
    def own_rules(self) -> list[tuple[Kind, Payload]]:
        """Those of the project itself."""
        return [(self.kinds[kind], one) for (kind, _), one in self.objects.items() if self.kinds[kind].tells_of_others]

    @cached_property
    def rules(self) -> list[tuple[Kind, Payload]]:
        return [*self.own_rules, *self.others]

    def told(self, name: Name) -> Recipients:
        """Everybody told of an object of this side."""
        if name not in self._told:
            payload, kind = self.objects[name], self.kinds[name[0]]
            self._told[name] = {} if kind.tells_of_others else self.told_of(payload, kind.recipients(payload))
        return self._told[name]

    def told_of(self, payload: Payload, own: Recipients) -> Recipients:
        """An object's own recipients and those that the rules add; nobody for what tells nobody by itself."""
        if not own:
            return own
        added = [told for kind, rule in self.rules if any((told := kind.adds(rule, payload)).values())]
        return _merged([own, *added]) if added else own

    def reached(self, kind: Kind, rule: Payload) -> list[Name]:
        """The objects that a rule is about."""
        return [name for name, payload in self.objects.items() if any(kind.adds(rule, payload).values())]


class _Both(NamedTuple):
    before: Side
    after: Side
    touched: set[Name]

    def told_otherwise(self, change: Change) -> list[Name]:
        """The alerts that the plan leaves as they are and of which a changed rule has others told."""
        kind = self.after.kinds[change.kind]
        rules = [side.objects[change.name] for side in (self.before, self.after) if change.name in side.objects]
        reached = {name for rule in rules for name in self.after.reached(kind, rule)}
        left = (name for name in reached - self.touched if name in self.before.objects)
        return [name for name in left if not _alike(self.before.told(name), self.after.told(name))]


def _told(change: Change, both: _Both) -> Change:
    if not both.after.kinds[change.kind].tells_of_others:
        before, after = both.before.objects.get(change.name), change.desired
        return replace(
            change,
            told_before=both.before.told_of(before, change.told_before) if before else change.told_before,
            told_after=both.after.told_of(after, change.told_after) if after else change.told_after,
        )
    otherwise = both.told_otherwise(change)
    if otherwise:
        return replace(change, reaches=len(otherwise))
    return replace(change, told_before={}, told_after={})


def _reaching(changes: Iterable[Change], after: Side) -> Iterator[Notice]:
    for change in changes:
        if change.desired is not None and after.kinds[change.kind].tells_of_others:
            number = len(after.reached(after.kinds[change.kind], change.desired))
            yield Notice(f"{change.key} is about {_alerts(number)} of this project", change.kind, change.id)


def _of_others(others: Sequence[Live], after: Side) -> Iterator[Notice]:
    for live in others:
        kind = after.kinds[live.kind]
        number = len(after.reached(kind, live.payload))
        if number:
            told = dict.fromkeys(handle for handles in kind.recipients(live.payload).values() for handle in handles)
            text = f'the rule "{kind.title(live.payload)}" of somebody else tells {" ".join(told)}'
            yield Notice(f"{text} of {_alerts(number)} of this project", live.kind, live.id)


def _twice(after: Side) -> Iterator[Notice]:
    """The handles that messages name and rules add: they are told once (Datadog's docs, "Notification Rules")."""
    found = Counter[str]()
    for (kind, _), payload in after.objects.items():
        own = after.kinds[kind].recipients(payload)
        if own:
            added = _merged([rule.adds(body, payload) for rule, body in after.rules])
            found.update({handle for state in STATES for handle in {*own.get(state, ())} & {*added[state]}})
    for handle, number in sorted(found.items()):
        yield Notice(f"{handle} stands in the message of {_alerts(number)} that a rule adds it to; it is told once")


def _alerts(number: int) -> str:
    return quantity(number, "alert")


def _alike(one: Recipients, other: Recipients) -> bool:
    return all(set(one.get(state, ())) == set(other.get(state, ())) for state in STATES)


def _merged(all_told: Sequence[Recipients]) -> Recipients:
    return {
        state: tuple(dict.fromkeys(handle for told in all_told for handle in told.get(state, ()))) for state in STATES
    }
