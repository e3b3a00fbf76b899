"""Requests and answers without a server, so that every endpoint is a plain function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]
"""A JSON object as Datadog keeps it."""


@dataclass(frozen=True)
class Call:
    """One request: `params` come from the path, `query` from behind the `?`, `body` is the parsed JSON or None."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    def flag(self, name: str) -> bool:
        """Whether a query parameter is there and says yes."""
        return self.query.get(name, "").lower() == "true"

    def number(self, name: str, default: int) -> int:
        """A whole number, not negative, from the query; 400 when it is something else."""
        text = self.query.get(name, "")
        if not text:
            return default
        if not text.isdecimal():
            raise Refusal(400, f"The value provided for parameter '{name}' is invalid")
        return int(text)

    def fields(self) -> Body:
        """The body, which has to be a JSON object."""
        if not isinstance(self.body, dict):
            raise Refusal(400, "The request body is not a JSON object")
        return self.body


@dataclass(frozen=True)
class Answer:
    """One response; `content` is what goes over the wire."""

    content: bytes = b""
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """An answer that is an error: `errors` are the sentences Datadog gives as reasons, or objects around them."""

    def __init__(self, status: int, *errors: str | Body) -> None:
        super().__init__(*errors)
        self.status = status
        self.errors = errors


NO_CONTENT = Answer(status=204, content_type="text/html; charset=utf-8")
"""What bulk deletes, restores and deleted corrections answer (seen in recordings)."""


def as_text(value: Any) -> str:
    """JSON without spaces, in UTF-8 as it is; half an emoji, which UTF-8 cannot hold, as an escape."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def answer(value: Any, status: int = 200) -> Answer:
    """An answer that is one JSON value."""
    return Answer(as_text(value).encode(), status)


def refusal_answer(refusal: Refusal) -> Answer:
    """The answer that carries a refusal."""
    return answer({"errors": list(refusal.errors)}, refusal.status)
