"""What the card of a change shows beside its differences: facts, long texts, a chart, boards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dd_sync.core.kind import Payload
from dd_sync.core.plan import Change

if TYPE_CHECKING:
    from dd_sync.reports.charts import Series

Picture = Mapping[str, Any]
"""Fields of a card by name: `facts`, `texts`, `chart`, `old_board`…"""

Draw = Callable[[Change, Payload | None, Payload | None, "Series | None"], Picture]
"""The picture of a change from the object before and after, in normal form, and what its queries measured."""


@dataclass(frozen=True)
class Fact:
    """Something about the object, in a line."""

    label: str
    value: str


def texts(payload: Payload, names: Sequence[str]) -> Iterator[Fact]:
    """The texts that a payload has of these."""
    yield from (Fact(name, str(payload[name])) for name in names if payload.get(name))


def card_text(value: Any) -> str:
    """A value in full, as text; structures as JSON over several lines."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool() | int() | float():
            return json.dumps(value)
        case list() if all(isinstance(one, str) for one in value):
            return "\n".join(value)
        case _:
            return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True)
