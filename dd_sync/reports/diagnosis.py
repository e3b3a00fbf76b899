"""A diagnosis for people, and for machines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dd_sync.core.diagnosis import Able, Check, Diagnosis
from dd_sync.reports.escaping import visible

FORMAT = 1

SHOWN = 5
"""Details shown for one check; all of them stand in the JSON."""

_COLOURS = {"ok": "green", "note": "cyan", "warning": "yellow", "error": "red"}
_BRIEF = ("ok",)
"""Of these a person sees no details."""

Paint = Callable[[str, str], str]
"""A text in a colour."""


def diagnosis_text(found: Diagnosis, paint: Paint = lambda text, colour: text) -> str:
    """Lines for a terminal: what was looked at, then what each command may do."""
    return "\n".join(
        [
            f"{found.project}/{found.target} at {found.place}",
            "",
            *(line for check in found.checks for line in _check_lines(check, paint)),
            *(["", *_able_lines(found, paint)] if found.commands else ()),
        ]
    )


def _check_lines(check: Check, paint: Paint) -> Iterator[str]:
    yield f"{paint(f'{check.status:<7}', _COLOURS[check.status])}  {visible(check.text)}"
    if check.status not in _BRIEF:
        yield from (f"{'':9}· {_detail(one)}" for one in check.details[:SHOWN])
        if len(check.details) > SHOWN:
            yield f"{'':9}· and {len(check.details) - SHOWN} more"
    if check.fix:
        yield f"{'':9}{visible(check.fix)}"


def _detail(detail: Mapping[str, Any]) -> str:
    """An object by its kind and id, then whatever else is known; a number by its name."""
    rest = {name: value for name, value in detail.items() if name not in ("kind", "id", "why") and value != ""}
    if "id" not in detail:
        return visible(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in detail.items()))
    return visible(" ".join([f"{detail['kind']}:{detail['id']}", *(str(value) for value in rest.values())]))


def _able_lines(found: Diagnosis, paint: Paint) -> Iterator[str]:
    yield "What the application key allows:"
    wide = max(len(able.command) for able in found.commands)
    for able in found.commands:
        yield f"  {able.command:<{wide}}  {_verdict(able, paint)}"


def _verdict(able: Able, paint: Paint) -> str:
    if able.missing:
        return f"{paint('no', 'red')}: it lacks {_scopes(able.missing)}"
    if able.unknown:
        return f"{paint('not known', 'yellow')}: Datadog does not tell whether it has {_scopes(able.unknown)}"
    return paint("yes", "green") + (f", without {_scopes(able.without)}" if able.without else "")


def _scopes(scopes: Any) -> str:
    return ", ".join(f"{scope} ({reason})" if reason else scope for scope, reason in scopes)


def diagnosis_json(found: Diagnosis) -> str:
    """Everything that was found, as one JSON object."""
    return json.dumps(
        {
            "format": FORMAT,
            "project": found.project,
            "target": found.target,
            "place": found.place,
            "ok": found.ok,
            "checks": [_check(check) for check in found.checks],
            "commands": [_able(able) for able in found.commands],
        },
        indent=2,
        ensure_ascii=False,
    )


def _check(check: Check) -> dict[str, Any]:
    return {
        "about": check.about,
        "status": check.status,
        "text": check.text,
        "fix": check.fix,
        "details": [dict(one) for one in check.details],
    }


def _able(able: Able) -> dict[str, Any]:
    named = {"missing": able.missing, "unknown": able.unknown, "without": able.without}
    lists = {name: [{"scope": scope, "for": reason} for scope, reason in some] for name, some in named.items()}
    return {"command": able.command, "able": able.able, **lists}
