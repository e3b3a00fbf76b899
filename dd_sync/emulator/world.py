"""What every endpoint works on: the stored objects, the time, chance, and who is asking."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from dd_sync.emulator.answers import Answer, Body, Call
from dd_sync.emulator.store import Store

ORG_ID = 1
USER_UUID = "00000000-0000-4000-8000-000000000001"
USER_HANDLE = "emulator@ddsync.invalid"
USER_NAME = "ddsync emulator"


@dataclass
class World:
    """One organisation. Handlers change it only while the emulator holds its lock."""

    store: Store
    random: random.Random
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    permissions: Collection[str] | None = None
    """What the one user may do; None for everything."""

    def now(self) -> str:
        """The time as monitors and dashboards show it, always with microseconds."""
        return self.clock().isoformat(timespec="microseconds")

    def seconds(self) -> int:
        """The time as SLOs show it: whole seconds since 1970."""
        return int(self.clock().timestamp())


@dataclass(frozen=True)
class Endpoint:
    """A method and a path (with `{name}` parts) and the function that answers there."""

    method: str
    path: str
    handler: Callable[[World, Call], Answer]


def creator() -> Body:
    """Who made an object, as monitors show it."""
    return {"name": USER_NAME, "handle": USER_HANDLE, "email": USER_HANDLE, "id": ORG_ID}
