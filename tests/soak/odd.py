"""Odd values and damaged texts, seeded: what a file, an answer or a cache may hold that nobody meant."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**31,
    2**63 - 1,
    10**30,
    1e308,
    "",
    " ",
    "x",
    "@x",
    "..",
    "../../x",
    "a\\b",
    "é",
    "日本",
    "\x00",
    "\x1b[31m",
    "\r\n::error::x",
    "💥",
    "\u202e",
    "null",
    "true",
    "2024-02-30",
    "1e999",
    "${monitor:x}",
    "{x}",
    "%s",
    "x" * 5_000,
    [],
    {},
    [[]],
    [{}],
    {"": ""},
    [None],
    ["prod", "prod"],
    [["prod"]],
    {"a": {"b": {"c": []}}},
    {"x": None},
)

TEXTS = (
    b"\x00",
    b"\xff\xfe",
    b"\xc3",
    b"\xed\xa0\xbd",
    b"\\ud83d",
    b"{",
    b"}",
    b"[",
    b"]",
    b":",
    b"- ",
    b"\t",
    b"\n",
    b"\r",
    b'"',
    b"'",
    b"&a ",
    b"*a",
    b"<<: *a",
    b"!!float x",
    b"!!python/object:os.system x",
    b"2024-02-30",
    b"? ",
    b"| ",
    b"%",
    b"#",
    b",",
    b"NaN",
    b"Infinity",
    b"-",
    b"1e999",
    b"9" * 400,
    b"[" * 2_000,
    b'{"a":' * 2_000,
    b"---\n",
    b"...\n",
    b"null",
    b"\xef\xbb\xbf",
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value inside a value, itself included."""
    found = [path]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inside in items:
        found += places(inside, (*path, step))
    return found


def mutated(value: Any, dice: random.Random, most: int = 3) -> Any:
    """A copy with one to `most` of its values replaced, removed, renamed or repeated."""
    made = copy.deepcopy(value)
    for _ in range(dice.randint(1, most)):
        path = dice.choice(places(made))
        if not path:
            if dice.random() < 0.02:
                made = dice.choice(VALUES)
            continue
        parent = made
        for step in path[:-1]:
            parent = parent[step]
        dice.choice(_CHANGES)(parent, path[-1], dice)
    return made


def _replace(parent: Any, step: Any, dice: random.Random) -> None:
    parent[step] = copy.deepcopy(dice.choice(VALUES))


def _remove(parent: Any, step: Any, dice: random.Random) -> None:
    del parent[step]


def _rename(parent: Any, step: Any, dice: random.Random) -> None:
    if isinstance(parent, dict):
        name = dice.choice([one for one in VALUES if isinstance(one, str)])
        parent[name] = parent.pop(step)
    else:
        parent.insert(step, copy.deepcopy(parent[step]))


def _wrap(parent: Any, step: Any, dice: random.Random) -> None:
    parent[step] = dice.choice([[parent[step]], {"x": parent[step]}, str(parent[step]), json.dumps(parent[step])])


_CHANGES: tuple[Callable[[Any, Any, random.Random], None], ...] = (_replace, _replace, _remove, _rename, _wrap)


def damaged(text: bytes, dice: random.Random) -> bytes:
    """A text cut short, with pieces taken out, doubled, or put in."""
    for _ in range(dice.randint(1, 3)):
        at = dice.randint(0, len(text))
        match dice.randint(0, 4):
            case 0:
                text = text[:at]
            case 1:
                text = text[:at] + text[at + dice.randint(1, 40) :]
            case 2:
                text = text[:at] + text[max(0, at - dice.randint(1, 200)) :]
            case 3:
                text = text[:at] + bytes([dice.randrange(256)]) + text[at + 1 :]
            case _:
                text = text[:at] + dice.choice(TEXTS) + text[at:]
    return text
