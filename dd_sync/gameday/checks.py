"""Alerts on service checks: so many runs in a row with the same status (Datadog's docs, "Service Check Monitor")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dd_sync.core.kind import Recipients
from dd_sync.core.references import Name
from dd_sync.evaluate import Series, State
from dd_sync.gameday.source import Check
from dd_sync.gameday.stage import Alert, Moment, NotPlayed, Play, changes
from dd_sync.gameday.world import World
from dd_sync.query.parse import parse
from dd_sync.query.tree import Alert as Threshold
from dd_sync.query.tree import Chain, String

_LEAD = 10

_BAD: Mapping[str, tuple[str, State]] = {"critical": ("critical", "alert"), "warning": ("warning", "warn")}


def check_alert(
    key: str,
    payload: Mapping[str, Any],
    recipients: Recipients,
    world: World,
    others: Mapping[Name, Mapping[str, Any]],
) -> Alert:
    """An alert on a service check, each of its groups on its own. Raises NotPlayed for percentages over groups."""
    chain = _chain(payload)
    calls = {call.function: [getattr(one, "raw", "") for one in call.arguments] for call in chain.calls}
    if "pct_by_status" in calls:
        raise NotPlayed("pct_by_status() of a service check")
    name = chain.subject.raw if isinstance(chain.subject, String) else ""
    if name not in world.checks:
        raise NotPlayed(f"the world runs no check {name}")
    scope, excluded = calls.get("over", ["*"]), calls.get("exclude", [])
    own = [one for one in world.checks[name] if _within(one, scope) and not _any_of(one, excluded)]
    options = payload.get("options") or {}
    keys = [one for one in calls.get("by", []) if one != "*"]
    silent = int(options.get("no_data_timeframe") or 10) if options.get("notify_no_data") else 0

    def states(play: Play) -> Iterator[Moment]:
        groups: dict[tuple[str, ...], list[Check]] = {}
        for one in own:
            if all(name in one.tags for name in keys):
                groups.setdefault(tuple(str(one.tags[name]) for name in keys), []).append(one)
        for group, checks in groups.items():
            if any(one in play for one in checks):
                seen = list(_states(checks, play, options.get("thresholds") or {}, silent))
                yield from changes(dict(zip(keys, group, strict=True)), seen[_LEAD:], play.start)

    sees = sum(all(name in one.tags for name in keys) for one in own)
    return Alert(key, payload, recipients, frozenset({name}), sees, states)


def _chain(payload: Mapping[str, Any]) -> Chain:
    body = parse(str(payload.get("query") or ""), "service check").body
    if not isinstance(body, Threshold) or not isinstance(body.value, Chain):
        raise NotPlayed("a query that is no service check")
    return body.value


def _within(check: Check, scope: Sequence[str]) -> bool:
    series = Series(check.check, (), check.tags)
    for one in scope:
        name, _, value = one.removeprefix("!").partition(":")
        if one != "*" and series.has(name, value or "*") == one.startswith("!"):
            return False
    return True


def _any_of(check: Check, scope: Sequence[str]) -> bool:
    return any(_within(check, [one]) for one in scope)


def _states(checks: Sequence[Check], play: Play, thresholds: Mapping[str, int], silent: int) -> Iterator[State]:
    """The state at each minute, after the runs of the minute before it."""
    row: list[str] = []
    state: State = "ok"
    quiet = 0
    for minute in range(play.start - _LEAD, play.end + 1):
        runs = [run for one in checks for run in one.at(minute - 1)]
        row = [*row, *runs][-40:]
        quiet = 0 if runs else quiet + 1
        if silent and quiet >= silent:
            state = "no data"
        elif runs:
            state = _after(row, state, thresholds)
        yield state


def _after(row: Sequence[str], before: State, thresholds: Mapping[str, int]) -> State:
    """The state that the latest runs lead to: enough of one status in a row change it, fewer leave it."""
    for name, (status, state) in _BAD.items():
        if name in thresholds and _ends_with(row, status, int(thresholds[name])):
            return state
    return "ok" if before == "no data" or _ends_with(row, "ok", int(thresholds.get("ok", 1))) else before


def _ends_with(row: Sequence[str], status: str, count: int) -> bool:
    return len(row) >= count and all(one == status for one in row[-count:])
