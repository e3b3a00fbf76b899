"""Alerts on events: how many of a search happened within a window (Datadog's docs, "Event Monitor")."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from dd_sync.core.kind import Recipients
from dd_sync.core.references import Name
from dd_sync.evaluate import State
from dd_sync.gameday.source import Event
from dd_sync.gameday.stage import Alert, Moment, NotPlayed, Play, changes
from dd_sync.gameday.world import World
from dd_sync.query.parse import parse
from dd_sync.query.search import terms
from dd_sync.query.tree import Alert as Threshold
from dd_sync.query.tree import Chain, Number, String

EVENTFUL = frozenset({"mongodb"})
"""The sources whose events the world knows."""

_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_UNITS = {"m": 1, "h": 60, "d": 1440}
_LEAD = 2


def event_alert(
    key: str,
    payload: Mapping[str, Any],
    recipients: Recipients,
    world: World,
    others: Mapping[Name, Mapping[str, Any]],
) -> Alert:
    """An alert on a number of events. Raises NotPlayed for sources whose events the world does not know."""
    body = parse(str(payload.get("query") or ""), "event-v2 alert").body
    chain = body.value if isinstance(body, Threshold) else None
    condition = body.condition if isinstance(body, Threshold) else None
    if not isinstance(chain, Chain) or not isinstance(chain.subject, String) or condition is None:
        raise NotPlayed("a query that is no count of events")
    search = chain.subject.raw.replace('\\"', '"')
    source = re.search(r"\bsource:([\w-]+)", search)
    if source is None or source[1] not in EVENTFUL:
        raise NotPlayed(f"the world has no events of {source[1] if source else 'this search'}")
    calls = {call.function: [getattr(one, "raw", "") for one in call.arguments] for call in chain.calls}
    if calls.get("rollup") != ["count"]:
        raise NotPlayed("a search that is not counted")
    window = _minutes(calls["last"][0])
    limit = float(condition.threshold.text) if isinstance(condition.threshold, Number) else 0.0
    compare = _COMPARED[condition.operator]
    keys = calls.get("by", [])

    def states(play: Play) -> Iterator[Moment]:
        found = [one for one in play.world.events if matches(one, search)]
        groups = {tuple(one.tags.get(name, "") for name in keys) for one in found}
        for group in groups:
            minutes = [one.minute for one in found if tuple(one.tags.get(name, "") for name in keys) == group]
            counts = [
                sum(now - window <= minute < now for minute in minutes) for now in range(play.start, play.end + 1)
            ]
            seen: list[State] = ["alert" if compare(count, limit) else "ok" for count in counts]
            yield from changes(dict(zip(keys, group, strict=True)), seen, play.start)

    return Alert(key, payload, recipients, frozenset({f"event:{source[1]}"}), 1, states)


def matches(event: Event, search: str) -> bool:
    """Whether a search holds an event: tags by `key:value`, other words in its title."""
    return all(_term(event, one) for one in terms(search))


def _term(event: Event, term: str) -> bool:
    if " OR " in term:
        inner = term[1:-1] if term.startswith("(") and term.endswith(")") else term
        return any(_term(event, one.strip()) for one in inner.split(" OR "))
    if term.startswith(("-", "NOT ")):
        return not _term(event, term.removeprefix("-").removeprefix("NOT ").strip())
    if term.startswith("(") and term.endswith(")"):
        return matches(event, term[1:-1])
    name, colon, value = term.partition(":")
    if not colon:
        return term.strip('"').lower() in event.title.lower()
    known = {"source": event.source, **event.tags}
    return name.lstrip("@") in known and fnmatchcase(known[name.lstrip("@")].lower(), value.strip('"').lower())


def _minutes(text: str) -> int:
    return int(text[:-1]) * _UNITS.get(text[-1], 1)
