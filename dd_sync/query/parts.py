"""What a query holds: its metrics, tags, grouping, window and comparison, found in the tree."""

from __future__ import annotations

from collections.abc import Iterator

from dd_sync.query.printer import render
from dd_sync.query.tree import (
    Alert,
    AllOf,
    AnyOf,
    Call,
    Chain,
    Condition,
    Evaluation,
    Everything,
    Expression,
    Filter,
    FilterGroup,
    In,
    Metric,
    Name,
    Node,
    Not,
    Query,
    String,
    Tag,
    TagList,
    Variable,
    Window,
    Word,
)
from dd_sync.query.walk import Under, walk

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400, "mo": 31 * 86400, "y": 366 * 86400}
"""How long a unit of time lasts; a month and a year as long as they can be."""


def metrics(node: Under) -> tuple[Metric, ...]:
    """The metrics a query reads, in order."""
    return tuple(part for part in walk(node) if isinstance(part, Metric))


def chains(node: Under) -> tuple[Chain, ...]:
    """The chains of a query: `logs("…")…`, service checks."""
    return tuple(part for part in walk(node) if isinstance(part, Chain))


def calls(node: Under, *functions: str) -> tuple[Call, ...]:
    """The calls of these functions, modifiers and steps."""
    return tuple(part for part in walk(node) if isinstance(part, Call) and part.function in functions)


def names(node: Under) -> tuple[Name, ...]:
    """The names of other queries a formula is made of; those inside `formula("…")` too."""
    return tuple(part for part in walk(node) if isinstance(part, Name))


def evaluation(query: Query | None) -> Evaluation | None:
    """How a metric monitor reduces time; None for all others."""
    return query.body.evaluation if query and isinstance(query.body, Alert) else None


def condition(query: Query | None) -> Condition | None:
    """The comparison a monitor ends in."""
    return query.body.condition if query and isinstance(query.body, Alert) else None


def threshold(query: Query | None) -> float | None:
    """The number a monitor compares with."""
    found = condition(query)
    return None if found is None or isinstance(found.threshold, Word) else float(found.threshold.text)


def seconds(window: Window) -> int:
    """How long a window lasts."""
    return window.amount * SECONDS[window.unit]


def step(chain: Chain, *functions: str) -> Call | None:
    """The first of these steps in a chain."""
    return next((call for call in chain.calls if call.function in functions), None)


def text_argument(call: Call | None, position: int = 0) -> str | None:
    """The text of an argument that is a string, a word or a number."""
    if call is None or len(call.arguments) <= position:
        return None
    argument = call.arguments[position]
    return argument.raw if isinstance(argument, String) else render(argument)


def group_by(query: Query) -> tuple[str, ...]:
    """The tags and facets a monitor alerts on separately, in order of appearance."""
    found: dict[str, None] = {}
    if isinstance(query.body, Alert):
        for key in _groups(query.body.value):
            found[key] = None
    return tuple(found)


def _groups(value: Expression) -> Iterator[str]:
    """Groups of an expression. `sum(avg:x{*} by {host,env}, {env})` leaves env alone."""
    if isinstance(value, Call) and value.arguments and isinstance(value.arguments[-1], TagList):
        yield from value.arguments[-1].keys
        return
    if isinstance(value, Metric):
        yield from value.by.keys if value.by else ()
        return
    if isinstance(value, Chain):
        by = step(value, "by")
        for argument in by.arguments if by else ():
            text = argument.raw if isinstance(argument, String) else render(argument)
            yield from (key.strip() for key in text.split(",") if key.strip())
        return
    for part in _operands(value):
        yield from _groups(part)


def _operands(value: Expression) -> Iterator[Expression]:
    for name in ("item", "left", "right", "value"):
        part = getattr(value, name, None)
        if isinstance(part, Node):
            yield part  # type: ignore[misc]
    if isinstance(value, Call):
        yield from value.arguments


def scope_items(scope: Filter) -> tuple[str, ...]:
    """What a scope is limited to, one by one: the tags joined by commas or AND; an OR stays one item."""
    match scope:
        case Everything():
            return ()
        case AllOf(items=items):
            return tuple(text for item in items for text in scope_items(item))
        case FilterGroup(item=AllOf() as item):
            return scope_items(item)
        case _:
            return (render(scope),)


def scope_tags(scope: Filter, *, negated: bool = False) -> Iterator[tuple[Tag | In, bool]]:
    """Every tag of a scope, and whether it is excluded."""
    match scope:
        case Tag() | In():
            yield scope, negated
        case Not(item=item):
            yield from scope_tags(item, negated=not negated)
        case FilterGroup(item=item):
            yield from scope_tags(item, negated=negated)
        case AllOf(items=items) | AnyOf(items=items):
            for item in items:
                yield from scope_tags(item, negated=negated)
        case _:
            return


def template_variables(node: Under) -> tuple[str, ...]:
    """The names of the dashboard's template variables a query uses, `$` and what follows a dot left out."""
    found: dict[str, None] = {}
    for part in walk(node):
        if isinstance(part, Variable):
            found[part.name[1:]] = None
        elif isinstance(part, Tag) and part.value is not None and "$" in part.value:
            found[part.value[part.value.index("$") + 1 :]] = None
        elif isinstance(part, In):
            for value in part.values:
                if value.startswith("$"):
                    found[value[1:]] = None
        elif isinstance(part, TagList):
            for key in part.keys:
                if key.startswith("$"):
                    found[key[1:]] = None
    return tuple(found)
