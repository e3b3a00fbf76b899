"""A plan and what became of it, for a terminal: the important first, nothing to scroll past."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dd_sync.core.apply import Outcome
from dd_sync.core.diff import FieldChange
from dd_sync.core.plan import Change, Plan
from dd_sync.reports.paging import Pagers, alerting, handles, headline
from dd_sync.reports.values import pair, shown

Paint = Callable[[str, str], str]
"""Puts a colour on a text: `paint("3", "red")`."""

SIGNS = {"create": "+", "update": "~", "replace": "±", "adopt": "→", "delete": "-"}
COLOURS = {"create": "green", "update": "yellow", "replace": "magenta", "adopt": "cyan", "delete": "red"}

MOST_FIELDS = 12
"""Fields shown of one change; the JSON report has all."""


@dataclass(frozen=True)
class Heading:
    """What a report says of the run as a whole."""

    project: str
    target: str
    place: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.project} → {self.target} ({self.place})" if self.place else f"{self.project} → {self.target}"


def plan_text(plan: Plan, heading: Heading, pagers: Pagers, paint: Paint = lambda text, colour: text) -> str:
    """The whole plan; one line when there is nothing to do."""
    if not plan.changes:
        return f"{heading}: nothing to change ({_definitions(plan.definitions)}, {heading.seconds:.1f} s)"
    lines = [f"{heading} · {_definitions(plan.definitions)} · {heading.seconds:.1f} s"]
    if pages := headline(plan.changes, pagers):
        lines += ["", f"{paint('Pages', 'bold')}  {pages}"]
    todo = [change for change in plan.changes if not change.held]
    held = [change for change in plan.changes if change.held]
    if todo:
        lines += ["", *(line for change in todo for line in _change(change, pagers, paint))]
    if held:
        lines += ["", paint("Edited in Datadog, held", "bold") + " (ddsync drift shows all, ddsync absorb keeps one)"]
        lines += [line for change in held for line in _change(change, pagers, paint)]
    return "\n".join([*lines, "", summary_line(plan)])


def summary_line(plan: Plan) -> str:
    """`4 to create · 2 to update · 0 to delete · 1 held · 207 unchanged`; what was held is not counted as to do."""
    todo = [change.action for change in plan.changes if not change.held]
    parts = [f"{todo.count(name)} to {name}" for name in ("create", "update", "delete")]
    parts += [f"{todo.count(name)} to {name}" for name in ("replace", "adopt") if name in todo]
    counts = plan.counts()
    if counts["held"]:
        parts.append(f"{counts['held']} held")
    return " · ".join([*parts, f"{counts['unchanged']} unchanged"])


def _definitions(number: int) -> str:
    return f"{number} definition{'' if number == 1 else 's'}"


def _change(change: Change, pagers: Pagers, paint: Paint) -> Iterator[str]:
    sign = "!" if change.held else SIGNS[change.action]
    name = f"{sign} {change.kind:<9} {change.key}"
    colour = "yellow" if change.held else COLOURS[change.action]
    yield f"{paint(name, colour)}{' ' * max(2, 70 - len(name))}{paint(change.source, 'dim')}".rstrip()
    if change.reason:
        yield f"    {change.reason}"
    if change.action == "delete":
        yield f"    {shown(change.title)}"
    if change.held and change.cause == "both":
        yield "    the code changed too: settle it with --revert-drift, or ddsync absorb"
    yield from _told(change, pagers)
    named = [(_label(field), field) for field in change.fields]
    width = min(max((len(label) for label, _ in named[:MOST_FIELDS]), default=0), 44)
    for label, field in named[:MOST_FIELDS]:
        yield _field(label, field, width)
    if len(named) > MOST_FIELDS:
        yield f"    and {len(named) - MOST_FIELDS} more (--format json shows all)"


def _field(label: str, field: FieldChange, width: int) -> str:
    before, after = pair(field)
    if field.before is None:
        return f"    {label:<{width}}  + {after}"
    if field.after is None:
        return f"    {label:<{width}}  - {before}"
    return f"    {label:<{width}}  {before}  →  {after}"


def _label(field: FieldChange) -> str:
    """A path as people say it: without the wrapping that all share."""
    path = field.path.removeprefix("options.").replace(".definition.", ".").replace("thresholds.", "")
    return path.replace(".widgets[", " ▸ [").replace("widgets[", "[") if "widgets[" in path else path


def _told(change: Change, pagers: Pagers) -> Iterator[str]:
    before, after = change.told_before, change.told_after
    if change.action == "create" and handles(after):
        pages = sorted(handle for handle in alerting(after) if pagers.wakes(handle))
        tells = sorted(handle for handle in handles(after) if not pagers.wakes(handle))
        parts = [f"pages {' '.join(pages)}"] * bool(pages) + [f"tells {' '.join(tells)}"] * bool(tells)
        yield "    " + "   ".join(parts)
        return
    for state in after:
        gone, come = set(before.get(state, ())) - set(after[state]), set(after[state]) - set(before.get(state, ()))
        if gone or come:
            words = [*(f"-{handle}" for handle in sorted(gone)), *(f"+{handle}" for handle in sorted(come))]
            yield f"    notifies on {state.replace('_', ' ')}: {' '.join(words)}"


def outcome_line(outcome: Outcome, paint: Paint = lambda text, colour: text) -> str:
    """One outcome as a line, for logs."""
    sign = SIGNS[outcome.action] if outcome.status == "done" else "!"
    colour = COLOURS[outcome.action] if outcome.status == "done" else "yellow"
    name = paint(f"{sign} {outcome.kind:<9} {outcome.key}", colour)
    reason = f": {outcome.reason}" if outcome.reason else ""
    return f"{name}  {outcome.status}{reason}"


_PAST = {"create": "created", "update": "updated", "replace": "replaced", "adopt": "adopted", "delete": "deleted"}


def apply_text(outcomes: Sequence[Outcome], seconds: float, receipt: str) -> str:
    """What was done, and after trouble what was not and what to do about it."""
    done = [outcome for outcome in outcomes if outcome.status == "done"]
    left = [outcome for outcome in outcomes if outcome.incomplete]
    held = [outcome for outcome in outcomes if outcome.status == "held"]
    if not outcomes:
        return "nothing to do"
    parts = [
        f"{sum(o.action == action for o in done)} {past}"
        for action, past in _PAST.items()
        if any(o.action == action for o in done)
    ]
    parts += [f"{len(held)} held"] * bool(held)
    tail = f" in {seconds:.1f} s" + (f" · receipt {receipt}" if receipt else "")
    if not left:
        return f"done: {', '.join(parts) or 'nothing'}{tail}" + _notes(done)
    lines = [f"{len(done)} of {len(outcomes)} done{tail}. Not done:"]
    width = max(len(f"{o.kind} {o.key}") for o in left) + 2
    lines += [f"  {f'{o.kind} {o.key}':<{width}} {o.reason}  {o.source}".rstrip() for o in left]
    return "\n".join(lines) + _notes(done)


def _notes(done: Sequence[Outcome]) -> str:
    return "".join(f"\n  {outcome.kind} {outcome.key}: {outcome.reason}" for outcome in done if outcome.reason)
