"""The order in which objects can be written: what is referred to before what refers to it."""

from __future__ import annotations

import graphlib
from collections.abc import Mapping, Set
from typing import TypeVar

from dd_sync.core.errors import DefinitionError
from dd_sync.core.references import Name

N = TypeVar("N")


class Cycle(DefinitionError):
    """Objects that refer to each other in a ring: none of them can be created first."""

    def __init__(self, ring: list[Name]) -> None:
        self.ring = ring
        super().__init__(
            "a ring of references: " + " → ".join(f"{kind} {key}" for kind, key in ring),
            hint="take one of these references out",
        )


def by_dependency(refers_to: Mapping[N, Set[N]]) -> list[N]:
    """The names, each after those it refers to; names that are not among the keys are taken as given.

    Raises Cycle for a ring of references.
    """
    inside = {name: [one for one in sorted(wanted, key=str) if one in refers_to] for name, wanted in refers_to.items()}
    try:
        return list(graphlib.TopologicalSorter(inside).static_order())
    except graphlib.CycleError as ring:
        raise Cycle(list(reversed(ring.args[1]))) from None
