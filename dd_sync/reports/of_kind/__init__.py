"""What reports say of one kind of object beyond its differences: a module each, found by the kind's name.

A module may have `facts(payload)`, a new object in a few words, and `draw`, the picture of its card. A kind without a
module, or without one of the two, is reported by its fields alone.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from dd_sync.core.kind import Payload
from dd_sync.reports.picture import Draw

_FACTS = {"slo": "slo", "dashboard": "dashboard"}
_DRAW = {"monitor": "monitor", "slo": "slo", "dashboard": "dashboard"}
"""The modules by kind; each is loaded when the first object of its kind is reported."""


def facts_of(kind: str) -> Callable[[Payload], str]:
    """What says in a few words what a new object of the kind is: an SLO's promise, the size of a dashboard."""
    found: Callable[[Payload], str] = _member(_FACTS, kind, "facts") or (lambda payload: "")
    return found


def draw_of(kind: str) -> Draw:
    """What draws the picture of a change to an object of the kind."""
    found: Draw = _member(_DRAW, kind, "draw") or (lambda change, before, after, series: {})
    return found


def _member(modules: dict[str, str], kind: str, name: str) -> Any:
    module = modules.get(kind)
    return getattr(importlib.import_module(f"{__name__}.{module}"), name) if module else None
