"""One provider's API over HTTP: a few retries, plain errors, and a token that is never shown or sent elsewhere."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import requests

from dd_sync.core.errors import DdsyncError

TRIES = 4
FIRST_PAUSE = 1.0  # seconds
LONGEST_PAUSE = 60.0  # seconds
CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0

WHOLE_SECONDS = 120.0
LARGEST = 100_000_000
"""Bytes of an answer, unpacked; a hundred comments of the largest size have less."""

PAGE = 100
"""Comments asked for at once: the most either provider gives."""

_PASSING = frozenset({408, 500, 502, 503, 504})


class CommentError(DdsyncError):
    """The provider refused, or could not be asked."""


class Rejected(CommentError):
    """An answer that is an error, with its HTTP status."""

    def __init__(self, status: int, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status


class Unsure(CommentError):
    """A new comment was sent and no usable answer came back: it may be there."""


class Wire:
    """Asks one API with one token."""

    def __init__(
        self,
        base: str,
        header: tuple[str, str],
        headers: Mapping[str, str],
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base, self._sleep = base, sleep
        self._session = requests.Session()
        self._session.headers.update(headers)
        if base.startswith("http://"):  # this machine: no proxy leads there
            self._session.trust_env = False
        elif not any(os.environ.get(name) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")):
            self._session.verify = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR") or True
        self._session.auth = _Token(*header)

    def pages(self, path: str, **parameters: str) -> Iterator[dict[str, Any]]:
        """Every item of a list, page after page."""
        page = 1
        while True:
            found = self.ask("GET", path, parameters={**parameters, "per_page": str(PAGE), "page": str(page)})
            if not isinstance(found, list):
                raise CommentError(f"the answer to GET {path} is no list", hint=_LATER)
            yield from (one for one in found if isinstance(one, dict) and isinstance(one.get("id"), int))
            if len(found) < PAGE:
                return
            page += 1

    def ask_once(self, method: str, path: str, body: Any = None) -> Any:
        """The answer's JSON, or None if the call fails: for answers that are optional."""
        try:
            return _read(method, path, self._sent(method, path, body))
        except (CommentError, requests.RequestException):
            return None

    def ask(self, method: str, path: str, body: Any = None, parameters: Mapping[str, str] | None = None) -> Any:
        """One call, tried again while trouble may pass; the answer's JSON. Raises CommentError, and Unsure for a POST
        that may have been carried out."""
        pause = FIRST_PAUSE
        for left in range(TRIES - 1, -1, -1):
            try:
                answer = self._sent(method, path, body, parameters)
            except requests.ConnectTimeout as error:
                trouble: CommentError = _unreached(method, path, error)
            except requests.RequestException as error:
                trouble = _unreached(method, path, error)
                if method == "POST":
                    raise Unsure(trouble.message, hint=trouble.hint) from None
            else:
                wait = _limited(answer)
                if wait is None and answer.status_code not in _PASSING:
                    return _read(method, path, answer)
                trouble = _refused(method, path, answer) if wait is None else _spent(method, path, answer, wait)
                if method == "POST" and wait is None:
                    raise Unsure(trouble.message, hint=trouble.hint)
                if wait is not None and wait > LONGEST_PAUSE:
                    raise trouble
                pause = wait or pause
            if not left:
                raise trouble
            self._sleep(min(pause, LONGEST_PAUSE))
            pause *= 2
        raise AssertionError  # the last try returned or raised

    def _sent(
        self, method: str, path: str, body: Any = None, parameters: Mapping[str, str] | None = None
    ) -> requests.Response:
        """One answer, whole and within limits. Raises requests.RequestException."""
        answer = self._session.request(
            method,
            f"{self._base}{path}",
            json=body,
            params=parameters,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,  # a redirect would carry the token to another host
            stream=True,
        )
        received, size, until = [], 0, time.monotonic() + WHOLE_SECONDS
        for piece in answer.iter_content(65_536):
            received.append(piece)
            size += len(piece)
            if size > LARGEST or time.monotonic() > until:
                answer.close()
                raise requests.exceptions.ContentDecodingError("the answer does not end")
        answer._content = b"".join(received)
        return answer


class _Token(requests.auth.AuthBase):
    """Puts the token on each request. As `auth` it goes before a `.netrc`, which would replace a plain header."""

    def __init__(self, name: str, value: str) -> None:
        self._name, self._value = name, value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers[self._name] = self._value
        return request


_LATER = "try again; the plan itself is untouched"


def _limited(answer: requests.Response) -> float | None:
    """Seconds to wait for a rate limit; None where there is none.

    GitHub says 403 for its limits too: with `Retry-After`, with nothing remaining, or in words alone (GitHub's docs,
    "Rate limits for the REST API"). Taken for a missing permission, one would end in a second comment.
    """
    after = answer.headers.get("Retry-After", "")
    spent = answer.headers.get("X-RateLimit-Remaining") == "0" or "rate limit" in _said(answer).lower()
    if answer.status_code != 429 and not (answer.status_code == 403 and (after or spent)):
        return None
    if after.isdecimal():
        return float(after) or FIRST_PAUSE
    reset = answer.headers.get("X-RateLimit-Reset") or answer.headers.get("RateLimit-Reset") or ""
    return max(FIRST_PAUSE, int(reset) - time.time()) if reset.isdecimal() else FIRST_PAUSE


def _unreached(method: str, path: str, error: requests.RequestException) -> CommentError:
    """The kind of trouble alone: the texts of these errors hold addresses and headers."""
    return CommentError(
        f"{method} {path}: no answer ({type(error).__name__})", hint="look at the network on the way there"
    )


def _read(method: str, path: str, answer: requests.Response) -> Any:
    if answer.status_code >= 300:
        raise _refused(method, path, answer)
    if answer.status_code == 204:
        return None
    try:
        return answer.json()
    except (ValueError, RecursionError):
        raise CommentError(f"the answer to {method} {path} is not JSON", hint=_LATER) from None


_HINTS = {
    401: "look at the token: it is wrong or has run out",
    403: "look at what the token may do: GitHub needs permissions: pull-requests: write; GitLab the scope api",
    404: "look at the repository and the number; a token without the right to see them gets this answer too",
}


def _refused(method: str, path: str, answer: requests.Response) -> CommentError:
    said = _said(answer)
    return Rejected(
        answer.status_code,
        f"{answer.status_code} to {method} {path}" + (f": {said}" if said else ""),
        hint=_HINTS.get(answer.status_code, _LATER),
    )


def _spent(method: str, path: str, answer: requests.Response, wait: float) -> CommentError:
    """A rate limit, which is no refusal of this comment: it has no status to be taken for one."""
    said = _said(answer)
    return CommentError(
        f"{answer.status_code} to {method} {path}: the rate limit is used up" + (f": {said}" if said else ""),
        hint=f"run it again in {math.ceil(wait / 60)} min" if wait > LONGEST_PAUSE else _LATER,
    )


def _said(answer: requests.Response) -> str:
    """What the provider says is wrong, in a line. GitLab's `message` may be a list or an object."""
    try:
        body = answer.json()
    except (ValueError, RecursionError):
        return ""
    said = (body.get("message") or body.get("error") or "") if isinstance(body, dict) else ""
    return " ".join((said if isinstance(said, str) else json.dumps(said)).split())[:200]
