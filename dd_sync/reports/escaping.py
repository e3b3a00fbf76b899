"""Text of others inside markdown: shown as it is, never obeyed.

Titles, messages and queries come from definitions and from Datadog, where anybody may have written them. In a comment
they must not notify anybody, link anything, load an image, close the block they stand in, or bring their own HTML.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Characters that show nothing, those that turn the direction of the text around them, and halves of characters."""

_COMMAND = re.compile(r"^([^\S\n]*):(?=:)|(?<=#)#(?=\[)|(?<=##)(vso|teamcity)(?=\[)", re.MULTILINE)
"""What a CI runner obeys in a log: `::error::` and `::add-mask::` where a line begins, `##[group]` and `##vso[…]`
anywhere."""

_MARKS = re.compile(r"[\\`*_\[\]<>&|~$!#^•]")
"""Everything markdown or HTML gives a meaning inside a line. The dots are those of masked secrets: written as an entity
they end the match of whoever masks the whole text once more, which would swallow what follows them."""

_REFERENCE = re.compile(r"(?<=[#!%])(?=[\w\"])")
_START = re.compile(r"\A(?:[-+=/]|\d+[.)](?=\s|\Z))")
"""What would make a list, a rule or a heading of the line that starts with it, or a command: at GitLab, `/approve`
there approves, with the rights of whoever writes the comment, and bots at GitHub do likewise."""

_ADDRESS = re.compile(r":(?=//)|(?<=\bwww)\.")

_BREAK = "&#8203;"
"""A zero-width space: behind an @ it keeps the handle readable and tells nobody."""


def inline(text: str) -> str:
    """A text within a line, in markdown and in HTML alike: every character with a meaning as an entity."""
    text = _REFERENCE.sub("\u200b", visible(" ".join(text.split())))
    text = _MARKS.sub(_entity, text)
    text = _ADDRESS.sub(_entity, text)
    text = _START.sub(lambda found: f"{found[0][:-1]}&#{ord(found[0][-1])};", text)
    return text.replace("@", f"@{_BREAK}").replace("\u200b", _BREAK)


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"


def code(text: str) -> str:
    """A text within a line, in the type of code; `inline` inside a tag, since no content can end that."""
    return f"<code>{inline(text)}</code>"


def fence(text: str, language: str = "") -> str:
    """A block of code. Its fence is longer than any run of backticks inside, so that nothing inside can close it."""
    runs = re.findall(r"`+", text)
    fence = "`" * max(3, max(map(len, runs), default=0) + 1)
    shown = visible(text).replace("@", "@\u200b")
    return f"{fence}{language}\n{shown}\n{fence}"


def visible(text: str) -> str:
    """The text with what cannot be seen spelled out; line breaks and tabs stay."""
    return _UNSEEN.sub(_spelt, text.replace("\r\n", "\n").replace("\r", "\n"))


def terminal(text: str) -> str:
    """A text for a terminal or a log: nothing in it moves the cursor, colours, or is obeyed by a CI runner.

    What is spelled out is spelled as JSON does, so that JSON stays the same value. Line breaks and tabs stay.
    """
    text = _UNSEEN.sub(_spelt, text)
    return _COMMAND.sub(_defused, text) if "::" in text or "##" in text else text


def one_line(text: str) -> str:
    """A text of others within a line of ours: its line breaks are spelled out too."""
    return visible(text).replace("\n", "\\n")


def _spelt(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _defused(found: re.Match[str]) -> str:
    if found[1] is not None:
        return f"{found[1]}\\u003a"
    return f"\\u{ord(found[0][0]):04x}{found[0][1:]}"


def link(text: str, url: str) -> str:
    """A link to a page of Datadog's or of the CI; the text alone where the address is none of the web."""
    if not re.fullmatch(r"https?://[^\s<>\"()\[\]`|\\]+", url):
        return inline(text)
    return f"[{inline(text)}]({url})"


def width(text: str) -> int:
    """How much of a limit a text takes, in UTF-16 units: the larger of the ways in which limits are counted."""
    return len(text) + sum(character > "\uffff" for character in text)
