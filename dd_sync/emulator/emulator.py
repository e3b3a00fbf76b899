"""Datadog on this machine: one organisation, its calls, and the faults to simulate."""

from __future__ import annotations

import copy
import json
import random
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from starlette.types import ASGIApp

from dd_sync.emulator import alert_events, kinds, metrics, replay
from dd_sync.emulator.answers import Body
from dd_sync.emulator.faults import Fault, by_chance, take
from dd_sync.emulator.http import application
from dd_sync.emulator.keys import Keys
from dd_sync.emulator.limits import Limits
from dd_sync.emulator.store import Store
from dd_sync.emulator.world import World

_REMEMBERED = 50_000
"""Requests that `calls` holds at least; a server that runs for weeks must not fill the memory with them."""


class Seen(NamedTuple):
    """One request that came in and the status it was answered with; 0 where the connection was closed instead."""

    method: str
    path: str
    status: int


class Emulator:
    """One emulated organisation; `app` answers for it.

    - `state`: the SQLite file that holds it, or `:memory:`
    - `latency_ms`: how long every answer takes at least
    - `rate_limit`: requests a second in each family of endpoints before 429; None never refuses
    - `fault_rate`: the share of requests (0 to 1) that go wrong in one of the ways of `Fault`
    - `seed`: makes ids, the order of SLO tags and faults the same in every run
    - `api_keys`, `app_keys`: the keys that are good; None accepts any
    - `read_only_app_keys`: application keys that may read and not write
    - `app_key_scopes`: the permissions of scoped application keys; others have all that `user_permissions` (None: all)
      names

    `faults` holds what is to go wrong next, `calls` what was asked. Methods may be called from any thread.
    """

    def __init__(
        self,
        state: str | Path = ":memory:",
        *,
        latency_ms: float = 0,
        rate_limit: int | None = None,
        fault_rate: float = 0,
        seed: int | None = None,
        api_keys: Collection[str] | None = None,
        app_keys: Collection[str] | None = None,
        read_only_app_keys: Collection[str] = (),
        app_key_scopes: Mapping[str, Collection[str]] | None = None,
        user_permissions: Collection[str] | None = None,
    ) -> None:
        self.latency_ms = latency_ms
        self.fault_rate = fault_rate
        self.keys = Keys(api_keys, app_keys, frozenset(read_only_app_keys), app_key_scopes or {}, user_permissions)
        self.limits = Limits(rate_limit)
        self.faults: list[Fault] = []
        self.calls: list[Seen] = []
        self.lock = threading.RLock()
        # Ids and chance are kept apart, so that the same requests make the same ids with and without faults.
        self.world = World(Store(state), random.Random(seed), permissions=user_permissions)  # noqa: S311
        self._chance = random.Random(seed)  # noqa: S311
        for key, scopes in (app_key_scopes or {}).items():
            facts = {"name": f"key {key[-4:]}", "last4": key[-4:], "scopes": sorted(scopes)}
            self.put("application_key", {"type": "application_keys", "attributes": facts}, id=f"key-{key[-4:]}")
        self.app: ASGIApp = application(self)

    @property
    def instance(self) -> str:
        """A name for this organisation: another one after `reset`, the same one after a restart."""
        return self.world.store.instance

    def objects(self, kind: str) -> list[Body]:
        """The live objects of a kind (`monitor`, `dashboard`, `slo`), oldest first, as they are stored."""
        with self.lock:
            text = json.dumps([entry.body for entry in self.world.store.all(kind)])
        found: list[Body] = json.loads(text)  # a copy in a quarter of the time of deepcopy
        return found

    def put(self, kind: str, body: Body, id: int | str | None = None) -> int | str:
        """Stores a body as it is, as if somebody had saved it in Datadog's pages; returns its id.

        Without `id` the body's own is used, else a new one is made and added.
        """
        with self.lock:
            field = kinds.id_field(kind)
            chosen: Any = body.get(field) if id is None else id
            if chosen is None:
                chosen = kinds.new_id(kind, self.world)
            self.world.store.save(kind, str(chosen), {field: chosen} | copy.deepcopy(body) | {field: chosen})
            return chosen  # type: ignore[no-any-return]

    def put_series(self, metric: str, tags: Iterable[str] = (), points: Sequence[tuple[float, float]] = ()) -> None:
        """Lets a metric report: points are seconds since 1970 and a value; without any it reports 1 now."""
        with self.lock:
            metrics.put_series(self.world, metric, tags, points)

    def put_alert_event(self, monitor: int | str, group: Sequence[str], before: str, after: str, at: float) -> None:
        """Keeps that a group of a monitor went from one state to another (`OK`, `Warn`, `Alert`, `No Data`) at a time,
        in seconds since 1970. KeyError when there is no such monitor."""
        with self.lock:
            entry = self.world.store.get("monitor", str(monitor))
            if entry is None:
                raise KeyError(f"no monitor {monitor}")
            alert_events.put_alert_event(self.world, entry.body, group, before, after, at)

    def replay(self, series: Iterable[Mapping[str, Any]] = ()) -> Body:
        """Evaluates all monitors over all series and keeps the alert events that come of it; `series` are added before,
        each with `metric`, `tags` and `points`."""
        with self.lock, self.world.store.together():
            return replay.replay(self.world, series)

    def put_handle(self, handle: str) -> None:
        """Makes a handle one that notifications reach: `@slack-payments`."""
        with self.lock:
            self.world.store.save(metrics.HANDLE, handle, {"id": handle})

    def edit(self, kind: str, id: int | str, change: Callable[[Body], Body]) -> Body:
        """Changes an object as somebody would in Datadog's pages: `change` gets a copy and returns the new body.

        Its time of modification moves on. KeyError when there is no such object.
        """
        with self.lock:
            entry = self.world.store.get(kind, str(id))
            if entry is None:
                raise KeyError(f"no {kind} {id}")
            body = kinds.touch(kind, change(copy.deepcopy(entry.body)), self.world)
            self.world.store.save(kind, str(id), body)
            return copy.deepcopy(body)

    def remove(self, kind: str, id: int | str) -> None:
        """Deletes an object, whoever refers to it. KeyError when there is no such object."""
        with self.lock:
            if self.world.store.get(kind, str(id)) is None:
                raise KeyError(f"no {kind} {id}")
            self.world.store.remove(kind, str(id))

    def reset(self) -> None:
        """Empties the organisation and forgets calls and faults; `instance` is a new one from here on."""
        with self.lock:
            self.world.store.reset()
            self.calls.clear()
            self.faults.clear()

    def close(self) -> None:
        """Closes the state file."""
        with self.lock:
            self.world.store.close()

    def next_fault(self, method: str, path: str) -> Fault | None:
        """What goes wrong with this request, if anything; used up by asking."""
        with self.lock:
            return take(self.faults, method, path) or by_chance(self._chance, self.fault_rate)

    def saw(self, method: str, path: str, status: int) -> None:
        """Notes a request and its status in `calls`, which forgets the oldest when they grow many."""
        if len(self.calls) >= 2 * _REMEMBERED:
            del self.calls[:_REMEMBERED]
        self.calls.append(Seen(method, path, status))

    def seconds(self) -> float:
        """The clock rate limits go by."""
        return time.time()
