"""Datadog's message templates: who is notified in which state, and which tags the text needs.

The template is a Handlebars dialect (Datadog's docs, "Monitor notifications, variables"). Malformed blocks never
raise: a block that is not closed runs to the end, a closing without an opening is nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

STATES = ("alert", "warning", "no_data", "recovery")
"""The states a notification is sent for, in the order they are shown."""

Situation = tuple[str, str]
"""A state, and how the monitor came there."""

_SITUATIONS: tuple[Situation, ...] = (
    ("alert", "first"),
    ("alert", "renotify"),
    ("warning", "first"),
    ("warning", "renotify"),
    ("warning", "from alert"),
    ("no_data", "first"),
    ("no_data", "renotify"),
    ("recovery", "from alert"),
    ("recovery", "from warning"),
    ("recovery", "from no_data"),
)

_ALWAYS = frozenset(_SITUATIONS)


def _where(state: str | None = None, how: str | None = None) -> frozenset[Situation]:
    return frozenset(s for s in _SITUATIONS if (state is None or s[0] == state) and (how is None or s[1] == how))


_CONDITIONS: dict[str, frozenset[Situation]] = {
    "is_alert": _where("alert"),
    "is_warning": _where("warning"),
    "is_no_data": _where("no_data"),
    "is_recovery": _where("recovery"),
    "is_alert_recovery": _where("recovery", "from alert"),
    "is_warning_recovery": _where("recovery", "from warning"),
    "is_no_data_recovery": _where("recovery", "from no_data"),
    "is_alert_to_warning": _where("warning", "from alert"),
    "is_renotify": _where(None, "renotify"),
    "is_unknown": frozenset(),
}
"""What each condition on the monitor's state covers. All others (is_match, is_priority) may or may not hold."""

# A raw block is copied as it stands, a comment disappears; both come before the ordinary braces they contain.
_TEMPLATE = re.compile(
    r"\{\{\{\{\s*(?P<raw>[^{}]*)\}\}\}\}"
    r"|\{\{!--.*?(?:--\}\}|\Z)|\{\{![^}]*\}\}"
    r"|\{\{\{(?P<plain>[^{}]*)\}\}\}"
    r"|\{\{(?P<inside>[^{}]*)\}\}",
    re.DOTALL,
)

# A handle follows a space or punctuation (Datadog's docs ask for a space); after a word it is an e-mail address,
# after a slash part of a URL. `@http.status:500` is a search. Parts may be variables: @slack-{{team.name}}.
_PART = r"(?:[\w.+#&-]|\{\{\{?[^{}#^/!][^{}]*\}?\}\})"
_HANDLE = re.compile(rf"(?<![\w.+/@%=-])@({_PART}++(?:@{_PART}++)?+)(?!:[^\s:])")
_TRAILING_PUNCTUATION = ".-+&#"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a message: its text without braces, the tag it needs (None: none), where it stands.

    `kind` is "value" for `{{host.name}}` and "match" for the first word of `{{#is_match "host.name" …}}`.
    """

    text: str
    tag: str | None
    kind: Literal["value", "match"]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A block that does not pair up: what is wrong and where."""

    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Block:
    name: str
    holds: frozenset[Situation]
    otherwise: frozenset[Situation]


def recipients(message: str) -> dict[str, tuple[str, ...]]:
    """The @handles a message notifies in each state (`STATES`), in order of appearance.

    Text outside any block counts for all states, text in `is_match` as if it matched, and so does its `{{else}}`.
    """
    found: dict[str, dict[str, None]] = {state: {} for state in STATES}
    for handle, situations in _mentions(message):
        for state, _ in situations:
            found[state][handle] = None
    return {state: tuple(handles) for state, handles in found.items()}


def handles(message: str) -> tuple[str, ...]:
    """Every @handle of a message, whatever its state, in order of appearance."""
    return tuple(dict.fromkeys(handle for handle, _ in _mentions(message)))


def variables(message: str) -> tuple[Variable, ...]:
    """The variables of a message and the tags its `is_match` conditions ask for, with positions."""
    return tuple(_variables(message))


def problems(message: str) -> tuple[Problem, ...]:
    """Blocks that are opened and not closed, or the other way round."""
    found: list[Problem] = []
    open_blocks: list[tuple[str, int, int]] = []
    for match in _TEMPLATE.finditer(message):
        inside = (match["inside"] or "").strip()
        if inside[:1] in ("#", "^") and len(inside) > 1:
            open_blocks.append((_word(inside[1:]), match.start(), match.end()))
        elif inside[:1] == "/":
            name = _word(inside[1:])
            if open_blocks and open_blocks[-1][0] == name:
                open_blocks.pop()
            else:
                found.append(Problem(f"{{{{/{name}}}}} closes a block that is not open", match.start(), match.end()))
    found += [Problem(f"{{{{#{name}}}}} is never closed", start, end) for name, start, end in open_blocks]
    return tuple(sorted(found, key=lambda problem: problem.start))


@lru_cache(maxsize=256)  # a message is asked for its handles by several rules, one after the other
def _mentions(message: str) -> tuple[tuple[str, frozenset[Situation]], ...]:
    """The handles of a message, each with the situations in which it is told."""
    if "@" not in message:
        return ()
    return tuple((handle, situations) for text, situations in _texts(message) for handle in _handles(text))


def _texts(message: str) -> Iterator[tuple[str, frozenset[Situation]]]:
    """The message cut at its blocks: each piece of text with the situations in which it is sent."""
    blocks: list[_Block] = []
    active, piece, position = _ALWAYS, "", 0
    for match in _TEMPLATE.finditer(message):
        piece += message[position : match.start()]
        position = match.end()
        inside = (match["inside"] or "").strip()
        if inside[:1] in ("#", "^", "/") or inside == "else":
            yield piece, active
            piece = ""
            blocks = _after(inside, blocks, active)
            active = blocks[-1].holds if blocks else _ALWAYS
        elif "@" not in (match["inside"] or match["plain"] or "@"):
            piece += match[0]  # a variable: it may be part of a handle; those with an @ are facets
    yield piece + message[position:], active


def _after(inside: str, blocks: list[_Block], active: frozenset[Situation]) -> list[_Block]:
    """The open blocks after one more `{{#…}}`, `{{^…}}`, `{{/…}}` or `{{else}}`."""
    if inside in ("else", "^"):
        if not blocks:
            return blocks
        last = blocks[-1]
        return [*blocks[:-1], replace(last, holds=last.otherwise, otherwise=last.holds)]
    name = _word(inside[1:])
    if inside[0] == "/":
        depth = next((i for i in reversed(range(len(blocks))) if blocks[i].name == name), len(blocks))
        return blocks[:depth]
    condition = _CONDITIONS.get(name)
    holds = active if condition is None else active & condition
    otherwise = active if condition is None else active - condition
    return [*blocks, _Block(name, *((holds, otherwise) if inside[0] == "#" else (otherwise, holds)))]


def _handles(text: str) -> Iterator[str]:
    for match in _HANDLE.finditer(text):
        handle = match[1].rstrip(_TRAILING_PUNCTUATION)
        if handle:
            yield f"@{handle}"


def _variables(message: str) -> Iterator[Variable]:
    raw = False
    for match in _TEMPLATE.finditer(message):
        if match["raw"] is not None:
            raw = not match["raw"].startswith("/")
        group = "plain" if match["plain"] is not None else "inside"
        if raw or match[group] is None:
            continue
        inside = match[group]
        text = inside.strip()
        start = match.start(group) + len(inside) - len(inside.lstrip())
        if text[:1] in ("#", "^"):
            yield from _matched(text, start)
        elif text[:1] != "/" and text != "else" and _PLAIN_VARIABLE.fullmatch(text):
            yield Variable(text, _tag(text), "value", start, start + len(text))


_PLAIN_VARIABLE = re.compile(r"@?(?:[\w@/-]+|\[[^\]]*\])(?:\.(?:[\w@/-]+|\[[^\]]*\]))*")
_FIRST_ARGUMENT = re.compile(r"[#^]\s*(?:is_match|is_exact_match)\s+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))")


def _matched(text: str, start: int) -> Iterator[Variable]:
    match = _FIRST_ARGUMENT.match(text)
    if match:
        group = match.lastindex or 1
        subject = match[group]
        tag = _tag(subject) or (subject if "." not in subject and subject not in _TEMPLATE_VARIABLES else None)
        yield Variable(subject, tag, "match", start + match.start(group), start + match.end(group))


_TEMPLATE_VARIABLES = frozenset(
    {"value", "threshold", "warn_threshold", "ok_threshold", "comparator", "triggered_duration_sec", "check_message"}
    | {"first_triggered_at", "first_triggered_at_epoch", "last_triggered_at", "last_triggered_at_epoch"}
)
_EVENTS = frozenset(
    {"log", "span", "rum", "event", "audit", "cipipeline", "citest", "network", "error", "issue", "synthetics"}
)


def _tag(text: str) -> str | None:
    """The tag a variable needs: `host.name` needs host, `[a.b].name` a.b, `@facet.name` @facet; `value` none."""
    first, _, rest = text.partition(".")
    if first in _EVENTS or not rest:
        return None
    if first == "host" and rest != "name":
        return "host"  # host.ip, host.metadata_…, any tag of the host: there as soon as the monitor groups by host
    if not text.endswith(".name"):
        return None
    key = text.removesuffix(".name")
    return key[1:-1] if key.startswith("[") and key.endswith("]") else key


def _word(text: str) -> str:
    return text.split(None, 1)[0] if text.split() else ""
