"""The scope of a metric query, between its braces, and the tags after `by`.

Commas and `!`, or AND, OR, NOT and IN in either case (Datadog's docs, "Advanced filtering"; both kinds are seen
together in published dashboards). Values may hold `*`, template variables may stand for a tag or for a value.
"""

from __future__ import annotations

import re

from dd_sync.query.reader import Reader
from dd_sync.query.tree import AllOf, AnyOf, Everything, Filter, FilterGroup, In, Not, Tag, TagList, Variable

_TERM = re.compile(r"[^\s,(){}\"'`!“”‘’][^\s,(){}\"'`“”‘’]*")
_VALUE = re.compile(r"\"[^\"{}]*\"|[^\s,(){}\"'`“”‘’]+")
_WORD = re.compile(r"(?:and|or|not|in|by)\b(?!\s*:)", re.IGNORECASE)
_AND = re.compile(r"and\b(?!:)", re.IGNORECASE)
_OR = re.compile(r"or\b(?!:)", re.IGNORECASE)
_NOT = re.compile(r"not\b(?!:)", re.IGNORECASE)
_IN = re.compile(r"(not\s+)?in\b(?=\s*\()", re.IGNORECASE)
_BY = re.compile(r"by\b(?!:)\s*(?=[{\w])", re.IGNORECASE)
_KEY = re.compile(r"\*|[^\s,(){}\"'`“”‘’*!:=<>][^\s,(){}\"'`“”‘’*!=<>]*")

_HINT = "write the tags as {env:prod,service:web}, or {*} for everything"


def read_scope(reader: Reader) -> Filter:
    """`{…}`: the tags a metric query is limited to. The reader stands before the opening brace."""
    reader.expect("{", 'a scope, "{env:prod}" or "{*}"')
    if reader.peek() == "}":
        reader.fail('expected a tag, or "*" for everything', hint=_HINT)
    scope = _listed(reader)
    _grouping_inside(reader)
    reader.expect("}", 'a comma, AND, OR or "}"')
    return scope


def read_tag_list(reader: Reader) -> TagList:
    """`{host,env}`. The reader stands before the opening brace."""
    reader.expect("{", 'the tags to group by, "{host}"')
    start = reader.position - 1
    keys: list[str] = []
    while True:
        match = reader.match(_KEY)
        if match is None:
            reader.fail("expected a tag key to group by", hint='tag keys without values: "by {host,env}"')
        keys.append(match[0])
        if not reader.accept(","):
            break
    reader.expect("}", 'a comma or "}"')
    return TagList(start, reader.position, tuple(keys))


def _listed(reader: Reader) -> Filter:
    """Items with commas between; each may itself be AND and OR."""
    items = [_either(reader)]
    while reader.accept(","):
        items.append(_either(reader))
    return items[0] if len(items) == 1 else AllOf(items[0].start, items[-1].end, ",", tuple(items))


def _either(reader: Reader) -> Filter:
    items = [_both(reader)]
    while reader.match(_OR):
        items.append(_both(reader))
    return items[0] if len(items) == 1 else AnyOf(items[0].start, items[-1].end, tuple(items))


def _both(reader: Reader) -> Filter:
    items = [_item(reader)]
    while reader.match(_AND):
        items.append(_item(reader))
    return items[0] if len(items) == 1 else AllOf(items[0].start, items[-1].end, "AND", tuple(items))


def _item(reader: Reader) -> Filter:
    reader.peek()
    start = reader.position
    if reader.accept("!"):
        item = _nested(reader)
        return Not(start, item.end, "!", item)
    if reader.match(_NOT):
        item = _nested(reader)
        return Not(start, item.end, "NOT", item)
    if reader.accept("("):
        reader.deeper()
        inside = _listed(reader)
        reader.depth -= 1
        reader.expect(")", 'AND, OR or ")"')
        return FilterGroup(start, reader.position, inside)
    return _tag(reader)


def _nested(reader: Reader) -> Filter:
    reader.deeper()
    item = _item(reader)
    reader.depth -= 1
    return item


def _tag(reader: Reader) -> Filter:
    if reader.looking_at(_WORD) and not reader.looking_at(_IN):
        _grouping_inside(reader)
        reader.fail("expected a tag", hint=_HINT)
    match = reader.match(_TERM)
    if match is None:
        reader.fail("expected a tag", hint=_HINT)
    text, start = match[0], match.start()
    if text == "*":
        return Everything(start, match.end())
    if text.startswith("$") and ":" not in text:
        return Variable(start, match.end(), text)
    key, colon, value = text.partition(":")
    if not colon:
        return _in(reader, text, start) or Tag(start, match.end(), text, None)
    if not value and not reader.looking_at(_WORD):
        quoted = reader.match(_VALUE)  # `pod: web-*` and `service:"my app"` are written, and `group:` alone too
        value = quoted[0] if quoted else ""
    return Tag(start, reader.position if value else match.end(), key, value)


def _in(reader: Reader, key: str, start: int) -> In | None:
    match = reader.match(_IN)
    if match is None:
        return None
    reader.expect("(")
    values: list[str] = []
    while True:
        value = reader.match(_VALUE)
        if value is None:
            reader.fail("expected a value")
        values.append(value[0])
        if not reader.accept(","):
            break
    reader.expect(")", 'a comma or ")"')
    return In(start, reader.position, key, tuple(values), bool(match[1]))


def _grouping_inside(reader: Reader) -> None:
    if reader.looking_at(_BY):
        reader.fail('expected "}" before "by"', hint="the grouping stands after the scope: {env:prod} by {host}")
