"""What people do in Datadog's pages while an apply is under way."""

from __future__ import annotations

from typing import Any

from dd_sync.core.plan import Change
from dd_sync.datadog.transport import Request
from dd_sync.emulator import Emulator
from tests.trust.trial import KINDS

TEXT = {"monitor": "message", "slo": "description", "dashboard": "title"}
"""A text of each kind that people change."""

EDITED = "edited at 3 a.m."


def edit(emulator: Emulator, kind: str, object_id: int | str) -> None:
    """Somebody rewrites a text of the object. KeyError when it is gone."""
    emulator.edit(kind, object_id, lambda body: {**body, TEXT[kind]: EDITED})


def is_edited(emulator: Emulator, kind: str, object_id: int | str) -> bool:
    found = [one for one in emulator.objects(kind) if str(one["id"]) == str(object_id)]
    return bool(found) and found[0][TEXT[kind]] == EDITED


def strip(emulator: Emulator, kind: str, object_id: int | str) -> None:
    """Somebody tidies up tags and descriptions, and the identity with them."""

    def tidy(body: dict[str, Any]) -> dict[str, Any]:
        return {**body, "description": ""} if kind == "dashboard" else {**body, "tags": []}

    emulator.edit(kind, object_id, tidy)


def looks(calls: list[Request], change: Change) -> list[int]:
    """The numbers of the calls that read the object of a change by its id."""
    path = f"{KINDS[change.kind].endpoint.path}/{change.id}"
    return [n for n, call in enumerate(calls) if call.method == "GET" and call.path == path]
