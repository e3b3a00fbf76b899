"""A plan and what became of it, for a terminal: the important first, nothing to scroll past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from dd_sync.core.plan import Change, Plan
from dd_sync.core.secrets import Redactor
from dd_sync.core.wording import quantity
from dd_sync.kinds import KINDS
from dd_sync.reports.ages import edited_ago
from dd_sync.reports.bringing import word
from dd_sync.reports.conflict import conflict_text
from dd_sync.reports.consents import consent_lines
from dd_sync.reports.escaping import one_line
from dd_sync.reports.folding import Fold, fold
from dd_sync.reports.heading import Heading, definitions, nothing_text
from dd_sync.reports.lines import Ids, Line, facts, lines
from dd_sync.reports.paging import Pagers, headline, recipients_text
from dd_sync.reports.values import value_text

if TYPE_CHECKING:
    from dd_sync.core.apply import Outcome

Paint = Callable[[str, str], str]
"""Puts a colour on a text: `paint("3", "red")`."""

SIGNS = {"create": "+", "update": "~", "replace": "±", "adopt": "→", "delete": "-"}
COLOURS = {"create": "green", "update": "yellow", "replace": "magenta", "adopt": "cyan", "delete": "red"}

MOST_FIELDS = 12
"""Lines shown of one change; the JSON report has all."""

MANY = 10
"""Objects of a kind more or fewer, from which on a plan says how many there will be."""

_WEIGHT = {"delete": 0, "replace": 1}
_WIDTH = 70


def plan_text(plan: Plan, heading: Heading, pagers: Pagers, paint: Paint = lambda text, colour: text) -> str:
    """The whole plan, what is lost first; one line when there is nothing to do."""
    if not plan.changes:
        return nothing_text(plan, heading)
    report = [f"{heading} · {definitions(plan.definitions)} · {heading.seconds:.1f} s", *_losses(plan, pagers, paint)]
    todo, held = in_order(plan)
    page = _Page(plan.ids, heading, pagers, paint)
    single, folds = fold(todo, pagers)
    if todo:
        report += ["", *(line for change in single for line in page.change(change))]
        report += [page.fold(fold) for fold in folds]
    if held:
        report += ["", paint("Edited in Datadog, held", "bold") + " (ddsync drift shows all, ddsync absorb keeps one)"]
        report += [line for change in held for line in page.change(change)]
    return "\n".join([*report, "", *map(one_line, consent_lines(plan)), *leads_to(plan), summary_line(plan)])


def leads_to(plan: Plan) -> Iterator[str]:
    """`leads to 72 monitors (40 now), 12 SLOs`: what there is afterwards, where that is many more or fewer."""
    after = plan.leads_to()
    if any(abs(after.get(kind, 0) - plan.live.get(kind, 0)) >= MANY for kind in {*after, *plan.live}):
        listed = [(kind, after[kind]) for kind in KINDS if kind in after]
        parts = (f"{number} {word(kind, number)} ({plan.live.get(kind, 0)} now)" for kind, number in listed)
        yield f"leads to {', '.join(parts) or 'nothing'}"


def in_order(plan: Plan) -> tuple[list[Change], list[Change]]:
    """What an apply would do, losses first, and what it would hold."""
    todo = sorted((change for change in plan.changes if not change.held), key=lambda c: _WEIGHT.get(c.action, 2))
    return todo, [change for change in plan.changes if change.held]


def summary_line(plan: Plan) -> str:
    """`4 to create · 2 to update · 0 to delete · 1 held · 207 unchanged`; what was held is not counted as to do."""
    todo = [change.action for change in plan.changes if not change.held]
    parts = [f"{todo.count(name)} to {name}" for name in ("create", "update", "delete")]
    parts += [f"{todo.count(name)} to {name}" for name in ("replace", "adopt") if name in todo]
    counts = plan.counts()
    if counts["held"]:
        parts.append(f"{counts['held']} held")
    return " · ".join([*parts, f"{counts['unchanged']} unchanged"])


def lost(plan: Plan, *actions: str) -> str:
    """`2 monitors, 1 dashboard`: what these actions would take away."""
    gone = Counter(change.kind for change in plan.changes if change.action in actions and not change.held)
    return ", ".join(quantity(number, kind) for kind, number in gone.items())


def _losses(plan: Plan, pagers: Pagers, paint: Paint) -> Iterator[str]:
    """Who is woken, what is deleted, what is replaced: the lines that people look for first."""
    found = [("Pages", headline(plan.changes, pagers), "bold")]
    found += [("Deletes", lost(plan, "delete"), "red"), ("Replaces", lost(plan, "replace"), "magenta")]
    shown_lines = [f"{paint(name, colour)}{' ' * max(2, 9 - len(name))}{text}" for name, text, colour in found if text]
    if shown_lines:
        yield from ("", *shown_lines)


class _Page(NamedTuple):
    """What every change of one report shares."""

    ids: Ids
    heading: Heading
    pagers: Pagers
    paint: Paint

    def change(self, change: Change) -> Iterator[str]:
        """One change: its name and where it comes from, then what differs."""
        sign = "!" if change.held else SIGNS[change.action]
        name = f"{sign} {change.kind:<9} {one_line(change.key)}"
        colour = "yellow" if change.held else COLOURS[change.action]
        where = edited_ago(change, self.heading.now) if change.held else change.source
        yield f"{self.paint(name, colour)}{' ' * max(2, _WIDTH - len(name))}{self.paint(where, 'dim')}".rstrip()
        yield from (f"    {text}" for text in self._about(change) if text)
        yield from self._lines(change)

    def fold(self, fold: Fold) -> str:
        """Many creates of one definition, on one line."""
        name = f"+ {fold.kind:<9} {fold.key}"
        pages = f"pages {' '.join(fold.pages)}" if fold.pages else ""
        about = f"{fold.number:>4} x  {self.paint(fold.source, 'dim')}"
        return f"{self.paint(name, 'green')}{' ' * max(2, 52 - len(name))}{about}   {pages}".rstrip()

    def _about(self, change: Change) -> Iterator[str]:
        yield change.reason
        if change.action == "delete":
            yield value_text(Redactor().text(change.title))
        if change.held and change.cause == "both" and not change.reason:
            yield "the code changed too: settle it with --revert-drift, or ddsync absorb"
        if change.action == "create":
            yield facts(change)
        yield from recipients_text(change, self.pagers)

    def _lines(self, change: Change) -> Iterator[str]:
        conflict = conflict_text(change, Redactor(), MOST_FIELDS)
        if conflict:
            yield from (f"    {line}" for line in conflict)
            return
        found = lines(change, self.ids)
        few = found[:MOST_FIELDS]
        width = min(max((len(line.label) for line in few if line.group is None), default=0), 44)
        groups = max((len(line.group) for line in few if line.group is not None), default=0)
        for line in few:
            head = f"{line.label:<{width}}  " if line.group is None else _place(line, groups)
            yield f"    {head}{_line(line, len(head), held=change.held)}"
        if len(found) > MOST_FIELDS:
            yield f"    and {len(found) - MOST_FIELDS} more (--format json shows all)"


def _place(line: Line, width: int) -> str:
    """`Nodes   ▸ "CPU": query  `: where a widget is, and what of it."""
    group = f"{line.group:<{width}} ▸ " if width else ""
    return f"{group}{line.label}  " if line.label else group


def _line(line: Line, head: int, *, held: bool) -> str:
    """What follows the label; an edit that is held ends in `in Datadog`, which is where it was made."""
    text = line.text + (" in Datadog" if held and line.sign == "~" else "")
    if not line.note or line.note in text:
        return text
    if line.sign == "~":
        return f"{text}{' ' * max(3, _WIDTH - 4 - head - len(text))}{line.note}"
    return f"{text}, {line.note}"


def outcome_line(outcome: Outcome, paint: Paint = lambda text, colour: text) -> str:
    """One outcome as a line, for logs."""
    sign = SIGNS[outcome.action] if outcome.status == "done" else "!"
    colour = COLOURS[outcome.action] if outcome.status == "done" else "yellow"
    name = paint(f"{sign} {outcome.kind:<9} {one_line(outcome.key)}", colour)
    reason = f": {one_line(outcome.reason)}" if outcome.reason else ""
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
