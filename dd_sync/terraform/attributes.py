"""Attributes of a state in the forms of Datadog's API: Terraform knows no objects inside a resource, only blocks.

A block that may stand once is a list of one; numbers that may be left out are texts; what was left out is null, zero,
false or empty, by type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dd_sync.core.model import plain

Attributes = Mapping[str, Any]


class Unknown(Exception):
    """An attribute whose value this version does not support."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not known to this version of ddsync")


def block(attributes: Attributes, name: str) -> Attributes:
    """The block of this name that may stand once; empty where it does not stand."""
    found = attributes.get(name)
    if isinstance(found, Sequence) and not isinstance(found, str):
        found = found[0] if found else None
    return found if isinstance(found, Mapping) else {}


def blocks(attributes: Attributes, name: str) -> Sequence[Attributes]:
    """The blocks of this name that may stand several times."""
    return [one for one in attributes.get(name) or () if isinstance(one, Mapping)]


def given_value(attributes: Attributes, names: Iterable[str]) -> dict[str, Any]:
    """Those of the attributes that say something: not null, empty, zero or false."""
    return {name: attributes[name] for name in names if attributes.get(name)}


def stated_value(attributes: Attributes, names: Iterable[str]) -> dict[str, Any]:
    """Those of the attributes that are not null or empty; zero and false are values of theirs."""
    return {name: attributes[name] for name in names if attributes.get(name) not in (None, "", [], {})}


def number(value: Any) -> int | float | None:
    """A number that a state may hold as a text; None for an empty one."""
    if value is None or value == "":
        return None
    return plain(float(value)) if not isinstance(value, int) else value


def check_known(attributes: Attributes, known: Iterable[str], prefix: str = "") -> None:
    """Raises Unknown, naming it, for an attribute that says something and is not among the known."""
    for name, value in attributes.items():
        if name not in set(known) and value not in (None, "", [], {}, 0, False):
            raise Unknown(f"{prefix}{name}")
