"""What applying a plan needs from the outside: a Datadog and a clock. Everything real about them is elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from dd_sync.core.kind import Kind, Payload
from dd_sync.core.references import ObjectId


class Datadog(Protocol):
    """One account. Calls raise DatadogError (`dd_sync.core.errors`) and nothing else."""

    def read(self, kind: Kind, object_id: ObjectId) -> Payload:
        """The object as it is now. Raises NotFound."""
        ...

    def create(self, kind: Kind, body: Payload) -> Payload:
        """Sends a create once and returns what was stored.

        Raises Uncertain when it may have been carried out: it is then for the caller to look before sending again.
        """
        ...

    def update(self, kind: Kind, object_id: ObjectId, body: Payload | Callable[[], Payload]) -> Payload:
        """Replaces the object and returns what was stored. Raises NotFound.

        It is sent again until an answer tells. A function is called for the body right before each try, after any
        wait, so that it can look whether the object is still as it was; what it raises ends the update.
        """
        ...

    def delete(self, kind: Kind, object_id: ObjectId, before: Callable[[], object] = lambda: None) -> None:
        """Deletes the object; one that is gone already is no error. `before` is called right before each try."""
        ...

    def list_marked(self, kind: Kind) -> Sequence[Payload]:
        """All objects of the kind that carry an identity of ddsync, whoever's; summaries or whole."""
        ...

    def find(self, kind: Kind, address: str) -> Sequence[Payload]:
        """The objects that carry the identity of this address, summaries or whole."""
        ...


class Clock(Protocol):
    """Time, so that tests can have their own."""

    def now(self) -> float:
        """Seconds; only differences mean anything."""
        ...

    def sleep(self, seconds: float) -> None: ...
