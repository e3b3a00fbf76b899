"""An emulated Datadog called directly, with a clock of its own and every kind of trouble on the way.

No server, no waiting: a call costs a fraction of a millisecond, so thousands of schedules of faults run in a minute.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NoReturn
from urllib.parse import urlencode

from dd_sync.datadog.transport import NoAnswer, Request, Response
from dd_sync.emulator import Emulator

Trouble = Literal[
    "429",
    "429 unsaid",
    "429 retry-after",
    "500",
    "502",
    "503",
    "504",
    "512",
    "refused",
    "dropped before",
    "dropped after",
    "504 after",
    "cut",
    "cut json",
    "html",
    "empty",
    "of another object",
    "slow",
    "timeout",
    "page repeated",
    "page missing",
    "killed before",
    "killed after",
]
"""What can happen to one call. `after` means that Datadog has carried it out."""

_BEGAN = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)
"""Datadog's clock is years off ours: nothing may depend on the two agreeing."""

CALL_SECONDS = 0.02
SLOW_SECONDS = 20.0
TIMEOUT_SECONDS = 60.0
COLLECTIONS = {"/api/v1/monitor": "", "/api/v1/slo": "data", "/api/v1/dashboard": "dashboards"}
"""The paths of lists, and the field that holds the objects."""


class Killed(BaseException):
    """The process ends here: not an exception that any code may handle."""


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self._now = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._now

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        with self._lock:
            self._now += seconds


class TimedEmulator(Emulator):
    """An emulator that goes by a fake clock."""

    def __init__(self, clock: FakeClock, **settings: Any) -> None:
        super().__init__(**settings)
        self._clock = clock
        self.world.clock = lambda: _BEGAN + timedelta(seconds=clock.now())

    def seconds(self) -> float:
        return self._clock.now()


Troubles = Callable[[Request], Trouble | None]
"""What happens to the next call."""


def no_trouble(request: Request) -> None:
    return None


def one_after_another(schedule: Iterator[Trouble | None]) -> Troubles:
    """Trouble by the number of the call; none when the schedule is over."""
    return lambda request: next(schedule, None)


@dataclass
class Wire:
    """A transport to an emulator. `lag` is how many seconds a list does not show what was made."""

    emulator: TimedEmulator
    clock: FakeClock
    troubles: Troubles = no_trouble
    before: Callable[[Request], None] = lambda request: None
    """Called before each call: somebody else at work in Datadog."""
    lag: float = 0.0
    calls: list[Request] = field(default_factory=list)
    dead: bool = False
    _made: dict[str, float] = field(default_factory=dict)
    _pages: dict[str, Response] = field(default_factory=dict)

    def __call__(self, request: Request) -> Response:
        if self.dead:
            raise Killed
        self.before(request)
        self.calls.append(request)
        self.clock.sleep(CALL_SECONDS)
        trouble = self.troubles(request)
        return self._carried(request) if trouble is None else self._troubled(request, trouble)

    def _troubled(self, request: Request, trouble: Trouble) -> Response:
        match trouble:
            case "429":
                return _refusal(429, {"x-ratelimit-reset": "7", "x-ratelimit-name": "some"})
            case "429 unsaid":
                return _refusal(429)
            case "429 retry-after":
                return _refusal(429, {"retry-after": "3"})
            case "500" | "502" | "503" | "504" | "512":
                return _refusal(int(trouble), {"retry-after": "2"} if trouble == "503" else {})
            case "refused":
                raise NoAnswer("the connection was refused", sent=False)
            case "dropped before":
                raise NoAnswer("the connection broke off", sent=True)
            case "killed before":
                self._die()
            case "page repeated" | "page missing":
                return self._wrong_page(request, trouble)
            case _:
                return self._spoilt(self._carried(request), trouble)

    def _spoilt(self, answer: Response, trouble: Trouble) -> Response:
        """What comes back of a call that was carried out."""
        match trouble:
            case "killed after":
                self._die()
            case "dropped after" | "cut":
                raise NoAnswer("the connection broke off", sent=True)
            case "timeout":
                self.clock.sleep(TIMEOUT_SECONDS)
                raise NoAnswer("no answer in time", sent=True)
            case "slow":
                self.clock.sleep(SLOW_SECONDS)
                return answer
            case "504 after":
                return _refusal(504)
            case "cut json":
                return Response(answer.status, answer.headers, answer.body[: len(answer.body) // 2])
            case "html":
                return Response(200, {}, b"<html><body>one moment</body></html>")
            case "empty":
                return Response(200, {}, b"")
            case _:
                return Response(200, {}, b'{"id": 1, "status": "ok"}')

    def _die(self) -> NoReturn:
        self.dead = True
        raise Killed

    def _wrong_page(self, request: Request, trouble: Trouble) -> Response:
        field_name = COLLECTIONS.get(request.path)
        before = self._pages.get(request.path)
        if request.method != "GET" or field_name is None:
            return self._carried(request)
        if trouble == "page repeated" and before is not None:
            return before
        return _listing(field_name, [], {}) if self._offset(request) else self._carried(request)

    def _offset(self, request: Request) -> int:
        return max(int(request.parameters.get(name, "0")) for name in ("page", "offset", "start"))

    def _carried(self, request: Request) -> Response:
        answer = ask(self.emulator, request)
        field_name = COLLECTIONS.get(request.path)
        if field_name is None:
            return answer
        if request.method == "POST" and answer.status == 200:
            found = json.loads(answer.body)
            self._made[str((found["data"][0] if "data" in found else found)["id"])] = self.clock.now()
        if request.method == "GET":
            answer = self._lagging(field_name, answer) if self.lag else answer
            self._pages[request.path] = answer
        return answer

    def _lagging(self, field_name: str, answer: Response) -> Response:
        found = json.loads(answer.body)
        since = self.clock.now() - self.lag
        everything = found[field_name] if field_name else found
        shown = [one for one in everything if self._made.get(str(one["id"]), 0) <= since]
        return _listing(field_name, shown, answer.headers)


def _listing(field_name: str, objects: list[Any], headers: Mapping[str, str]) -> Response:
    return Response(200, headers, json.dumps({field_name: objects} if field_name else objects).encode())


def _refusal(status: int, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, headers or {}, json.dumps({"errors": [f"trouble {status}"]}).encode())


def ask(emulator: Emulator, request: Request) -> Response:
    """One call carried out by the emulator, its answer waited for by nobody: nothing in it has to wait."""
    coroutine = _asked(emulator, request)
    try:
        coroutine.send(None)
    except StopIteration as end:
        answer: Response = end.value
        return answer
    raise AssertionError("the emulator waited")


async def _asked(emulator: Emulator, request: Request) -> Response:
    sent: list[Any] = []
    content = b"" if request.body is None else json.dumps(request.body).encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": content}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": request.method,
        "path": request.path,
        "root_path": "",
        "query_string": urlencode(request.parameters).encode(),
        "headers": [(b"dd-api-key", b"key"), (b"dd-application-key", b"key")],
    }
    await emulator.app(scope, receive, send)
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return Response(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))
