"""A game day for people and programs: what nobody notices, what comes late, what wakes somebody for nothing."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dd_sync.core.gameday import GameDay, Played

FORMAT = 1
COLOURS = {"missed": "red", "late": "yellow", "woken": "red", "told": "yellow", "ok": "green"}
_ORDER = ("missed", "late", "woken")
_MOST_REASONS = 4

Paint = Callable[[str, str], str]


def gameday_json(day: GameDay) -> str:
    """The public format: each situation with whoever it is about, what was expected, who noticed when."""
    body = {
        "format": FORMAT,
        "situations": [_situation(one) for one in day.played],
        "not_played": [{"key": key, "reason": reason} for key, reason in sorted(day.not_played.items())],
        "blind": [{"key": key, "reason": reason} for key, reason in sorted(day.blind.items())],
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _situation(one: Played) -> dict[str, Any]:
    return {
        "name": one.name,
        "about": one.about,
        "expects": one.expects,
        "within": one.within,
        "noticed": [
            {"key": notice.key, "minute": notice.minute, "pages": notice.pages, "state": notice.state}
            for notice in one.noticed
        ],
        "result": one.result,
        **({"why": one.why} if one.why else {}),
    }


def gameday_text(
    day: GameDay, project: str, seconds: float, paint: Paint = lambda text, colour: text, *, verbose: bool = False
) -> str:
    """What is wrong line by line, the rest as a sum, and what was not played."""
    names = {one.name for one in day.played}
    lines = [f"{project} · {_many(len(names), 'situation')}, {_many(len(day.alerts), 'alert')} · {seconds:.0f} s", ""]
    rows: list[tuple[str, str, str, str]] = [
        (result, one.name, _short(one.about), one.why)
        for result in _ORDER
        for one in day.played
        if one.result == result
    ]
    rows += [
        ("told", one.name, _short(one.about), _messages(one)) for one in day.quiet if one.result == "ok" and one.noticed
    ]
    if verbose:
        rows += [("ok", one.name, _short(one.about), _noticed(one)) for one in day.incidents if one.result == "ok"]
    lines += _table(rows, paint)
    lines += ["", _sum(day, paint)]
    if day.blind:
        lines += ["", f"see nothing: {_many(len(day.blind), 'alert')} whose scope nothing in the world fits"]
        lines += [f"  {key}: {reason}" for key, reason in _first(sorted(day.blind.items()), verbose)]
    if day.not_played:
        lines += ["", f"not played: {_many(len(day.not_played), 'alert')} ({_reasons(list(day.not_played.values()))})"]
        lines += [f"  {key}: {reason}" for key, reason in sorted(day.not_played.items())] if verbose else []
    return "\n".join(lines)


def _first(items: list[tuple[str, str]], verbose: bool) -> Iterator[tuple[str, str]]:
    yield from items if verbose or len(items) <= 5 else items[:5]
    if not verbose and len(items) > 5:
        yield "…", f"{len(items) - 5} more; -v shows all"


def _table(rows: Sequence[tuple[str, str, str, str]], paint: Paint) -> Iterator[str]:
    wide = [max((len(row[n]) for row in rows), default=0) for n in (1, 2)]
    for result, name, about, why in rows:
        word = paint(f"{result:7}", COLOURS[result])
        yield f"{word} {name:{wide[0]}}  {about:{wide[1]}}  {why}".rstrip()


def _short(about: str) -> str:
    """`payments/prod` of `service payments/prod`."""
    return about.partition(" ")[2] or about


def _messages(one: Played) -> str:
    first = one.noticed[0]
    more = f" and {len(one.tells) - 1} more" if len(one.tells) > 1 else ""
    return f"{first.key} tells {', '.join(first.handles)} after {first.minute} min{more}"


def _noticed(one: Played) -> str:
    return ", ".join(f"{key} after {next(n.minute for n in one.noticed if n.key == key)} min" for key in one.tells)


def _sum(day: GameDay, paint: Paint) -> str:
    fine = [one for one in day.played if one.result == "ok"]
    incidents = [one for one in day.incidents if one.result == "ok"]
    each = sum(len(one.tells) for one in incidents) / len(incidents) if incidents else 0
    twice = [one for one in day.incidents if len(one.pages) > 1]
    quiet = [one for one in day.quiet if one.result == "ok"]
    text = f"{paint('ok', 'green')} {len(fine)}: {_many(len(incidents), 'incident')} noticed, {each:.1f} alerts each"
    text += f"; {len(quiet)} quiet"
    return text + (f"; {_many(len(twice), 'incident')} paged by more than one alert" if twice else "")


def _reasons(reasons: Sequence[str]) -> str:
    counted = Counter(reasons).most_common()
    shown = [f"{count} {reason}" for reason, count in counted[:_MOST_REASONS]]
    rest = sum(count for _, count in counted[_MOST_REASONS:])
    return ", ".join([*shown, *([f"{rest} others"] if rest else [])])


def _many(count: int, name: str) -> str:
    return f"{count} {name}" if count == 1 else f"{count} {name}s"
