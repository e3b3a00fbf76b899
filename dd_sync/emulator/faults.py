"""Simulated faults: errors that the real Datadog returns, here on demand."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Action = Literal["status", "drop-before", "drop-after", "truncate", "not-json", "slow"]

_BY_CHANCE: tuple[Action, ...] = ("status", "drop-before", "drop-after", "truncate", "not-json")


@dataclass
class Fault:
    """What goes wrong with the next requests that match, `times` times.

    `match` is a function of method and path, or a method (`*` for any) and the beginning of a path.

    - `status`: answers with `status` and `headers`; the request is not carried out
    - `drop-before`: closes the connection; the request is not carried out
    - `drop-after`: carries the request out, then closes the connection without an answer
    - `truncate`: carries it out, sends half of the body and closes the connection
    - `not-json`: carries it out and answers 200 with a page of HTML, as a proxy would
    - `slow`: waits `seconds`, then goes on as usual
    """

    match: Callable[[str, str], bool] | tuple[str, str]
    action: Action
    status: int = 500
    headers: Mapping[str, str] = field(default_factory=dict)
    times: int = 1
    seconds: float = 1.0

    def concerns(self, method: str, path: str) -> bool:
        """Whether this fault is meant for such a request."""
        if callable(self.match):
            return self.match(method, path)
        wanted, prefix = self.match
        return wanted in ("*", method) and path.startswith(prefix)


def take(faults: list[Fault], method: str, path: str) -> Fault | None:
    """The first fault that concerns the request, used up by one."""
    for fault in faults:
        if fault.concerns(method, path):
            fault.times -= 1
            if fault.times <= 0:
                faults.remove(fault)
            return fault
    return None


def by_chance(chance: random.Random, rate: float) -> Fault | None:
    """A fault of some sort in `rate` of all requests; none otherwise."""
    if rate <= 0 or chance.random() >= rate:
        return None
    return Fault(("*", "/"), chance.choice(_BY_CHANCE), status=chance.choice((500, 502, 503, 504)))
