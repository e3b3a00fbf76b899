"""Names for what is imported: functions from titles, files from tags."""

from __future__ import annotations

import builtins
import itertools
import keyword
import re
import unicodedata
from collections.abc import Collection, Iterator

_LONGEST = 50
_TAKEN = frozenset({*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "define"})

_GROUPS = ("team", "service", "integration")
"""Tags by which definitions are grouped into files, the first that an object has."""

EVERYTHING_ELSE = "imported"


_DANGLING = re.compile(r"(_(a|an|and|at|by|for|from|has|in|is|of|on|or|the|to|with))+$")
"""Words that lead to a variable, and to nothing without it."""


def identifier(text: str) -> str:
    """A text as a Python name in lower case; empty when nothing of it can be kept."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    if len(name) > _LONGEST:
        name = name[: _LONGEST + 1].rpartition("_")[0] or name[:_LONGEST]
    return name


def function_name(title: str, kind: str, object_id: str, taken: Collection[str]) -> str:
    """A function's name for an object: short if it can be, always one that is not `taken`."""
    for name in _candidates(title, kind, object_id):
        if name and name not in taken and name not in _TAKEN:
            return name
    raise AssertionError("numbers do not run out")


def _candidates(title: str, kind: str, object_id: str) -> Iterator[str]:
    """The title less variables and `[prefixes]`, then with prefixes, then with numbers."""
    without_variables = re.sub(r"\{\{[^{}]*+\}\}", " ", title)
    without_prefixes = re.sub(r"^\s*(\[[^\]]*\]\s*)+", "", without_variables)
    short, whole = identifier(without_prefixes), identifier(without_variables)
    if without_variables != title:
        short, whole = _DANGLING.sub("", short), _DANGLING.sub("", whole)
    usual = whole or f"{kind}_{identifier(object_id)}"
    for name in (short if "_" in short else whole, whole, usual):
        yield f"{kind}_{name}" if name[:1].isdigit() else name
    base = f"{kind}_{usual}" if usual[:1].isdigit() or usual in _TAKEN else usual
    yield base
    yield from (f"{base}_{number}" for number in itertools.count(2))


def group(tags: Collection[str]) -> str:
    """The name of the file for an object with these tags."""
    for key in _GROUPS:
        for tag in tags:
            name, _, value = tag.partition(":")
            if name == key and identifier(value):
                return identifier(value)
    return EVERYTHING_ELSE


def file_name(wanted: str, taken: Collection[str]) -> str:
    """A module's name: the wanted one, or the next that is free."""
    base = f"team_{wanted}" if wanted[:1].isdigit() or keyword.iskeyword(wanted) else wanted
    numbered = (f"{base}_{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([base], numbered) if name not in taken)
