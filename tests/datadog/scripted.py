"""A transport that answers by script, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dd_sync.datadog.transport import NoAnswer, Request, Response
from tests.trust.wire import FakeClock

Step = Response | NoAnswer | Callable[[Request], Response]


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer; header names in lower case, as a transport gives them."""
    return Response(status, headers or {}, json.dumps(value).encode())


def refusal(status: int, *errors: str, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return answer({"errors": list(errors)}, status, named)


LOST = NoAnswer("the connection broke off", sent=True)
UNREACHED = NoAnswer("the connection was refused", sent=False)


@dataclass
class Scripted:
    """Answers with one step after another; the last one again and again."""

    steps: list[Step]
    clock: FakeClock = field(default_factory=FakeClock)
    asked: list[Request] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        self.times.append(self.clock.now())
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, NoAnswer):
            raise step
        return step if isinstance(step, Response) else step(request)

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.asked]
