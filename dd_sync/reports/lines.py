"""One change as the lines a person reads: what it was, what it becomes, and in a word what that means."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dd_sync.core.diff import FieldChange
from dd_sync.core.kind import Payload
from dd_sync.core.plan import Change
from dd_sync.core.references import Name, ObjectId, resolve
from dd_sync.core.secrets import Redactor
from dd_sync.core.wording import quantity
from dd_sync.kinds import KINDS
from dd_sync.query.vocabulary import WIDGET
from dd_sync.reports.of_kind import facts_of
from dd_sync.reports.values import pair, value_text
from dd_sync.reports.widgets import Item, WidgetChange, widget_changes

Ids = Mapping[Name, ObjectId]


@dataclass(frozen=True)
class Line:
    """One thing that differs. `sign` is + for what comes, - for what goes, ~ for what changes."""

    label: str
    before: str
    after: str
    sign: str = "~"
    note: str = ""
    """What the change means (`grouping`); for a widget where it stands."""
    group: str | None = None
    """For a widget the group it is in, empty at the top."""
    field: FieldChange | None = None
    """The values in full, from Datadog's side to the code's."""
    turned: bool = False
    """Whether the line is told the other way round: what somebody did in Datadog."""

    @property
    def text(self) -> str:
        """`threshold 5 → 2`, without the label's column."""
        match self.sign:
            case "+":
                return f"+ {self.after}"
            case "-":
                return f"- {self.before}"
            case _:
                return f"{self.before}  →  {self.after}" if self.before or self.after else self.note


def lines(change: Change, ids: Ids, redactor: Redactor | None = None) -> list[Line]:
    """What differs, in the order of the payload; secrets masked. For an edit that is held: from the code to Datadog."""
    mask = redactor or Redactor()
    told = list(_lines(change, ids, mask))
    return [_turned(line) for line in told] if change.held and change.live is not None else told


_ORDER = {"query": 0, "message": 2, "description": 2}
"""What is measured first, what is said about it last."""


def _lines(change: Change, ids: Ids, mask: Redactor) -> Iterator[Line]:
    boards = board_changes(change, ids)
    said: set[str] = set()
    for field in sorted(change.fields, key=lambda field: _ORDER.get(field.path, 1)):
        if field.path == "options.thresholds.critical" and "threshold" in said:
            continue  # the query says it
        if boards and field.path.startswith("widgets["):
            continue
        masked = FieldChange(field.path, mask.json(field.before, field.path), mask.json(field.after, field.path))
        for line in _told(label(field.path), masked, _type(change)):
            said.add(line.label)
            yield line
    for one in boards:
        yield from _widget(one, mask)


def board_changes(change: Change, ids: Ids) -> list[WidgetChange]:
    """What happened to the widgets of an object that is there before and after; empty for what has none."""
    both = compare_lines(change, ids)
    if both is None or not (both[0].get("widgets") or both[1].get("widgets")):
        return []
    return widget_changes(*both)


def compare_lines(change: Change, ids: Ids) -> tuple[Payload, Payload] | None:
    """The object in Datadog and the definition in their normal forms, known references as ids; None without both."""
    kind = KINDS.get(change.kind)
    if kind is None or change.live is None or change.desired is None:
        return None
    after, before = kind.comparable(resolve(change.desired, ids, kind.text_references), change.live)
    return before, after


def facts(change: Change) -> str:
    """What a new object is, in a few words: an SLO's promise, the size of a dashboard."""
    return facts_of(change.kind)(change.desired or {})


def what(change: Change, ids: Ids, redactor: Redactor | None = None, most: int = 2) -> str:
    """A change in one line: `threshold 5 → 2, warning 3 → 1 and 2 more`."""
    found = [_brief(line) for line in lines(change, ids, redactor)]
    if not found:
        return change.reason or facts(change)
    more = f" and {len(found) - most} more" if len(found) > most else ""
    text = ", ".join(found[:most]) + more
    return f"{change.reason}; {text}" if change.reason else text


def label(path: str) -> str:
    """A path as people say it: without the wrapping that all share."""
    name = path.removeprefix("options.").replace(".definition.", ".").replace("thresholds.", "")
    if name.startswith("thresholds["):
        timeframe, _, rest = name.removeprefix("thresholds[").partition("].")
        return f"{rest} over {timeframe}" if rest else f"target over {timeframe.removesuffix(']')}"
    return name


def _told(name: str, field: FieldChange, type: str) -> Iterator[Line]:
    """The lines of one field: a query by what changed in it, a text by its lines, anything else as it is."""
    before, after = field.before, field.after
    if not isinstance(before, str) or not isinstance(after, str):
        yield _shown(name, field)
        return
    found = _differs(before, after, type) if field.path.endswith(("query", ".q")) or field.path == "q" else []
    if found and not any(part == "query" for part, _, _ in found):
        yield from (_part(name, field, *part) for part in found)
    elif "\n" in before or "\n" in after:
        yield from _lines_of_text(name, field)
    else:
        yield _shown(name, field)


def _differs(before: str, after: str, type: str) -> Sequence[tuple[str, str, str]]:
    from dd_sync.query.difference import difference  # the parser, loaded where a query changed alone

    return difference(before, after, type)


def _part(name: str, field: FieldChange, part: str, before: str, after: str) -> Line:
    """What changed in a query: a threshold under its own name, the rest as `query by {host} → by {host,pool}`."""
    before, after = (_spelled(part, one) for one in (before, after))
    sign = "~" if before and after else "+" if after else "-"
    own = part == "threshold"
    return Line(part if own else name, before, after, sign, "" if own else part, field=field)


def _spelled(part: str, text: str) -> str:
    return f"by {{{text.replace(', ', ',')}}}" if part == "grouping" and text else text


def _lines_of_text(name: str, field: FieldChange) -> Iterator[Line]:
    """A text line by line, as far as lines differ; of a line that was replaced the part that changed."""
    before, after = ([line for line in text.split("\n") if line.strip()] for text in (field.before, field.after))
    for how, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if how == "equal":
            continue
        if how == "replace" and j - i == m - k:
            yield from (
                Line(name, *pair(FieldChange(field.path, one, other)), field=field)
                for one, other in zip(before[i:j], after[k:m], strict=True)
            )
            continue
        yield from (Line(name, value_text(line), "", "-", field=field) for line in before[i:j])
        yield from (Line(name, "", value_text(line), "+", field=field) for line in after[k:m])


def _shown(name: str, field: FieldChange) -> Line:
    before, after = pair(field)
    sign = "+" if field.before is None else "-" if field.after is None else "~"
    return Line(name, "" if sign == "+" else before, "" if sign == "-" else after, sign, field=field)


def _type(change: Change) -> str:
    """The type of the query of a change, where it has one."""
    return str((change.desired or change.live or {}).get("type") or "query alert")


def _turned(line: Line) -> Line:
    """From the code's side to Datadog's: how a held edit is told."""
    sign = {"+": "-", "-": "+"}.get(line.sign, line.sign)
    return replace(line, before=line.after, after=line.before, sign=sign, turned=True)


_GONE_OR_NEW = {"new": "+", "gone": "-"}


def _widget(one: WidgetChange, mask: Redactor) -> Iterator[Line]:
    group = mask.text(one.item.group)
    name = mask.text(one.item.name if one.item.title == one.item.type else f'"{one.item.name}"')
    if one.mark in _GONE_OR_NEW:
        sign = _GONE_OR_NEW[one.mark]
        kind = "" if one.item.title == one.item.type else f" ({one.item.type}{_inside(one.item)})"
        text = f"{name}{kind}"
        yield Line("", text if sign == "-" else "", text if sign == "+" else "", sign, one.where, group)
        return
    if one.where:
        yield Line(name, "", "", "~", one.where, group)
    for field in one.fields:
        masked = FieldChange(field.path, mask.json(field.before, field.path), mask.json(field.after, field.path))
        for line in _told(f"{name}: {_last(field.path)}", masked, WIDGET):
            yield replace(line, group=group)


def _last(path: str) -> str:
    """The end of a path that says enough: `requests[0].queries[query1].query` is `query`, `style.palette` stays."""
    last = path.rpartition(".")[2].partition("[")[0]
    return {"q": "query"}.get(last, last) if last in ("query", "q", "title", "content", "text") else path


def _inside(item: Item) -> str:
    number = len(item.definition.get("widgets") or ())
    return f" of {quantity(number, 'widget')}" if number else ""


def _brief(line: Line) -> str:
    head = f"{line.group} ▸ {line.label}" if line.group else line.label
    match line.sign:
        case "+":
            return f"{head.rstrip()} + {value_text(line.after, 40)}".strip()
        case "-":
            return f"{head.rstrip()} - {value_text(line.before, 40)}".strip()
        case _ if not line.before and not line.after:
            return f"{head} {line.note}"
        case _ if line.note and len(line.before) + len(line.after) > 60:
            return f"{head}: {line.note}"
        case _:
            return f"{head} {value_text(line.before, 40)} → {value_text(line.after, 40)}"
