"""Live objects as definitions: a typed model if it renders exactly the object, else its payload.

A model is taken only when rendering it gives a payload that ddsync would find equal to the live one; so what is left
out is what Datadog assumes anyway, and what a type cannot say passes through `from_api`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from dd_sync.core.errors import DdsyncError
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.normal import same
from dd_sync.core.references import Name, ObjectId, resolve
from dd_sync.core.resource import Context
from dd_sync.importing.docstring import as_docstring, docstring_text, fill_nothing, first_line
from dd_sync.importing.of_kind import of_kind
from dd_sync.importing.written import Raw, Spelling, evaluate_code


@dataclass(frozen=True)
class Recovered:
    """The body of a definition: its docstring, in lines, and what it returns."""

    docstring: Sequence[str]
    returns: Spelling


def recover_resource(kind: Kind, live: Payload, payload: Payload, ids: Mapping[Name, ObjectId]) -> Recovered:
    """The body of a definition for a live object.

    `live` has no marks; `payload` is the same with references by name, which `ids` resolves.
    """
    normal = kind.normalise(payload)
    title = kind.title(live)
    text = str(normal.get("message") or normal.get("description") or "").strip()
    otherwise = [f'"""{first_line(text, title)}"""']

    def gives(spelling: Spelling, docstring: Sequence[str]) -> bool:
        return _gives(kind, spelling, docstring, live, ids)

    spelling = of_kind(kind.name)
    for written in spelling.spellings(normal, live):
        docstring = as_docstring(text)
        if docstring is not None and gives(written.without(kind.prose), docstring):
            return Recovered(docstring, written.without(kind.prose))
        if gives(written, otherwise):
            return Recovered(otherwise, written)
    return Recovered(otherwise, Raw(kind.resource, spelling.verbatim(normal, live)))


def _gives(
    kind: Kind, spelling: Spelling, docstring: Sequence[str], live: Payload, ids: Mapping[Name, ObjectId]
) -> bool:
    try:
        runbook = docstring_text("\n".join(docstring)[3:-3])
        made = evaluate_code(spelling).render(Context(runbook=runbook, fill=fill_nothing))
    except (ValidationError, DdsyncError):
        return False
    desired, found = kind.comparable(resolve(made, ids, kind.text_references), live)
    return same(desired, found)
