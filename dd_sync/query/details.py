"""The details of a query in words: rollups, filled gaps, settings of functions and monitors."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dd_sync.query.parts import step, text_argument
from dd_sync.query.printer import render
from dd_sync.query.span import span, span_text
from dd_sync.query.tree import Call, Chain, Expression, Keyword, Number, String, TagList, Unary, Word
from dd_sync.query.words import AGGREGATES, CALENDAR, FILLED

_TOLD = frozenset(
    {"index", "indexes", "rollup", "by", "last", "current", "over", "exclude", "long_window", "short_window"}
    | {"count_by_status", "pct_by_status"}
)
"""Steps that have their own place in the sentence."""

_CALENDAR_SPAN = re.compile(r"(\d{1,9})(w|mo|y)")
_CALENDAR_UNITS = {"w": "week", "mo": "month", "y": "year"}


def points(modifiers: Iterable[Call]) -> str:
    """`.rollup(max, 60).fill(zero)` as ` (the maximum of each minute, gaps filled with 0)`."""
    return in_brackets(
        _rollup(call) if call.function == "rollup" else _fill(call)
        for call in modifiers
        if call.function in ("rollup", "fill") and call.arguments
    )


def parameters(arguments: Iterable[Expression]) -> str:
    """The settings of a function: `'agile', 2, direction='above'` as ` (agile, 2, direction above)`."""
    return in_brackets(_parameter(argument) for argument in arguments)


def is_parameter(argument: Expression) -> bool:
    """Whether an argument sets a function rather than being what it is applied to."""
    signed = argument.item if isinstance(argument, Unary) else argument
    return isinstance(signed, String | Word | Number | Keyword)


def further(chain: Chain) -> str:
    """The steps that change what a monitor looks for: ` (new, source browser)`, ` (change relative, threshold 10)`."""
    return in_brackets(
        " ".join([call.function, ", ".join(_parameter(argument) for argument in call.arguments)]).strip()
        for call in chain.calls
        if call.function not in _TOLD
    )


def list_text(chain: Chain, name: str) -> str:
    """The arguments of a step, `"env:prod","role:db"`, as `env:prod, role:db`; empty for none and for `*`."""
    found = step(chain, name)
    texts = [_parameter(argument) for argument in found.arguments] if found else []
    return "" if texts == ["*"] else ", ".join(texts)


def during(chain: Chain) -> str:
    """` over the last 5 minutes`, ` over the current month`."""
    for name in ("last", "current"):
        text = text_argument(step(chain, name))
        if text is not None and (length := spell(text)):
            return f" over the {name} {length.removeprefix('1 ')}"
    return ""


def spell(text: str) -> str:
    """A span as a length: `5m` is `5 minutes`, `1mo` `1 month`; empty for what is none."""
    if found := _CALENDAR_SPAN.fullmatch(text.removeprefix("last_").removeprefix("current_")):
        return f"{int(found[1])} {_CALENDAR_UNITS[found[2]]}{'s' if int(found[1]) != 1 else ''}"
    length = span(text)
    return span_text(length) if length else ""


def in_brackets(texts: Iterable[str]) -> str:
    """` (a, b)`; nothing for nothing."""
    inside = ", ".join(text for text in texts if text)
    return f" ({inside})" if inside else ""


def _rollup(call: Call) -> str:
    """`rollup(max, 60)`, `rollup(60)`, `rollup(sum, daily, 'UTC')`."""
    first, *rest = [_parameter(argument) for argument in call.arguments]
    method, length = (first, rest[:1]) if not first[:1].isdigit() else ("", [first])
    what = f"the {AGGREGATES.get(method, method)} of " if method else ""
    words = [f"{what}each {_per(text)}" for text in length] or [f"{what}each interval"]
    return ", ".join(words + rest[1:])


def _per(text: str) -> str:
    if text.isdecimal() and len(text) < 10:
        return span_text(int(text)).removeprefix("1 ")
    return CALENDAR.get(text) or spell(text).removeprefix("1 ") or text


def _fill(call: Call) -> str:
    how, *rest = [_parameter(argument) for argument in call.arguments]
    limits = [text.removeprefix("limit ") for text in rest]
    words = FILLED.get(how, f"gaps filled with {how}")
    return " ".join([words, *(f"for up to {_per(limit)}" for limit in limits[:1] if limit.isdecimal())])


def _parameter(argument: Expression) -> str:
    match argument:
        case String(raw=raw):
            return raw
        case Keyword(name=name, value=value):
            return f"{name} {_parameter(value)}"
        case TagList(keys=keys):
            return ", ".join(keys)
        case _:
            return render(argument)
