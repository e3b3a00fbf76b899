"""Who is told by rules that stand apart from what alerts: counted into the plan, so that nobody is surprised.

A rule that is made, changed or deleted changes who hears of objects that the plan does not touch at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dd_sync.core.kind import STATES, Kind, Payload, Recipients
from dd_sync.core.live import Existing
from dd_sync.core.plan import Change, Notice, Plan, Rules
from dd_sync.core.references import Name
from dd_sync.core.resource import Desired


def with_rules(plan: Plan, desired: Sequence[Desired], existing: Existing, rules: Rules) -> Plan:
    """The plan, recipients that rules add included on both sides of each change.

    A rule whose making changes nobody else's alerts tells nobody anew: that is what moving handles from messages into
    rules looks like. For the others a notice says how many alerts they reach.
    """
    sides = _Sides(
        {one.name: one.payload for one in desired},
        {
            (live.kind, live.identity.key): rules.kinds[live.kind].unstamped(live.payload, rules.marks)
            for live in existing.owned
            if live.identity is not None
        },
        rules.kinds,
    )
    if not sides.adding:
        return plan
    touched = {change.name for change in plan.changes}
    changes = tuple(_told(change, sides, touched) for change in plan.changes)
    return replace(plan, changes=changes, notices=(*plan.notices, *_notices(plan.changes, sides)))


@dataclass(frozen=True)
class _Sides:
    """Everything as it is wanted and as it is."""

    after: Mapping[Name, Payload]
    before: Mapping[Name, Payload]
    kinds: Mapping[str, Kind]
    _heard: dict[tuple[Name, bool], Recipients] = field(default_factory=dict)

    @property
    def adding(self) -> set[Name]:
        """Objects of kinds that have others told."""
        return {name for side in (self.after, self.before) for name in side if self.adds(name[0])}

    def adds(self, kind: str) -> bool:
        return type(self.kinds[kind]).adds is not Kind.adds

    def told(self, side: Mapping[Name, Payload], payload: Payload | None, own: Recipients) -> Recipients:
        """The object's own recipients and those that the rules of this side add."""
        if payload is None or not own:
            return own
        added = [self.kinds[name[0]].adds(rule, payload) for name, rule in side.items() if self.adds(name[0])]
        return _merged([own, *added])

    def hears(self, name: Name, *, before: bool) -> Recipients:
        """Everybody told of an object that is on this side."""
        if (name, before) not in self._heard:
            side = self.before if before else self.after
            own = self.kinds[name[0]].recipients(side[name])
            self._heard[name, before] = self.told(side, side[name], own)
        return self._heard[name, before]

    def reached(self, rule: Payload, kind: str, side: Mapping[Name, Payload]) -> list[Name]:
        return [name for name, payload in side.items() if any(self.kinds[kind].adds(rule, payload).values())]


def _told(change: Change, sides: _Sides, touched: set[Name]) -> Change:
    if not sides.adds(change.kind):
        live = sides.before.get(change.name)
        before = sides.told(sides.before, live, change.told_before)
        return replace(
            change, told_before=before, told_after=sides.told(sides.after, change.desired, change.told_after)
        )
    if _changes_others(change, sides, touched):
        return change
    return replace(change, told_before={}, told_after={})


def _changes_others(change: Change, sides: _Sides, touched: set[Name]) -> bool:
    """Whether somebody hears of an alert that the plan leaves as it is, or no longer does."""
    rules = [one[change.name] for one in (sides.before, sides.after) if change.name in one]
    for rule in rules:
        for name in sides.reached(rule, change.kind, sides.after):
            if name in touched or name not in sides.before:
                continue
            if sides.hears(name, before=True) != sides.hears(name, before=False):
                return True
    return False


def _notices(changes: Iterable[Change], sides: _Sides) -> Iterable[Notice]:
    for change in changes:
        if change.desired is not None and sides.adds(change.kind):
            number = len(sides.reached(change.desired, change.kind, sides.after))
            text = f"{change.key} is about {number} alert{'' if number == 1 else 's'} of this project"
            yield Notice(text, change.kind, change.id)


def _merged(all_told: Sequence[Recipients]) -> Recipients:
    return {
        state: tuple(dict.fromkeys(handle for told in all_told for handle in told.get(state, ()))) for state in STATES
    }
