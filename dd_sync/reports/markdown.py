"""A plan as markdown for a pull request: what is lost and who is woken first, everything else folded.

Whatever the number of changes, the text stays within its limit: whole blocks are left out, never halves of them, and
the last line says what was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dd_sync.core.consent import Consent
from dd_sync.core.limits import OverLimit, refusals
from dd_sync.core.plan import Change, Plan
from dd_sync.core.secrets import Redactor
from dd_sync.reports.ages import edited_ago
from dd_sync.reports.as_json import Url
from dd_sync.reports.conflict import COLUMNS, conflict_rows
from dd_sync.reports.consents import consent_lines
from dd_sync.reports.escaping import code, fence, inline, link, width
from dd_sync.reports.heading import Heading
from dd_sync.reports.lines import facts, lines, what
from dd_sync.reports.paging import Pagers, paging_changes, recipients_text
from dd_sync.reports.text import SIGNS, in_order
from dd_sync.reports.unified import unified_diff

GITHUB_LIMIT = 65_536

LIMITS = {"github": GITHUB_LIMIT, "gitlab": 1_000_000}
"""Characters of a comment: GitHub says "Body is too long (maximum is 65536 characters)", GitLab's notes hold a million
(seen in its source)."""

FEW = 40
"""Changes up to which each has a row of its own; above, each definition has one."""

MANY = 10
"""Losses and paging changes up to which each is named."""

MOST_ROWS = 100
LONGEST_BLOCK = 6_000
"""Characters of one folded change."""

LONGEST_TITLE = 200

_ROOM = 400
"""Kept free for the line that says what was left out."""


@dataclass(frozen=True)
class Surroundings:
    """What a report says beside the plan: the addresses of objects, a footer in markdown."""

    url: Url = lambda kind, object_id: ""
    footer: str = ""
    more: str = "`ddsync plan` shows all"
    """Where the rest is to be found, in markdown, when something was left out."""


def plan_markdown(
    plan: Plan,
    heading: Heading,
    pagers: Pagers,
    around: Surroundings | None = None,
    *,
    limit: int = GITHUB_LIMIT,
    redactor: Redactor | None = None,
) -> str:
    """The plan within `limit` characters; texts of definitions and of Datadog escaped, secrets masked."""
    page = _Page(plan, heading, pagers, around or Surroundings(), redactor or Redactor())
    return page.within(limit)


def footer(plan: Plan, commit: str, run: str, now: float) -> tuple[str, str]:
    """The last line of a comment (what was planned, for which commit, when) and where the rest of the plan is.

    `run` is the address of the CI run, `now` in seconds since 1970.
    """
    name = plan.fingerprint.removeprefix("sha256:")[:8]
    made = f"plan `{name}`" + (f" for commit `{commit}`" if commit else "")
    parts = [made, f"updated {datetime.fromtimestamp(now, UTC):%H:%M} UTC"]
    place = link("the run", run) if run else ""
    parts += [f"plan file and page: {place}"] * bool(place)
    return " · ".join(parts), f"{place} keeps the whole plan" if place else "`ddsync plan` shows all"


@dataclass(frozen=True)
class _Page:
    """One report: the blocks it is made of, in the order in which they matter."""

    plan: Plan
    heading: Heading
    pagers: Pagers
    around: Surroundings
    mask: Redactor

    def within(self, limit: int) -> str:
        footer = [self.around.footer] if self.around.footer else []
        room = limit - _ROOM - sum(width(part) + 2 for part in footer)
        kept: list[str] = []
        above = (self._headline(), self._refusals(), self._consents(), self._lost())
        for part in (*above, self._pages(), self._table(), self._notices()):
            if part and width(part) + 2 <= room:
                kept.append(part)
                room -= width(part) + 2
        todo, held = in_order(self.plan)
        changes = [*todo, *held]
        folded, number = self._by_definition(changes, room) if len(changes) > FEW else self._each(changes, room)
        missing = len(changes) - number
        note = [f"_{missing} of {len(changes)} changes are not unfolded here: {self.around.more}._"] * bool(missing)
        return "\n\n".join([*kept, *folded, *note, *footer]) + "\n"

    def _each(self, changes: Sequence[Change], room: int) -> tuple[list[str], int]:
        """Each change folded, as many as fit; and how many those are."""
        kept: list[str] = []
        for change in changes:
            block = self._folded(change)
            room -= width(block) + 2
            if room < 0:
                break
            kept.append(block)
        return kept, len(kept)

    def _by_definition(self, changes: Sequence[Change], room: int) -> tuple[list[str], int]:
        """Each definition folded, its changes folded in it; they share the room, so that each shows some."""
        kept, number = [], 0
        groups = _grouped(changes)
        for left, ((sign, kind, key), group) in zip(range(len(groups), 0, -1), groups.items(), strict=True):
            outside = f"<details><summary>{sign} {kind} {_named(key, group)}</summary>\n\n%s\n\n</details>"
            inside, fitted = self._each(group, room // left - width(outside) - 60)
            if not fitted:
                continue
            more = [f"and {len(group) - fitted} more of this definition"] * (fitted < len(group))
            kept.append(outside.replace("%s", "\n\n".join([*inside, *more])))
            room -= width(kept[-1]) + 2
            number += fitted
        return kept, number

    def _headline(self) -> str:
        counts = self.plan.counts()
        todo = [change.action for change in self.plan.changes if not change.held]
        parts = [f"{todo.count(name)} to {name}" for name in SIGNS if name in todo]
        parts += [f"{counts['held']} held"] * bool(counts["held"])
        head = f"**ddsync → {inline(self.heading.target)}: {', '.join(parts) or 'nothing to change'}**"
        return " · ".join([head, *_woken(self.plan.changes, self.pagers)])

    def _refusals(self) -> str:
        """The limits that an apply would stop at, each with the way to say that it is meant."""
        found = [(one.message.partition("\n")[0], _ways(one)) for one in refusals(self.plan, Consent())]
        return "\n>\n".join(f"> **apply will refuse**: {inline(message)}. {ways}" for message, ways in found[:MANY])

    def _consents(self) -> str:
        """What the change itself says may be lost, for the reviewer to agree to."""
        lines = [inline(self.mask.text(line)) for line in consent_lines(self.plan)[:MANY]]
        return "\n>\n".join(f"> **consent**{line.removeprefix('consent')}" for line in lines)

    def _notices(self) -> str:
        """What changes nothing and somebody may want to know."""
        found = [f"- {notice.kind} {notice.id or ''}: {notice.text}" for notice in self.plan.notices[:FEW]]
        if not found:
            return ""
        rows = "\n".join(f"- {inline(self.mask.text(line[2:]))}" for line in found)
        return f"<details><summary>{len(self.plan.notices)} notices</summary>\n\n{rows}\n\n</details>"

    def _pages(self) -> str:
        """The monitors that start or stop waking somebody; by definition where they are many."""
        rows: dict[tuple[str, str, str, str], list[Change]] = {}
        for change in self.plan.changes:
            found = paging_changes([change], self.pagers)
            starts, stops = (_handles(sorted(side)) for side in (found.starts, found.stops))
            if starts or stops:
                rows.setdefault((change.kind, change.key, starts, stops), []).append(change)
        merged = _merged(rows) if len(rows) > MANY else rows
        table = [f"| {kind} | {_named(key, found)} | {a} | {b} |" for (kind, key, a, b), found in merged.items()]
        if not table:
            return ""
        text = _table("| | whom it wakes | starts | stops |", table, FEW)
        summary = f"{len(rows)} monitors start or stop waking somebody"
        return text if len(table) <= MANY else f"<details><summary>{summary}</summary>\n\n{text}\n\n</details>"

    def _lost(self) -> str:
        """What is deleted or replaced, by name; by definition where it is much."""
        gone = [change for change in self.plan.changes if change.action in ("delete", "replace") and not change.held]
        if len(gone) > MANY:
            groups = _grouped(gone).items()
            rows = [f"- **{found[0].action}** {kind} {_named(key, found)}" for (_, kind, key), found in groups]
            return "\n".join(rows[:FEW] + [f"- and {len(rows) - FEW} more"] * (len(rows) > FEW))
        return "\n".join(
            f"- **{change.action}** {change.kind} {code(change.key)} {self._titled(change)}"
            + (f": {inline(change.reason)}" if change.reason else "")
            for change in gone
        )

    def _titled(self, change: Change) -> str:
        """The title, as much of it as leaves room for the others."""
        title = self.mask.text(change.title)
        return inline(title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE]}…")

    def _table(self) -> str:
        if not self.plan.changes:
            return ""
        todo, held = in_order(self.plan)
        changes = [*todo, *held]
        if len(changes) > FEW:
            return _table(
                "| | kind | definition | changes | for example |", list(self._definitions(changes)), MOST_ROWS
            )
        rows = [f"| {_sign(c)} | {c.kind} | {code(c.key)} | {self._what(c)} |" for c in changes]
        return _table("| | kind | key | what |", rows, FEW)

    def _definitions(self, changes: Sequence[Change]) -> Iterator[str]:
        """A row for each definition and what happens to what it makes."""
        for (sign, kind, definition), group in _grouped(changes).items():
            yield f"| {sign} | {kind} | {code(definition)} | {len(group)} | {self._what(group[0])} |"

    def _what(self, change: Change) -> str:
        found = what(change, self.plan.ids, self.mask) or "   ".join(recipients_text(change, self.pagers))
        return inline(found) + (" in Datadog" if change.held and change.fields else "")

    def _folded(self, change: Change) -> str:
        state = f", edited in Datadog {edited_ago(change, self.heading.now)}".rstrip() + ", held" if change.held else ""
        summary = f"{_sign(change)} {change.kind} {code(change.key)}{inline(state)}"
        body = "\n\n".join(part for part in self._body(change) if part)
        return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"

    def _body(self, change: Change) -> Iterator[str]:
        where = [self._titled(change), inline(change.source)]
        address = self.around.url(change.kind, change.id)
        where += [link("in Datadog", address)] if address else []
        yield " · ".join(part for part in where if part)
        yield inline(change.reason)
        yield "\n".join(f"- {inline(line)}" for line in recipients_text(change, self.pagers))
        rows = conflict_rows(change, self.mask)
        if rows:
            cells = [f"| {inline(row.label)} | {' | '.join(map(code, row[1:]))} |" for row in rows]
            yield _table(f"| | {' | '.join(COLUMNS)} |", cells, MOST_ROWS)
            return
        found = lines(change, self.plan.ids, self.mask)
        if found:
            yield fence(_cut(unified_diff(found), LONGEST_BLOCK), "diff")
        elif change.action == "create":
            yield inline(facts(change))


def _grouped(changes: Iterable[Change]) -> dict[tuple[str, str, str], list[Change]]:
    """Changes by sign, kind and definition."""
    groups: dict[tuple[str, str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((_sign(change), change.kind, _definition(change.key)), []).append(change)
    return groups


def _definition(key: str) -> str:
    """The definition a key belongs to: `service/error-rate` of `service/error-rate/payments/prod`."""
    return "/".join(key.split("/")[:2])


def _handles(handles: Sequence[str]) -> str:
    more = [f"{len(handles) - MANY} more"] * (len(handles) > MANY)
    return ", ".join([*map(inline, handles[:MANY]), *more])


def _merged(rows: dict[tuple[str, str, str, str], list[Change]]) -> dict[tuple[str, str, str, str], list[Change]]:
    merged: dict[tuple[str, str, str, str], list[Change]] = {}
    for (kind, key, starts, stops), changes in rows.items():
        merged.setdefault((kind, _definition(key), starts, stops), []).extend(changes)
    return merged


def _named(key: str, changes: Sequence[Change]) -> str:
    """One key, or a definition with how many it makes: `service/error-rate (120)`."""
    return code(key) + f" ({len(changes)})" if len(changes) > 1 else code(changes[0].key)


def _sign(change: Change) -> str:
    return "!" if change.held else SIGNS[change.action]


def _woken(changes: Iterable[Change], pagers: Pagers) -> Iterator[str]:
    """`3 monitors start paging **@pagerduty-payments**`, for each handle."""
    found = paging_changes(changes, pagers)
    handles = sorted(found.starts.keys() | found.stops.keys())
    for handle in handles[:MANY]:
        starts, stops = found.starts[handle], found.stops[handle]
        words = [f"{starts} monitor{'s start' if starts > 1 else ' starts'} paging **{inline(handle)}**"] * bool(starts)
        words += [f"{stops} stop{'' if stops > 1 else 's'}" + f" paging **{inline(handle)}**" * (not starts)] * bool(
            stops
        )
        yield " · ".join(words)
    if len(handles) > MANY:
        yield f"{len(handles) - MANY} more handles start or stop being paged"


def _table(head: str, rows: Sequence[str], most: int) -> str:
    """A table of at most so many rows; a line below it counts the others."""
    ruler = "|" + "---|" * (head.count("|") - 1)
    more = [f"\n_and {len(rows) - most} more_"] if len(rows) > most else []
    return "\n".join([head, ruler, *rows[:most], *more])


def _cut(text: str, most: int) -> str:
    """The text by whole lines, with a last one that counts what was cut."""
    if len(text) <= most:
        return text
    kept, size = [], 0
    every = text.split("\n")
    for line in every:
        size += len(line) + 1
        if size > most:
            break
        kept.append(line)
    return "\n".join([*kept, f"… {len(every) - len(kept)} more lines"])


def _ways(refusal: OverLimit) -> str:
    """How to say that it is meant: at the command line, and in the change that is reviewed here."""
    written = f"; or in `ddsync.yaml`: {code(refusal.consent)}" if refusal.consent else ""
    return f"{inline(refusal.by_hand)}{written}"
