"""Datadog over a transport: which calls may be repeated, for how long, and what a failure means.

Reading, replacing and deleting are repeated with growing pauses within a budget of seconds, whatever the HTTP method
they take. A create is sent once: when its answer is lost it may be stored all the same, which only a look can tell
(`core.write` looks).
"""

from __future__ import annotations

import contextlib
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dd_sync.core.errors import DatadogError, NotFound, Overloaded, Rejected, Uncertain, Unreachable
from dd_sync.core.identity import Marks
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.port import Clock
from dd_sync.core.references import ObjectId
from dd_sync.datadog.answers import Formless, an_object, is_sound, items, rejection, sentences, total
from dd_sync.datadog.pace import pause_after
from dd_sync.datadog.transport import NoAnswer, Request, Response, Transport
from dd_sync.datadog.turns import Turns
from dd_sync.datadog.width import Place

BUDGET_SECONDS = 90.0
"""How long one call is tried, pauses included."""

REACH_SECONDS = 8.0
"""How long a host is tried that no connection reaches: a wrong name should not look like a slow network."""

HASTE_SECONDS = 5.0
"""The budget of a call once the run has been told to stop."""

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0

LONGEST_SENTENCE, MOST_SENTENCES = 2_000, 20
"""Characters of a sentence about an error that are kept, and sentences."""

PAGE_READS = 3
"""Times a page of a list is read that cannot be right."""


def _passes(status: int) -> bool:
    """Whether a failure may pass: the call can be repeated, once it is known what became of it."""
    return status >= 500 or status in (408, 429)


Parameters = Mapping[str, str] | None
"""What stands behind the `?` of a call."""


class Client:
    """One Datadog account; implements `core.port.Datadog`. Safe to share between threads.

    `mask` takes secrets out of what Datadog says about an error, before it goes anywhere: a gateway may repeat a whole
    request.
    """

    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        marks: Marks | None = None,
        *,
        budget: float | None = None,
        mask: Callable[[str], str] = str,
    ) -> None:
        self._mask = mask
        self._transport, self._clock, self._marks = transport, clock, marks or Marks()
        self._budget = BUDGET_SECONDS if budget is None else budget
        self._turns = Turns(clock)
        self._jitter = random.Random()  # noqa: S311 - spreads retries, hides nothing

    def hasten(self) -> None:
        """Makes calls give up early from here on: the run was told to stop."""
        self._budget = min(self._budget, HASTE_SECONDS)

    def read(self, kind: Kind, object_id: ObjectId, keep: Callable[[bytes], object] = lambda answer: None) -> Payload:
        """The object; `keep` is given the answer as it came. Raises NotFound, DatadogError."""
        endpoint = kind.endpoint
        path, parameters = f"{endpoint.path}/{object_id}", endpoint.read_parameters
        if endpoint.read_filter:
            path, parameters = endpoint.path, {**parameters, endpoint.read_filter: str(object_id)}

        def form(answer: Any) -> Payload | None:
            return None if endpoint.read_filter and not items(kind, answer) else an_object(kind, answer, object_id)

        def kept(answer: bytes) -> None:
            if is_sound(kind, json.loads(answer), object_id):
                keep(answer)

        found: Payload | None = self.call("GET", path, parameters, form=form, keep=kept)
        if found is None or kind.is_gone(found):
            raise NotFound(404, [f"there is no {kind.name} {object_id}"])
        return found

    def create(self, kind: Kind, body: Payload) -> Payload:
        found: Payload = self.call(
            "POST", kind.endpoint.path, body=kind.wire_body(body), form=lambda answer: an_object(kind, answer)
        )
        return found

    def update(self, kind: Kind, object_id: ObjectId, body: Payload | Callable[[], Payload]) -> Payload:
        endpoint = kind.endpoint
        path = endpoint.path if endpoint.upserts else f"{endpoint.path}/{object_id}"

        def sent() -> Any:
            return kind.wire_body(body() if callable(body) else body, object_id)

        found: Payload = self.call(
            endpoint.update_method,
            path,
            body=sent,
            form=lambda answer: an_object(kind, answer, object_id),
            repeatable=True,
        )
        return found

    def delete(self, kind: Kind, object_id: ObjectId, before: Callable[[], object] = lambda: None) -> None:
        endpoint = kind.endpoint
        method, path = "DELETE", f"{endpoint.path}/{object_id}"
        if endpoint.delete_path:
            method, path = "POST", endpoint.delete_path

        def body() -> Any:
            before()
            return {endpoint.delete_field: [object_id]} if endpoint.delete_path else None

        with contextlib.suppress(NotFound):
            self.call(method, path, endpoint.delete_parameters, body=body, repeatable=True)

    def list_marked(self, kind: Kind) -> Sequence[Payload]:
        return [
            one for one in self.list_objects(kind, self._marks.managed) if kind.identity(one, self._marks) is not None
        ]

    def find(self, kind: Kind, address: str) -> Sequence[Payload]:
        listed = ((one, kind.identity(one, self._marks)) for one in self.list_objects(kind, self._marks.managed))
        return [one for one, identity in listed if identity is not None and identity.address == address]

    def list_objects(self, kind: Kind, tag: str = "", *, patient: bool = True) -> Iterator[Payload]:
        """Every object of the kind, or its summary, a page at a time; filtered by the tag where the endpoint can.

        A page that cannot be right (a repetition of what was there, fewer objects than the answer counts) is read
        again, and so is one that may be lost: nothing after a full page, which is how one list in a thousand ends. Who
        is not `patient` asks for that once more and at once: whoever has other ways to notice what it hid.

        Raises DatadogError for an answer that is no list, and for a page that stays a repetition: what it hides would
        look deleted.
        """
        endpoint = kind.endpoint
        filtered = {endpoint.tag_parameter: tag} if tag and endpoint.tag_parameter else {}
        seen: set[ObjectId] = set()
        page = 0
        while True:
            found, fresh = self._page(kind, filtered, page, seen, patient=patient)
            seen.update(kind.object_id(one) for one in fresh)
            yield from (one for one in fresh if kind.is_one(one) and not kind.is_gone(one))
            if len(found) != endpoint.page_size:  # a longer one is an endpoint that gives everything at once
                return
            page += 1

    def _page(
        self, kind: Kind, filtered: Mapping[str, str], page: int, seen: set[ObjectId], *, patient: bool
    ) -> tuple[Sequence[Payload], Sequence[Payload]]:
        """The objects of a page, and those of them that were on no page before."""
        endpoint = kind.endpoint
        offset = page if endpoint.offset_counts == "pages" else page * endpoint.page_size
        place = {endpoint.size_parameter: str(endpoint.page_size), endpoint.offset_parameter: str(offset)}
        place |= endpoint.list_parameters

        def form(answer: Any) -> tuple[Sequence[Payload], int]:
            return items(kind, answer), total(kind, answer)

        for reading in range(1, PAGE_READS + 1):
            found, number = self.call("GET", endpoint.list_path or endpoint.path, {**filtered, **place}, form=form)
            fresh = [one for one in found if kind.object_id(one) not in seen]
            ends = len(found) < endpoint.page_size
            missing = ends and len(seen) + len(fresh) < number
            is_end = not found and (page == 0 or (reading > 1 and not patient))
            if not missing and (fresh or is_end):
                return found, fresh
            if reading < PAGE_READS and (patient or missing or found):
                self._clock.sleep(FIRST_PAUSE)
        if not ends:
            text = f"page {page + 1} of the list of {kind.name}s repeats what earlier pages held"
            raise DatadogError(text, hint=_LATER)
        return found, fresh

    def call(
        self,
        method: str,
        path: str,
        parameters: Parameters = None,
        *,
        body: Any = None,
        form: Callable[[Any], Any] = lambda answer: answer,
        keep: Callable[[bytes], object] = lambda answer: None,
        repeatable: bool | None = None,
    ) -> Any:
        """One call with the retries it allows; returns what `form` makes of the answer's JSON, once `keep` has
        its text.

        `repeatable` says whether doing it twice is doing it once, so that a call without an answer is sent again;
        where that is not said, a POST counts as one that makes something. A function as `body` is called for it right
        before each try. `form` raises Formless for an answer that cannot be one, which counts as a lost one.

        Raises Rejected, Forbidden, NotFound for 4xx; Uncertain for a call that cannot be repeated and may have been
        carried out; Unreachable and Overloaded when the budget of seconds is used up.
        """
        started = self._clock.now()
        pause = FIRST_PAUSE
        again = method != "POST" if repeatable is None else repeatable
        while True:
            try:
                return self._tried(_Asked(method, path, parameters or {}, body, again), started, form, keep)
            except _Passing as passing:
                wait = pause * (0.5 + self._jitter.random() / 2)
                if passing.wait is not None:  # and a little more: others were told the same
                    wait = passing.wait + wait / 4
                budget = min(self._budget, REACH_SECONDS) if passing.unreached else self._budget
                if self._clock.now() + wait > started + budget:
                    raise passing.error from None
            self._sleep(wait, started)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _tried(
        self, request: _Asked, started: float, form: Callable[[Any], Any], keep: Callable[[bytes], object]
    ) -> Any:
        collection = "/".join(request.path.split("/")[1:4])
        limited, looks = (request.method, collection), (("GET", collection),) if callable(request.body) else ()

        def wait(seconds: float) -> None:
            if self._clock.now() + seconds > started + self._budget:
                text = f"{_what(request)}: Datadog's rate limit is used up for another {seconds:.0f} s"
                raise Overloaded(text, hint="try again then")
            self._sleep(seconds, started)

        with self._turns.turn(limited, looks, wait) as place:
            if callable(request.body):
                request = request._replace(body=request.body())
            response = self._response(request, place)
        self._turns.learn(limited, response.headers, refused=response.status == 429)
        found = self._answer(request, response, form)
        keep(response.body)
        return found

    def _response(self, request: _Asked, place: Place) -> Response:
        try:
            response = self._transport(Request(*request[:4]))
        except NoAnswer as lost:
            place.ended(overloaded=lost.sent)
            if lost.sent and not request.repeatable:
                raise Uncertain(f"no answer to {_what(request)}: {lost.reason}") from None
            error = Unreachable(f"{_what(request)}: {lost.reason}", hint=_REACH)
            raise _Passing(error, unreached=not lost.sent) from None
        place.ended(overloaded=_passes(response.status))
        return response

    def _sleep(self, seconds: float, started: float) -> None:
        """Sleeps in short pieces, so that a run that is told to stop does not wait for what it will not do."""
        until = self._clock.now() + seconds
        while (left := until - self._clock.now()) > 0 and self._clock.now() <= started + self._budget:
            self._clock.sleep(min(left, 1.0))

    def _answer(self, request: _Asked, response: Response, form: Callable[[Any], Any]) -> Any:
        if response.status == 429:
            limit = Overloaded(f"{_what(request)}: Datadog's rate limit", hint="try again in a minute")
            raise _Passing(limit, pause_after(response.headers))
        if _passes(response.status):
            if not request.repeatable:
                raise Uncertain(f"{response.status} from Datadog to {_what(request)}")
            failed = Overloaded(f"{response.status} from Datadog to {_what(request)}", hint=_LATER)
            raise _Passing(failed, pause_after({"retry-after": response.headers.get("retry-after", "")}))
        return self._formed(request, response, form)

    def _formed(self, request: _Asked, response: Response, form: Callable[[Any], Any]) -> Any:
        try:
            parsed = json.loads(response.body) if response.body.strip() else None
        except (ValueError, RecursionError):
            if response.status >= 400:
                text = response.body[:LONGEST_SENTENCE].decode(errors="replace")
                raise self._rejected(request, response.status, [self._mask(text)[:200]]) from None
            if response.body.lstrip()[:1] == b"<":
                page = f"a web page answered {_what(request)}, where Datadog's API should be"
                return self._formless(request, page, _REACH)
            return self._formless(request, f"the answer to {_what(request)} is not JSON")
        if response.status >= 400:
            raise self._rejected(request, response.status, sentences(parsed))
        if response.status >= 300:
            raise Unreachable(f"{response.status} to {_what(request)}: a redirect, which is not followed", hint=_REACH)
        try:
            return form(parsed)
        except Formless as error:
            return self._formless(request, str(error))

    def _rejected(self, request: _Asked, status: int, errors: Sequence[str]) -> Rejected:
        from dd_sync.kinds.permissions import scope_of  # a table of every command, which only a refusal needs

        told = [" ".join(self._mask(one).split())[:LONGEST_SENTENCE] for one in errors[:MOST_SENTENCES]]
        return rejection(status, told, scope_of(request.method, request.path))

    def _formless(self, request: _Asked, text: str, hint: str = "") -> Any:
        """An answer nobody can read, as a proxy gives it: a create may have been carried out behind it."""
        if not request.repeatable:
            raise Uncertain(text)
        raise _Passing(Unreachable(text, hint=hint or _LATER))


_REACH = "look at the target's site or DD_HOST, and at the network on the way there"
_LATER = "try again; status.datadoghq.com tells of known trouble"


class _Asked(NamedTuple):
    """A request, and whether it may be sent again when nobody knows what became of it."""

    method: str
    path: str
    parameters: Mapping[str, str]
    body: Any
    repeatable: bool


class _Passing(Exception):
    """A failure that may pass: the call can be repeated. `wait` is in seconds, where Datadog said how long."""

    def __init__(self, error: DatadogError, wait: float | None = None, *, unreached: bool = False) -> None:
        super().__init__(error.message)
        self.error, self.wait, self.unreached = error, wait, unreached


def _what(request: _Asked) -> str:
    return f"{request.method} {request.path}"
