"""What the emulator refuses: the rules that `ddsync validate` reads, and what only an account knows.

Nothing else is refused, so that what passes `validate` is taken here, and what is refused here `validate` finds. What
is known of Datadog's answer (its sentence, its status) comes from the rules as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dd_sync import rules
from dd_sync.emulator.answers import Body, Refusal
from dd_sync.emulator.store import Store
from dd_sync.emulator.world import World
from dd_sync.kinds import KINDS

_UNKNOWN = {
    ("monitor", "monitor"): "Some monitor IDs are invalid",
    ("slo", "monitor"): "Invalid payload: invalid monitor ids: {ids}, monitors not found or not supported SLO",
    ("downtime", "monitor"): "'monitor_id' does not correspond to any monitor",
}
"""Datadog's sentences about objects that are not there; all three recorded, that of downtimes at the older endpoint.
Widgets and SLO alerts may name what is not there."""


def refuse(world: World, kind: str, sent: Mapping[str, Any]) -> None:
    """Raises the refusal Datadog would answer to an object as it is sent."""
    for answer in rules.refusals_of(kind, sent, world.clock()):
        raise Refusal(answer.status, answer.sentence)
    _refuse_references(world.store, kind, sent)


def refuse_change(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Raises the refusal Datadog would answer to a change that it does not make in place."""
    for answer in rules.refused_change(kind, before, after):
        raise Refusal(answer.status, answer.sentence)


def refuse_repeated(store: Store, kind: str, body: Body, fields: tuple[str, ...], sentence: str) -> None:
    """Refuses an exact repetition of a live object in these fields; `{id}` of the sentence is the other's."""
    for entry in store.all(kind) if "name" not in fields else store.entries_named(kind, body["name"]):
        alive = not entry.body.get("canceled")
        if alive and all(entry.body.get(name) == body.get(name) for name in fields):
            raise Refusal(400, sentence.format(id=entry.id))


def _refuse_references(store: Store, kind: str, sent: Mapping[str, Any]) -> None:
    unfit: list[str] = []
    sentence = ""
    referred = list(KINDS[kind].refers_to(sent))
    if kind == "monitor" and any(store.get(*map(str, one)) for one in referred):
        referred = [one for one in referred if store.get(*map(str, one))]  # the others may be of synthetic tests
    for other_kind, id in referred:
        entry = store.get(other_kind, str(id))
        if entry is None:
            unknown = _UNKNOWN.get((kind, other_kind), "")
            unfit += [str(id)] if unknown else []
            sentence = sentence or unknown
            continue
        for answer in rules.refused_reference(kind, sent, other_kind, entry.body, _looking_up(store)):
            sentence = answer.sentence
            unfit.append(str(id))
    if unfit:
        raise Refusal(400, sentence.replace("…", "{ids}").format(ids=", ".join(dict.fromkeys(unfit))))


def _looking_up(store: Store) -> rules.LookUp:
    def look_up(kind: str, id: Any) -> Mapping[str, Any] | None:
        entry = store.get(kind, str(id))
        return entry.body if entry else None

    return look_up
