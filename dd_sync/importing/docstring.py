"""Docstrings of imported definitions: the message itself where a docstring can say it exactly, else a useful line."""

from __future__ import annotations

import inspect
import re
import textwrap
from functools import partial

from dd_sync.core.errors import DefinitionError
from dd_sync.definitions.prose import fill, unwrap
from dd_sync.importing.code import STEP, WIDTH, width

_LONGEST_LINE = 100
"""Characters of a first line that stands for a whole message."""


def as_docstring(text: str) -> list[str] | None:
    """The lines of a docstring that ddsync reads as exactly this text; None where none does."""
    lines = [line for paragraph in text.split("\n\n") for line in ("", *_wrapped(paragraph))][1:]
    if not _can_stand(text, lines):
        return None
    written = [f'"""{lines[0]}', *lines[1:], '"""'] if len(lines) > 1 else [f'"""{lines[0]}"""']
    inner = "\n".join(" " * STEP + line if line else "" for line in written)[STEP + 3 : -3]
    try:
        return written if docstring_text(inner) == text else None
    except DefinitionError:
        return None


def docstring_text(docstring: str) -> str:
    """What a definition says by its docstring, where nothing is filled in. Raises DefinitionError for `{name}`."""
    return fill(unwrap(docstring), {}, "")


fill_nothing = partial(fill, values={}, where="")
"""How texts of definitions without an entry are filled: `{name}` is an error."""


def _wrapped(paragraph: str) -> list[str]:
    if "\n" in paragraph:
        return paragraph.split("\n")
    return textwrap.wrap(paragraph, WIDTH - STEP - 6, break_long_words=False, break_on_hyphens=False) or [""]


def _can_stand(text: str, lines: list[str]) -> bool:
    """Whether no formatter would touch it, and it needs no escapes."""
    odd = '"""' in text or "\\" in text or text[-1:] == '"' or text[:1] in ('"', "")
    plain = all(line.isprintable() and line == line.rstrip() and width(line) <= WIDTH - STEP - 6 for line in lines)
    return not odd and plain and inspect.cleandoc(text) == text and text[:1] not in (" ", "\n")


_NOISE = re.compile(r"\{\{[^{}]*+\}\}|(?<!\S)@\S+|!?\[[^\[\]]*+\]\([^()]*+\)|[*_`#>|]+|%%%|\{|\}")


def first_line(text: str, otherwise: str) -> str:
    """A line for people: the first sentence of a text, less handles, variables and markup; else `otherwise`."""
    for found in (*text.split("\n"), otherwise):
        line = " ".join(_NOISE.sub(" ", found).split())
        line = "".join(character for character in line if character.isprintable() and character not in '"\\')
        sentence = re.split(r"(?<=[.!?])\s", line, maxsplit=1)[0]
        short = textwrap.shorten(sentence, _LONGEST_LINE, placeholder="…").strip(" ,;:-–")
        if len(re.findall(r"\w", short)) > 3:
            return short if short[-1] in ".!?…" else f"{short}."
    return "Imported from Datadog."
