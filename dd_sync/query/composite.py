"""Composite monitors: ids of monitors, or our references to them, with `&&`, `||`, `!` and parentheses."""

from __future__ import annotations

import re

from dd_sync.query.expression import REFERENCE
from dd_sync.query.reader import Reader
from dd_sync.query.tree import Binary, Composite, Expression, Group, Id, Reference, Unary

_ID = re.compile(r"\d+(?![\w.])")
_OR = re.compile(r"\|\|")
_AND = re.compile(r"&&")


def read_composite(text: str) -> Composite:
    """`123 && !456`, `${monitor:a/b} || (123 && 456)`."""
    reader = Reader(text)
    value = _either(reader)
    if reader.peek():
        reader.fail("expected &&, || or the end")
    return Composite(value.start, value.end, value)


def _either(reader: Reader) -> Expression:
    left = _both(reader)
    while reader.operator(_OR):
        right = _both(reader)
        left = Binary(left.start, right.end, "||", left, right)
    return left


def _both(reader: Reader) -> Expression:
    left = _item(reader)
    while reader.operator(_AND):
        right = _item(reader)
        left = Binary(left.start, right.end, "&&", left, right)
    return left


def _item(reader: Reader) -> Expression:
    reader.peek()
    start = reader.position
    if reader.accept("!"):
        reader.deeper()
        item = _item(reader)
        reader.depth -= 1
        return Unary(start, item.end, "!", item)
    if reader.accept("("):
        reader.deeper()
        item = _either(reader)
        reader.depth -= 1
        reader.expect(")", '&&, || or ")"')
        return Group(start, reader.position, item)
    if found := reader.match(_ID):
        return Id(found.start(), found.end(), found[0])
    if reference := reader.match(REFERENCE):
        return Reference(reference.start(), reference.end(), reference[1], reference[2])
    return reader.fail("expected the id of a monitor", hint='a composite is written as "123 && !456"')
