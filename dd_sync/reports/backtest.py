"""A backtest for people and programs: alerts before and after, and how far the numbers can be trusted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from dd_sync.core.backtest import Backtest, Fidelity, Firing, MonitorBacktest, Outcome, Suggestion

FORMAT = 1
MOST_FIRINGS = 5
MOST_GROUPS = 3

Paint = Callable[[str, str], str]


def backtest_json(found: Backtest) -> str:
    """The public format."""
    return json.dumps(_body(found), indent=2, ensure_ascii=False)


def added_to(report: str, format: str, found: Backtest, project: str) -> str:
    """A plan's report with a backtest of what it changes: as a field `backtest` of the JSON, below text and markdown;
    pages stay as they are."""
    if format == "json":
        return json.dumps({**json.loads(report), "backtest": _body(found)}, indent=2, ensure_ascii=False)
    if format == "html" or not found.monitors:
        return report
    added = backtest_markdown(found) if format == "markdown" else backtest_text(found, project)
    return f"{report.rstrip()}\n\n{added}\n"


def _body(found: Backtest) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "target": found.target,
        "from": stamp(found.since),
        "until": stamp(found.until),
        "calls": found.calls,
        "monitors": [monitor_json(one) for one in found.monitors],
    }


def monitor_json(one: MonitorBacktest) -> dict[str, Any]:
    """One monitor of the public format, which plans have too."""
    return {
        "key": one.key,
        "title": one.title,
        "status": one.status,
        "reason": one.reason,
        "before": _outcome(one.before),
        "after": _outcome(one.after),
        "fidelity": _fidelity(one.fidelity),
        "suggested": _suggested(one.suggested),
        "tells": list(one.tells),
    }


def backtest_text(
    found: Backtest, project: str, paint: Paint = lambda text, colour: text, *, verbose: bool = False
) -> str:
    """A line for each monitor, what is below it where there is something to say."""
    span = f"{found.since:%Y-%m-%d} to {found.until:%Y-%m-%d}"
    calls = f"{found.calls} {'call' if found.calls == 1 else 'calls'}"
    lines = [f"{project} → {found.target} · {found.days:g} days, {span} · {calls}", ""]
    if not found.monitors:
        return "\n".join([*lines, "no monitor changes: name the keys of those to look at"])
    wide = max(len(one.key) for one in found.monitors)
    for one in found.monitors:
        lines.append(f"{one.key:{wide}}  {_headline(one, paint)}")
        lines += [f"    {line}" for line in _details(one, verbose)]
    return "\n".join(lines)


def backtest_markdown(found: Backtest) -> str:
    """A table, as comments of pull requests have it."""
    lines = [f"| key | what | last {found.days:g} days |", "|---|---|---|"]
    lines += [f"| {one.key} | {thresholds(one)} | {cell(one)} |" for one in found.monitors]
    return "\n".join(lines)


def cell(one: MonitorBacktest) -> str:
    """What a monitor did, in one cell of a table."""
    if one.status == "refused":
        return f"not known: {one.reason}"
    parts = [f"{_arrow(one, bold=True)} alerts"]
    if one.after is not None and one.after.night:
        parts.append(f"{one.after.night} at night")
    text = ", ".join(parts)
    said = fidelity_text(one.fidelity)
    return f"{text}; {said}" if said else text


def thresholds(one: MonitorBacktest) -> str:
    """The threshold before and after."""
    before, after = one.thresholds
    if before == after or None in (before, after):
        return ""
    return f"threshold {before:g} → {after:g}"


def fidelity_text(fidelity: Fidelity | None) -> str:
    """How far the replay of the live monitor is like what really fired; empty where nothing is known."""
    if fidelity is None or fidelity.percent is None:
        return ""
    text = f"{fidelity.percent} %: reproduced {fidelity.reproduced} of {fidelity.events} real alerts"
    more = fidelity.replayed - fidelity.reproduced
    text += f", {more} that never fired" if more else ""
    return text + (f", {fidelity.unreadable} events could not be read" if fidelity.unreadable else "")


def above(found: Backtest, most: float) -> list[str]:
    """The monitors that would alert more often a week than they may, in words."""
    return [
        f"{one.key} would alert {found.a_week(one.after):.3g} times a week (--max-alerts {most:g})"
        for one in found.monitors
        if found.a_week(one.after) > most
    ]


def stamp(time: datetime) -> str:
    """A time as the public formats have it."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _headline(one: MonitorBacktest, paint: Paint) -> str:
    if one.status == "refused":
        return paint(f"not known: {one.reason}", "yellow")
    shown = one.after if one.after is not None else one.before
    parts = [f"{_arrow(one)} alerts"]
    if shown is not None and shown.alerts:
        parts.append(f"{shown.minutes} min in alert, longest {shown.longest}")
        parts.append(f"{shown.night} at night")
    return " · ".join(parts)


def _arrow(one: MonitorBacktest, *, bold: bool = False) -> str:
    before, after = one.before, one.after
    number = "-" if after is None else str(len(after.alerts))
    number = f"**{number}**" if bold else number
    return number if before is None else f"{len(before.alerts)} → {number}"


def _details(one: MonitorBacktest, verbose: bool) -> Iterator[str]:
    if one.status == "partly":
        yield f"nearly right: {one.reason}"
    if words := thresholds(one):
        yield words
    if said := fidelity_text(one.fidelity):
        yield said
    shown = one.after if one.after is not None else one.before
    if shown is not None and shown.alerts:
        if any(shown.by_group):
            groups = list(shown.by_group.items())
            more = len(groups) - MOST_GROUPS
            text = ", ".join(f"{group or 'everything'} {number}" for group, number in groups[:MOST_GROUPS])
            yield text + (f" and {more} more groups" if more > 0 else "")
        if one.tells:
            yield f"tells {' '.join(one.tells)}"
        firings = list(shown.alerts)
        yield from map(_firing, firings if verbose else firings[:MOST_FIRINGS])
        if not verbose and len(firings) > MOST_FIRINGS:
            yield f"… and {len(firings) - MOST_FIRINGS} more (-v)"
    if one.suggested is not None:
        yield _suggestion(one.suggested)


def _firing(one: Firing) -> str:
    return f"{one.since:%a %d %b %H:%M} for {one.minutes} min{'  ' + one.group if one.group else ''}"


def _suggestion(one: Suggestion) -> str:
    tried = sorted(one.tried, key=lambda pair: abs(pair[0] - one.critical))[:MOST_GROUPS]
    text = f"critical {one.critical:g} would alert {one.alerts_a_week:.2g} times a week"
    others = ", ".join(f"{critical:g}: {number:.2g}" for critical, number in sorted(tried))
    return f"{text} (tried {others})" if others else text


def _outcome(one: Outcome | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "alerts": len(one.alerts),
        "minutes": one.minutes,
        "longest": one.longest,
        "night": one.night,
        "groups": dict(one.by_group),
        "firings": [
            {"group": firing.group, "state": firing.state, "from": stamp(firing.since), "until": stamp(firing.until)}
            for firing in one.firings
        ],
    }


def _fidelity(one: Fidelity | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "events": one.events,
        "reproduced": one.reproduced,
        "unreadable": one.unreadable,
        "replayed": one.replayed,
        "percent": one.percent,
    }


def _suggested(one: Suggestion | None) -> dict[str, Any] | None:
    if one is None:
        return None
    tried = [{"critical": critical, "alerts_a_week": round(number, 3)} for critical, number in one.tried]
    return {"critical": one.critical, "alerts_a_week": round(one.alerts_a_week, 3), "tried": tried}
