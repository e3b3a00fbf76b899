"""Lays out Python as a formatter would: expressions on one line if they fit, else one item a line.

An exploded call or list ends in a comma, which formatters take as the wish to keep it so. Long texts become pieces
that Python joins again.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

WIDTH = 120
"""Columns a line may have."""

STEP = 4


@dataclass(frozen=True)
class Atom:
    """Anything that is never broken: a number, a name, `cpu_high.ref()`."""

    flat: str


@dataclass(frozen=True)
class Slot:
    """A place in a text that Python fills: `{cpu_high.ref()}`."""

    expression: str


@dataclass(frozen=True)
class Text:
    """A string, literal where it is text and filled where it is a slot."""

    parts: tuple[str | Slot, ...]

    @cached_property
    def flat(self) -> str:
        return _literal(self.parts)


@dataclass(frozen=True)
class Row:
    """Items between brackets: a call, a list, a dictionary. Each has what stands before it: `name=`, `"key": `."""

    opening: str
    closing: str
    items: tuple[tuple[str, Node], ...]

    @cached_property
    def flat(self) -> str:
        return self.opening + ", ".join(label + item.flat for label, item in self.items) + self.closing


Node = Atom | Text | Row


def call(name: str, arguments: Sequence[tuple[str, Node]]) -> Row:
    """`Name(a=1, …)`; an argument without a name is positional."""
    return Row(f"{name}(", ")", tuple((f"{label}=" if label else "", node) for label, node in arguments))


def list_code(items: Sequence[Node]) -> Row:
    """`[a, b]`."""
    return Row("[", "]", tuple(("", node) for node in items))


def mapping_code(items: Sequence[tuple[str, Node]]) -> Row:
    """`{"a": b}`."""
    return Row("{", "}", tuple((f"{quote(name)}: ", node) for name, node in items))


def laid_out(node: Node, indent: int = 0, lead: str = "", tail: str = "") -> list[str]:
    """The lines of an expression that begins after `lead` and ends before `tail`, `indent` columns in."""
    whole = " " * indent + lead + node.flat + tail
    if width(whole) <= WIDTH:
        return [whole]
    match node:
        case Row(opening, closing, items) if items:
            inner = [line for label, item in items for line in laid_out(item, indent + STEP, label, ",")]
            return [" " * indent + lead + opening, *inner, " " * indent + closing + tail]
        case Text():
            pieces = [" " * (indent + STEP) + piece for piece in _pieces(node, WIDTH - indent - STEP)]
            return [" " * indent + lead + "(", *pieces, " " * indent + ")" + tail]
    return [whole]


def width(line: str) -> int:
    """Columns a line takes: wide characters take two, those that join the one before none."""
    return len(line) if line.isascii() else sum(_columns(character) for character in line)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def quote(text: str) -> str:
    """A string literal."""
    return _literal((text,))


def _literal(parts: Sequence[str | Slot]) -> str:
    """One literal: in double quotes unless that takes more escapes; an f-string only where something is filled."""
    texts = "".join(part for part in parts if isinstance(part, str))
    quote = "'" if texts.count('"') > texts.count("'") else '"'
    filled = any(isinstance(part, Slot) for part in parts)
    inner = "".join(_escaped(part, quote, filled) for part in parts)
    return f"{'f' if filled else ''}{quote}{inner}{quote}"


def _escaped(part: str | Slot, quote: str, filled: bool) -> str:
    if isinstance(part, Slot):
        return f"{{{part.expression}}}"
    text = part if _is_simple(part) else "".join(_escape(character, quote) for character in part)
    return text.replace("{", "{{").replace("}", "}}") if filled else text


def _is_simple(text: str) -> bool:
    return text.isprintable() and not ('"' in text or "'" in text or "\\" in text)


_NAMED = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _escape(character: str, quote: str) -> str:
    if character == quote:
        return "\\" + quote
    if character in _NAMED:
        return _NAMED[character]
    # What nobody sees in an editor is spelled out, as Python's own repr does.
    return character if character.isprintable() else repr(character)[1:-1]


_BREAKS = " ,;&|/)}"
"""Characters after which a long text is best broken, for lack of a line's end."""


def _pieces(text: Text, room: int) -> Iterator[str]:
    """The literals that a long text is broken into: after each line's end, and where one is too long for the room."""
    if width(text.flat) <= room:
        yield text.flat
        return
    for line in _lines(text.parts):
        yield from _fitting(line, room)


def _lines(parts: Sequence[str | Slot]) -> Iterator[list[str | Slot]]:
    """The parts of a text, a list for each of its lines, ends included."""
    line: list[str | Slot] = []
    for part in parts:
        if isinstance(part, Slot):
            line.append(part)
            continue
        *whole, rest = part.split("\n")
        for piece in whole:
            yield [*line, piece + "\n"]
            line = []
        if rest:
            line.append(rest)
    if line:
        yield line


def _fitting(line: Sequence[str | Slot], room: int) -> Iterator[str]:
    """The literals of one line, each as long as fits; broken between words where that leaves no short piece."""
    taken: list[str | Slot] = []
    for unit in _units(line):
        if taken and width(_literal([*taken, unit])) > room:
            place = _good_end(taken)
            yield _literal(_joined(taken[:place]))
            taken = taken[place:]
        taken.append(unit)
    if taken:
        yield _literal(_joined(taken))


def _good_end(taken: Sequence[str | Slot]) -> int:
    """How many of the units to put on a line: up to the last word's end, unless much room would be lost."""
    ends = [place for place, unit in enumerate(taken, 1) if isinstance(unit, str) and unit.endswith(" ")]
    lengths = [len(unit) if isinstance(unit, str) else len(unit.expression) for unit in taken]
    return ends[-1] if ends and sum(lengths[: ends[-1]]) * 2 > sum(lengths) else len(taken)


_LONGEST_UNIT = 60
"""Characters of a text without any good place to break it that are kept together."""


def _units(line: Sequence[str | Slot]) -> Iterator[str | Slot]:
    """A line in parts that stay whole: words with what follows them, slots."""
    for part in line:
        if isinstance(part, Slot):
            yield part
            continue
        start = 0
        for place, character in enumerate(part, 1):
            good = character in _BREAKS and not part[place : place + 1].isspace()
            if good or place - start >= _LONGEST_UNIT:
                yield part[start:place]
                start = place
        if start < len(part):
            yield part[start:]


def _joined(parts: Sequence[str | Slot]) -> list[str | Slot]:
    """Parts with neighbouring texts made one."""
    found: list[str | Slot] = []
    for part in parts:
        if found and isinstance(part, str) and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return found
