"""Datadog over a transport: which call may be repeated, how long, and what its failure means.

Reading, replacing and deleting are repeated with growing pauses within a budget of seconds. A create is sent once:
when its answer is lost it may be stored all the same, which only a look can tell (`core.write` looks).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dd_sync.core.errors import (
    DatadogError,
    Forbidden,
    NotFound,
    Overloaded,
    Rejected,
    Uncertain,
    Unreachable,
)
from dd_sync.core.identity import Marks
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.port import Clock
from dd_sync.core.references import ObjectId
from dd_sync.datadog.pace import Pace, pause_after
from dd_sync.datadog.transport import NoAnswer, Request, Response, Transport

BUDGET_SECONDS = 90.0
"""How long one call is tried, pauses included."""

REACH_SECONDS = 8.0
"""How long a host is tried that no connection reaches: a wrong name should not look like a slow network."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0

_PASSING = frozenset({408, 429, 500, 502, 503, 504, 512, 520, 521, 522, 524})


class Client:
    """One Datadog account; implements `core.port.Datadog`. Safe to share between threads."""

    def __init__(
        self, transport: Transport, clock: Clock, marks: Marks | None = None, *, budget: float | None = None
    ) -> None:
        self._transport, self._clock, self._marks, self._budget = (
            transport,
            clock,
            marks or Marks(),
            budget or BUDGET_SECONDS,
        )
        self._pace = Pace(clock)
        self._jitter = random.Random()  # noqa: S311 - spreads retries, hides nothing

    def read(self, kind: Kind, object_id: ObjectId) -> Payload:
        endpoint = kind.endpoint
        return self._object(kind, self.call("GET", f"{endpoint.path}/{object_id}", endpoint.read_parameters))

    def create(self, kind: Kind, body: Payload) -> Payload:
        return self._object(kind, self.call("POST", kind.endpoint.path, body=body))

    def update(self, kind: Kind, object_id: ObjectId, body: Payload) -> Payload:
        answer = self.call(kind.endpoint.update_method, f"{kind.endpoint.path}/{object_id}", body=body)
        return self._object(kind, answer)

    def delete(self, kind: Kind, object_id: ObjectId) -> None:
        try:
            self.call("DELETE", f"{kind.endpoint.path}/{object_id}", kind.endpoint.delete_parameters)
        except NotFound:
            return

    def find(self, kind: Kind, address: str) -> Sequence[Payload]:
        listed = ((one, kind.identity(one, self._marks)) for one in self.listed(kind, self._marks.managed))
        return [one for one, identity in listed if identity is not None and identity.address == address]

    def listed(self, kind: Kind, tag: str = "") -> Iterator[Payload]:
        """Every object of the kind, or its summary, a page at a time; filtered by the tag where the endpoint can.

        Raises DatadogError for an answer that is no list.
        """
        endpoint = kind.endpoint
        filtered = {endpoint.tag_parameter: tag} if tag and endpoint.tag_parameter else {}
        seen: set[ObjectId] = set()
        page = 0
        while True:
            offset = page if endpoint.offset_counts == "pages" else page * endpoint.page_size
            place = {endpoint.size_parameter: str(endpoint.page_size), endpoint.offset_parameter: str(offset)}
            found = self._items(kind, self.call("GET", endpoint.path, {**filtered, **place}))
            fresh = [one for one in found if kind.object_id(one) not in seen]
            seen.update(kind.object_id(one) for one in fresh)
            yield from fresh
            if len(found) < endpoint.page_size or not fresh:
                return
            page += 1

    def call(self, method: str, path: str, parameters: Mapping[str, str] | None = None, *, body: Any = None) -> Any:
        """One call with the retries its method allows; returns the answer's JSON, None for an empty one.

        Raises Rejected, Forbidden, NotFound for 4xx; Uncertain for a POST that may have been carried out;
        Unreachable and Overloaded when the budget of seconds is used up.
        """
        request = Request(method, path, parameters or {}, body)
        bucket = f"{method} {'/'.join(path.split('/')[1:4])}"
        started = self._clock.now()
        pause = FIRST_PAUSE
        while True:
            self._pace.wait(bucket)
            try:
                return self._answer(request, bucket)
            except _Passing as passing:
                wait = passing.wait if passing.wait is not None else pause * (0.5 + self._jitter.random() / 2)
                budget = min(self._budget, REACH_SECONDS) if passing.unreached else self._budget
                if self._clock.now() + wait > started + budget:
                    raise passing.error from None
            self._clock.sleep(wait)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _answer(self, request: Request, bucket: str) -> Any:
        creating = request.method == "POST"
        try:
            response = self._transport(request)
        except NoAnswer as lost:
            if creating and lost.sent:
                raise Uncertain(f"no answer to {_what(request)}: {lost.reason}") from None
            error = Unreachable(f"{_what(request)}: {lost.reason}", hint=_REACH)
            raise _Passing(error, unreached=not lost.sent) from None
        self._pace.learn(bucket, response.headers, refused=response.status == 429)
        if response.status == 429:
            limited = Overloaded(f"{_what(request)}: Datadog's rate limit", hint="try again in a minute")
            raise _Passing(limited, pause_after(response.headers))
        if response.status in _PASSING:
            if creating:
                raise Uncertain(f"{response.status} from Datadog to {_what(request)}")
            raise _Passing(Overloaded(f"{response.status} from Datadog to {_what(request)}", hint=_LATER))
        return self._parsed(request, response)

    def _parsed(self, request: Request, response: Response) -> Any:
        try:
            parsed = json.loads(response.body) if response.body.strip() else None
        except ValueError:
            if response.status >= 400:
                raise _rejection(response.status, [response.body[:200].decode(errors="replace")]) from None
            text = f"the answer to {_what(request)} is not JSON"
            if request.method == "POST":
                raise Uncertain(text) from None
            raise _Passing(Unreachable(text, hint=_LATER)) from None
        if response.status >= 400:
            raise _rejection(response.status, _sentences(parsed))
        if response.status >= 300:
            raise Unreachable(f"{response.status} to {_what(request)}: a redirect, which is not followed", hint=_REACH)
        return parsed

    def _items(self, kind: Kind, answer: Any) -> list[Payload]:
        items = answer.get(kind.endpoint.list_field) if isinstance(answer, dict) else answer
        if not isinstance(items, list) or not all(isinstance(one, dict) and "id" in one for one in items):
            raise DatadogError(f"the list of {kind.name}s has no form that ddsync knows", hint=_LATER)
        return items

    def _object(self, kind: Kind, answer: Any) -> Payload:
        field = kind.endpoint.object_field
        found = answer.get(field) if field and isinstance(answer, dict) else answer
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if not isinstance(found, dict):
            raise DatadogError(f"the answer about a {kind.name} has no form that ddsync knows", hint=_LATER)
        return found


_REACH = "look at the target's site or DD_HOST, and at the network on the way there"
_LATER = "try again; status.datadoghq.com tells of known trouble"


class _Passing(Exception):
    """A failure that may pass: the call can be repeated. `wait` is in seconds, where Datadog said how long."""

    def __init__(self, error: DatadogError, wait: float | None = None, *, unreached: bool = False) -> None:
        super().__init__(error.message)
        self.error, self.wait, self.unreached = error, wait, unreached


def _what(request: Request) -> str:
    return f"{request.method} {request.path}"


def _sentences(body: Any) -> list[str]:
    """Datadog's own words about an error, in either of its forms."""
    errors = body.get("errors", body.get("error")) if isinstance(body, dict) else body
    match errors:
        case list():
            return [_sentence(one) for one in errors]
        case None:
            return []
        case _:
            return [str(errors)]


def _sentence(error: Any) -> str:
    return str(error.get("detail") or error.get("title") or error) if isinstance(error, dict) else str(error)


def _rejection(status: int, errors: Sequence[str]) -> Rejected:
    match status:
        case 401 | 403:
            return Forbidden(status, errors, hint="look at the keys of this target and their scopes: ddsync doctor")
        case 404:
            return NotFound(status, errors)
        case _:
            return Rejected(status, errors)
