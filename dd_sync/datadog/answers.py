"""What Datadog's answers hold: an object, a page of a list, or its own words about an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dd_sync.core.errors import Forbidden, NotFound, Rejected
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.references import ObjectId
from dd_sync.core.shape import sound, too_deep


class Formless(Exception):
    """An answer that cannot be one of Datadog's to this call, though it is JSON."""


def an_object(kind: Kind, answer: Any, object_id: ObjectId | None = None) -> Payload:
    """The object of an answer. Raises Formless without one, and for one that is not the object asked for."""
    field = kind.endpoint.object_field
    found = answer.get(field) if field and isinstance(answer, dict) else answer
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict) or not found.get(kind.endpoint.id_field):
        raise Formless(f"the answer about a {kind.name} has no form that ddsync knows")
    found = _sound(kind, kind.receive(found, answer))
    if object_id is not None and str(kind.object_id(found)) != str(object_id):
        raise Formless(f"the answer about {kind.name} {object_id} is about {kind.object_id(found)}")
    return found


def items(kind: Kind, answer: Any) -> list[Payload]:
    """The objects of a page. Raises Formless for what is no page."""
    found = answer.get(kind.endpoint.list_field) if isinstance(answer, dict) else answer
    if not isinstance(found, list) or not all(isinstance(one, dict) and kind.endpoint.id_field in one for one in found):
        raise Formless(f"the list of {kind.name}s has no form that ddsync knows")
    return [_sound(kind, kind.receive(one, answer)) for one in found]


def is_sound(kind: Kind, answer: Any, object_id: ObjectId | None = None) -> bool:
    """Whether an answer about one object is as Datadog gives them, and may be kept."""
    field = kind.endpoint.object_field
    found = answer.get(field) if field and isinstance(answer, dict) else answer
    try:
        return isinstance(found, dict) and an_object(kind, answer, object_id) == kind.receive(found, answer)
    except Formless:
        return False


def _sound(kind: Kind, found: Payload) -> Payload:
    """An object less what is not of its type: one that is odd, whoever's it is, is told as an edit and ends no run.
    Raises Formless where it cannot even be named."""
    if too_deep(found):
        raise Formless(f"a {kind.name} is nested deeper than any of Datadog's")
    made: Payload = sound(found, kind.shape)
    if not isinstance(kind.object_id(made), int | str):
        raise Formless(f"a {kind.name} has no id that ddsync knows")
    return made


def total(kind: Kind, answer: Any) -> int:
    """How many objects there are on all pages, where a page says (SLOs do, seen in recordings); else 0."""
    for field in kind.endpoint.total_field.split("."):
        answer = answer.get(field) if isinstance(answer, dict) else None
    return answer if isinstance(answer, int) else 0


def rejection(status: int, errors: Sequence[str], scope: str = "") -> Rejected:
    """A 4xx answer as an error. `scope` is the permission that the call needs."""
    match status:
        case 401 | 403:
            hint = "look at the keys of this target and their scopes: ddsync doctor"
            return Forbidden(status, errors, hint=hint, scope=scope)
        case 404:
            return NotFound(status, errors)
        case _:
            return Rejected(status, errors)


def sentences(body: Any) -> list[str]:
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
