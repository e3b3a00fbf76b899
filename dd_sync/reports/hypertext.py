"""Text of others inside a page: escaped, and such that masking the whole page once more changes nothing.

Whoever prints a report masks secrets in it again. Those patterns run on to the next space or quote, and in a page what
follows a text is a tag; so the signs they look for are written as entities here, and the secrets are masked before.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup, escape

from dd_sync.reports.escaping import visible

_SIGNS = re.compile(r"•|:(?=//)|(?<=key|ken|ret|ord|swd)((?:&#3[49];)?\s*)([=:])", re.IGNORECASE)
"""The dots of masked secrets, the colon of an address, and what stands between `token` and its value."""

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

_CONTEXT = 2
"""Lines shown around those that differ."""


def shield(value: Any) -> Any:
    """A value as it goes into the page; markup made here passes. Given to the templates as `finalize`."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return ""
    return Markup(_SIGNS.sub(_entity, str(escape(visible(str(value))))))  # noqa: S704 - escaped on this line


def _entity(found: re.Match[str]) -> str:
    sign = found[2] or found[0]
    return f"{found[1] or ''}&#{ord(sign)};"


def mark_differences(before: str, after: str) -> tuple[Markup, Markup]:
    """Both texts with what differs marked; of long texts only the lines around it."""
    left, right = before.split("\n"), after.split("\n")
    if len(left) == len(right) == 1:
        return _words(before, after)
    sides: tuple[list[Markup], list[Markup]] = ([], [])
    for one, other in _blocks(left, right):
        if one is not None:
            sides[0].append(one)
        if other is not None:
            sides[1].append(other)
    return Markup("\n").join(sides[0]), Markup("\n").join(sides[1])


def _blocks(left: Sequence[str], right: Sequence[str]) -> Iterator[tuple[Markup | None, Markup | None]]:
    """Line by line: those that stay near a change, those that go and come, those that became another."""
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    for n, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if n or group[0][1] > 0:
            yield Markup("…"), Markup("…")
        for how, i, j, k, m in group:
            match how:
                case "equal":
                    yield from ((shield(line), shield(line)) for line in left[i:j])
                case "replace" if j - i == m - k:
                    yield from (_words(one, other) for one, other in zip(left[i:j], right[k:m], strict=True))
                case _:
                    yield from ((_marked("del", line), None) for line in left[i:j])
                    yield from ((None, _marked("ins", line)) for line in right[k:m])


def _words(before: str, after: str) -> tuple[Markup, Markup]:
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    left, right = Markup(), Markup()
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.quick_ratio() < 0.3:
        return _marked("del", before), _marked("ins", after)
    for how, i, j, k, m in matcher.get_opcodes():
        gone, come = "".join(one[i:j]), "".join(other[k:m])
        if how == "equal":
            left += shield(gone)
            right += shield(come)
            continue
        left += _marked("del", gone) if gone else Markup()
        right += _marked("ins", come) if come else Markup()
    return left, right


def _marked(tag: str, text: str) -> Markup:
    return Markup("<{0}>{1}</{0}>").format(Markup(tag), shield(text))  # noqa: S704 - the tags are del and ins
