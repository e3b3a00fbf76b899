"""Who carries which identity: asked right before objects are made, and again when all are made.

A plan can be old, and two runs can make one object at once. Only Datadog knows, and only by its lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dd_sync.core.identity import Marks
from dd_sync.core.kind import Kind
from dd_sync.core.port import Datadog
from dd_sync.core.references import ObjectId

Carriers = Mapping[str, Sequence[ObjectId]]
"""The ids of the objects of one kind by the address they carry."""


def carriers(kind: Kind, datadog: Datadog, marks: Marks) -> Carriers:
    """Counts the objects of a kind by address. Raises DatadogError."""
    found: dict[str, list[ObjectId]] = {}
    for one in datadog.list_marked(kind):
        identity = kind.identity(one, marks)
        if identity is not None:
            found.setdefault(identity.address, []).append(kind.object_id(one))
    return found
