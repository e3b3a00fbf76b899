"""Findings for a terminal: where, what, the query with a caret under the place, what to do; alike ones told once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from dd_sync.core.findings import Located
from dd_sync.core.wording import quantity
from dd_sync.query.errors import caret

Paint = Callable[[str, str], str]

_COLOURS = {"error": "red", "warning": "yellow"}

MOST_ALIKE = 3
"""Findings of one rule at one place that are shown; there may be one for each of a hundred services."""

MOST_NAMES = 3


def findings_text(findings: Sequence[Located], paint: Paint = lambda text, colour: text) -> str:
    """Every finding, those that differ in their object alone told together."""
    shown: list[str] = []
    for alike in _by(findings, lambda one: (one.source, one.finding.rule)):
        same = _by(alike, lambda one: one.finding.message)
        shown += ["\n".join(_finding(group, paint)) for group in same[:MOST_ALIKE]]
        if len(same) > MOST_ALIKE:
            shown.append(f"  and {len(same) - MOST_ALIKE} more like it (--format json shows all)")
    return "\n".join(shown)


def finding_lines(findings: Sequence[Located], most: int = 10) -> list[str]:
    """A line for each finding, those that differ in their object alone told together, errors first."""
    groups = _by(findings, lambda one: (one.source, one.finding.rule, one.finding.message))
    groups.sort(key=lambda group: group[0].finding.severity)
    lines = [_line(group) for group in groups[:most]]
    return lines + [f"and {len(groups) - most} more: ddsync validate"] * (len(groups) > most)


def groups_line(groups: Mapping[str, int], most: int = 8) -> str:
    """`groups: monitor:service/restarts/cart/prod 12 · …`, the largest first; empty where nothing is grouped."""
    told = [f"{name} {number}" for name, number in sorted(groups.items(), key=lambda one: -one[1])]
    more = [f"and {len(told) - most} more"] * (len(told) > most)
    return f"groups: {' · '.join([*told[:most], *more])}" if told else ""


def summary_line(findings: Sequence[Located], objects: Mapping[str, int]) -> str:
    """`2 errors, 1 warning · local 240 objects · prod 120 objects`; `ok` where there is nothing."""
    counts = {severity: sum(one.finding.severity == severity for one in findings) for severity in _COLOURS}
    told = [quantity(number, name) for name, number in counts.items() if number]
    looked = [f"{name} {quantity(number, 'object')}" for name, number in objects.items()]
    return " · ".join([", ".join(told) or "ok", *looked]) if told else f"ok: {' · '.join(looked)}"


def as_json(one: Located) -> dict[str, Any]:
    """A finding as JSON; `start` and `end` count in `text`."""
    file, line = one.place
    finding = one.finding
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "file": file,
        "line": line,
        "kind": one.kind,
        "key": one.key,
        "targets": list(one.targets),
        "path": finding.path,
        "start": finding.start,
        "end": finding.end,
        "text": one.text,
        "fix": finding.fix,
        "set_at": dict(one.set_at),
    }


def _by(findings: Sequence[Located], name: Callable[[Located], object]) -> list[list[Located]]:
    found: dict[object, list[Located]] = {}
    for one in findings:
        found.setdefault(name(one), []).append(one)
    return list(found.values())


def _line(group: Sequence[Located]) -> str:
    one = group[0]
    times = f" ({len(group)} times)" if len(group) > 1 else ""
    return f"{one.source}: {one.finding.severity}: {one.finding.message} [{one.finding.rule}]{times}"


def _finding(group: Sequence[Located], paint: Paint) -> Iterator[str]:
    """One finding, and the objects it is true of."""
    one = group[0]
    finding = one.finding
    where = f"{one.source}: " if one.source else ""
    yield f"{where}{paint(finding.severity, _COLOURS[finding.severity])}: {finding.message} [{finding.rule}]"
    if finding.start is not None and one.text:
        yield from (f"  {line}" for line in caret(one.text, finding.start).split("\n"))
    if one.key:
        yield f"  {paint(_named(group), 'dim')}"
    for name, place in one.set_at.items():
        yield f"  {name} comes from {place}"
    if finding.fix:
        yield f"  {finding.fix}"


def _named(group: Sequence[Located]) -> str:
    """`monitor service/error-rate/cart/prod and 3 more`, with the field where it is none everybody looks at first."""
    names = list(dict.fromkeys(f"{one.kind} {one.key}" for one in group))
    path = group[0].finding.path
    field = f", {path}" if path not in ("", "query") else ""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{', '.join(names[:MOST_NAMES])}{more}{field}"
