"""What a plan may not show and a person should know before it is applied: what is about to be refused, what is over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from dd_sync.core.kind import Kind, Payload
from dd_sync.core.plan import Notice, Plan
from dd_sync.core.references import Name
from dd_sync.core.resource import Desired


def foresee(plan: Plan, desired: Sequence[Desired], kinds: Mapping[str, Kind], now: float) -> tuple[Notice, ...]:
    """Notices about all that is desired. `now` is in seconds since 1970.

    What Datadog is about to refuse is said once a project, with the number of definitions that have it.
    """
    return (*_retiring(desired, kinds), *_over(plan, desired, kinds, now))


def _retiring(desired: Sequence[Desired], kinds: Mapping[str, Kind]) -> Iterator[Notice]:
    found = Counter((one.kind, text) for one in desired if (text := kinds[one.kind].retiring(one.payload)))
    first = {(one.kind, kinds[one.kind].retiring(one.payload)): one.key for one in reversed(desired)} if found else {}
    for (kind, text), number in found.items():
        which = first[kind, text] if number == 1 else f"{number} of this project, {first[kind, text]} the first"
        yield Notice(f"{text} ({which})")


def _over(plan: Plan, desired: Sequence[Desired], kinds: Mapping[str, Kind], now: float) -> Iterator[Notice]:
    live: dict[Name, Payload] = {one.name: one.live for one in plan.changes if one.live is not None}
    for one in desired:
        before = live.get(one.name, one.payload if one.name in plan.ids else None)
        text = kinds[one.kind].over(one.payload, before, now)
        if text:
            yield Notice(f"{one.key}: {text}", one.kind, plan.ids.get(one.name))
