"""Composite monitors: the states of their parts, taken together (Datadog's docs, "Composite Monitor").

Of `a && b` the less severe state counts, of `a || b` the more severe, Alert before Warn before No Data before Ok; `!a`
turns what would alert into Ok, and Ok into Alert. Groups of the parts meet by the values of their tags, whatever the
keys are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dd_sync.evaluate.alerts import Evaluated, Timeline
from dd_sync.evaluate.series import NotEvaluated
from dd_sync.evaluate.states import State
from dd_sync.query.parse import parse
from dd_sync.query.tree import Binary, Composite, Expression, Group, Id, Reference, Unary
from dd_sync.query.walk import walk

_MOST = 10
_SEVERITY: Mapping[State, int] = {"ok": 0, "no data": 1, "warn": 2, "alert": 3}
_BY_SEVERITY: tuple[State, ...] = ("ok", "no data", "warn", "alert")


def evaluate_composite(monitor: Mapping[str, Any], parts: Mapping[str, Evaluated]) -> Evaluated:
    """A composite's states from those of its parts, which are named as in its query: `123`, or `kind:key` of a
    reference.

    Raises NotEvaluated for a part that is not given, and for more than ten.
    """
    query = parse(str(monitor.get("query") or ""), "composite")
    if not isinstance(query.body, Composite):
        raise NotEvaluated("a query that is no composite")
    names = list(dict.fromkeys(name for node in walk(query.body) if (name := _name(node))))
    missing = [name for name in names if name not in parts]
    if missing or len(names) > _MOST:
        raise NotEvaluated(
            f"a composite without {', '.join(missing)}" if missing else f"a composite of more than {_MOST} parts"
        )
    known = {name: parts[name] for name in names}
    return Evaluated([_timeline(query.body.value, known, group) for group in _groups(known)])


def _groups(parts: Mapping[str, Evaluated]) -> list[Mapping[str, str]]:
    """The groups that all parts with groups have in common; one without tags where none has any."""
    grouped = [part.groups for part in parts.values() if any(one.group for one in part.groups)]
    if not grouped:
        return [{}]
    return [
        one.group
        for one in grouped[0]
        if all(any(_values(one) == _values(other) for other in rest) for rest in grouped[1:])
    ]


def _values(line: Timeline) -> frozenset[str]:
    return frozenset(line.group.values())


def _timeline(value: Expression, parts: Mapping[str, Evaluated], group: Mapping[str, str]) -> Timeline:
    lines = {name: _line(part, group) for name, part in parts.items()}
    length = max((len(states) for states in lines.values()), default=0)
    at = [{name: states[n] if n < len(states) else "ok" for name, states in lines.items()} for n in range(length)]
    return Timeline(group, [_state(value, states) for states in at], [None] * length)


def _line(part: Evaluated, group: Mapping[str, str]) -> list[State]:
    """A part's states for a group; a part without groups counts for each."""
    for one in part.groups:
        if not one.group or _values(one) == frozenset(group.values()):
            return list(one.states)
    return []


def _state(node: Expression, states: Mapping[str, State]) -> State:
    match node:
        case Group(item=item):
            return _state(item, states)
        case Unary(operator="!", item=item):
            return _turned(_state(item, states))
        case Binary(operator=operator, left=left, right=right):
            pair = _SEVERITY[_state(left, states)], _SEVERITY[_state(right, states)]
            return _BY_SEVERITY[min(pair) if operator == "&&" else max(pair)]
    return states[_name(node)]


def _turned(state: State) -> State:
    if state == "no data":
        return state
    return "ok" if state in ("alert", "warn") else "alert"


def _name(node: object) -> str:
    match node:
        case Id(text=text):
            return text
        case Reference(kind=kind, key=key):
            return f"{kind}:{key}"
    return ""
