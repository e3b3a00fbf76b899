"""An apply undone over the trial's wire, as `ddsync undo` does it, and what must be true afterwards."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dd_sync.core.apply import apply
from dd_sync.core.errors import NotFound
from dd_sync.core.identity import Marks
from dd_sync.core.kind import Payload
from dd_sync.core.references import Name, ObjectId
from dd_sync.datadog.client import Client
from dd_sync.datadog.reader import Reader
from dd_sync.project.receipts import Receipt
from dd_sync.project.receipts.deeds import Now, ids_of
from dd_sync.project.receipts.inverse import Inverse, as_they_were, inverse
from tests.trust.trial import EVERYTHING, KINDS, Outcomes, Trial
from tests.trust.wire import Wire

State = Mapping[Name, str]
"""Every object by kind and title, ids of others in it by the titles of those."""


def latest(trial: Trial) -> Receipt:
    return next(trial.receipts.all())


def undo(trial: Trial, receipt: Receipt, wire: Wire | None = None, writers: int = 1) -> tuple[Inverse, Outcomes]:
    """Looks at what the receipt names, plans its inverse and applies it."""
    rules, clock = trial.rules, trial.organisation.clock
    client = Client(wire or trial.wire(), clock, rules.marks)
    by_id: dict[tuple[str, ObjectId], Payload] = {}
    for kind, object_id in sorted(ids_of(receipt, rules), key=str):
        try:
            by_id[kind, object_id] = client.read(KINDS[kind], object_id)
        except NotFound:
            continue
    found = inverse(receipt, Now(by_id, Reader(client, rules, parallel=1).existing().owned), rules)
    writing = trial.receipts.begin(found.plan, "undo")
    outcomes = apply(
        found.plan,
        as_they_were(rules),
        client,
        clock,
        replace(EVERYTHING, parallel=writers),
        report=lambda change, outcome: writing.begin(change) if outcome is None else writing.add(outcome),
    )
    writing.seal({})
    return found, outcomes


def state(trial: Trial) -> State:
    """What everything in the organisation says, its marks included, whatever its id."""
    return spoken(trial.organisation.objects())


def spoken(objects: Mapping[tuple[str, str], dict[str, Any]]) -> State:
    """What live objects say; `objects` are by kind and id."""
    titles = {object_id: KINDS[kind].title(one) for (kind, object_id), one in objects.items()}
    return {(kind, titles[object_id]): _said(kind, one, titles) for (kind, object_id), one in objects.items()}


def _said(kind: str, live: dict[str, Any], titles: Mapping[str, str]) -> str:
    identity = KINDS[kind].identity(live, Marks())
    normal = KINDS[kind].normalise(KINDS[kind].unstamp(live, Marks()))
    text = json.dumps([_by_title(normal, titles), identity and identity.address], sort_keys=True)
    for object_id, title in titles.items():
        text = text.replace(object_id, title)
    return text


def _by_title(value: Any, titles: Mapping[str, str]) -> Any:
    """The value with lists of nothing but ids as sorted titles: a set of objects whose ids have changed has another
    order."""
    if isinstance(value, dict):
        return {name: _by_title(item, titles) for name, item in value.items()}
    if isinstance(value, list) and value and all(isinstance(item, int | str) and str(item) in titles for item in value):
        return sorted(titles[str(item)] for item in value)
    return [_by_title(item, titles) for item in value] if isinstance(value, list) else value
