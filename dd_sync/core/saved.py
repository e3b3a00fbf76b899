"""Plans as files: everything an apply needs, bound to what it was made from, and sealed against changes.

A plan file holds definitions and images of live objects, never keys.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from dd_sync.core import shape
from dd_sync.core.consent import Limits, common, from_data
from dd_sync.core.diff import FieldChange
from dd_sync.core.errors import DdsyncError, Refused
from dd_sync.core.identity import Owner, digest
from dd_sync.core.plan import Change, Notice, Plan, Twin
from dd_sync.core.references import Name
from dd_sync.core.resource import Desired
from dd_sync.core.selection import WHOLE, Selection, shard
from dd_sync.core.three_way import ThreeWay

FORMAT = 1


@dataclass(frozen=True)
class Saved:
    """A plan and what it is bound to."""

    plan: Plan
    place: str
    """The account it was made for."""
    definitions: str
    """Digest of all desired payloads it was made from."""
    part: Selection = WHOLE
    """The filters it was made with."""
    renewals: frozenset[Name] = frozenset()
    """The objects whose marks were to be renewed."""


class Tampered(Refused):
    """The file is not as it was written."""


def definitions_digest(desired: Sequence[Desired]) -> str:
    """What a plan is bound to on the side of the code; the order of definitions does not count."""
    return digest(sorted([*one.name, digest(one.payload)] for one in desired))


def to_text(saved: Saved) -> str:
    """The file's text."""
    plan = saved.plan
    body = {
        "format": FORMAT,
        "project": plan.owner.project,
        "target": plan.owner.target,
        "place": saved.place,
        "definitions": saved.definitions,
        "only": list(saved.part.only),
        "shard": str(saved.part.shard or ""),
        "fingerprint": plan.fingerprint,
        "changes": [asdict(change) for change in plan.changes],
        "unchanged": plan.unchanged,
        "ids": {f"{kind}:{key}": object_id for (kind, key), object_id in plan.ids.items()},
        "notices": [asdict(notice) for notice in plan.notices],
        "count": plan.definitions,
        "live": dict(plan.live),
        "twins": [asdict(twin) for twin in plan.twins],
        "unwatched": list(plan.unwatched),
        "vanished": plan.vanished,
        "renewals": [list(change.name) for change in plan.renewals],
        "limits": asdict(plan.limits),
        "day": str(plan.day or ""),
        "consent": [one.as_data for one in plan.consents],
    }
    return json.dumps({**body, "seal": digest(body)}, indent=1) + "\n"


def from_text(text: str, name: str) -> Saved:
    """The plan of a file's text. Raises DdsyncError when it is none, Tampered when it was changed by hand."""
    try:
        body = json.loads(text)
        seal = body.pop("seal")
        version = body["format"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise DdsyncError(f"{name}: not a plan file", hint="ddsync plan --save writes one") from None
    if version != FORMAT:
        raise DdsyncError(f"{name}: a plan of format {version}; this version reads {FORMAT}", hint="plan again")
    if digest(body) != seal:
        raise Tampered(f"{name}: the file was changed after it was written", hint="plan again")
    for place, expected in shape.misfits(body, _SHAPE):
        raise DdsyncError(f"{name}: {place}: expected {expected}", hint="plan again")
    try:
        plan = _plan(body)
        part = Selection(tuple(body["only"]), shard(body["shard"]) if body.get("shard") else None)
        renewals = frozenset((str(kind), str(key)) for kind, key in body.get("renewals") or ())
        made = Saved(plan, body["place"], body["definitions"], part, renewals)
        seen = plan.fingerprint  # which looks at every change: what is in them is of other forms than a plan's
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError):
        raise DdsyncError(f"{name}: not a plan this version can read", hint="plan again") from None
    if seen != body.get("fingerprint"):
        raise Tampered(f"{name}: the file does not hold the plan it names", hint="plan again")
    return made


_ID = (int, str)
_SHAPE = {
    "project": str,
    "target": str,
    "place": str,
    "definitions": str,
    "only": [str],
    "shard": str,
    "fingerprint": str,
    "unchanged": int,
    "ids": dict,
    "count": int,
    "live": dict,
    "unwatched": [str],
    "vanished": int,
    "notices": [{"kind": str, "id": _ID, "text": str}],
    "twins": [{"kind": str, "key": str}],
    "renewals": [[str]],
    "day": str,
    "limits": {"deletes": int, "replaces": int},
    "consent": [{"only": str, "until": str, "why": str}],
    "changes": [
        {
            "action": str,
            "cause": str,
            "kind": str,
            "key": str,
            "title": str,
            "id": _ID,
            "source": str,
            "fields": [{"path": str}],
            "told_before": dict,
            "told_after": dict,
            "desired": dict,
            "live": dict,
            "live_digest": str,
            "reason": str,
            "protected": bool,
            "twin": _ID,
            "conflict": [{"path": str}],
            "reaches": int,
        }
    ],
}


def _plan(body: Mapping[str, Any]) -> Plan:
    return Plan(
        owner=Owner(body["project"], body["target"]),
        changes=tuple(_change(change) for change in body["changes"]),
        unchanged=body["unchanged"],
        ids={(n.partition(":")[0], n.partition(":")[2]): object_id for n, object_id in body["ids"].items()},
        notices=tuple(Notice(**notice) for notice in body["notices"]),
        definitions=body["count"],
        live=body["live"],
        twins=tuple(Twin(**twin) for twin in body["twins"]),
        unwatched=tuple(body["unwatched"]),
        vanished=body["vanished"],
        limits=Limits(**body["limits"]) if "limits" in body else Limits(),
        day=date.fromisoformat(body["day"]) if body.get("day") else None,
        consents=tuple(from_data(one) for one in body.get("consent") or ()),
    )


def _change(change: Mapping[str, Any]) -> Change:
    conflict = tuple(ThreeWay(**one) for one in change.get("conflict") or ())
    fields = tuple(FieldChange(**field) for field in change["fields"])
    return Change(**{**change, "fields": fields, "conflict": conflict})


def misfits(saved: Plan, fresh: Plan) -> list[tuple[Change, str]]:
    """The changes of a saved plan that a plan made now no longer holds, each with what happened to it."""
    now = {change.name: change for change in fresh.changes}
    return [(change, _why(change, now.get(change.name))) for change in changes_not_reviewed(saved, fresh)]


def _why(saved: Change, fresh: Change | None) -> str:
    if fresh is None:
        done = {"create": "is there already", "delete": "is gone already"}
        return done.get(saved.action, "is as defined already")
    if fresh.action == "create" and saved.action != "create":
        return "deleted in Datadog since the plan"
    if fresh.action != saved.action:
        return f"would be a {fresh.action} now"
    if fresh.live_digest != saved.live_digest:
        return "changed in Datadog since the plan"
    return "is not what the plan says"


def those_of(saved: Saved, fresh: Plan) -> Plan:
    """The fresh plan less everything the saved one does not hold, consent included."""
    names = {change.name for change in saved.plan.changes}
    changes = tuple(change for change in fresh.changes if change.name in names)
    renewals = tuple(change for change in fresh.renewals if change.name in saved.renewals)
    fresh = replace(fresh, renewals=renewals, consents=common(fresh.consents, saved.plan.consents))
    return replace(fresh, changes=changes, twins=tuple(twin for twin in fresh.twins if (twin.kind, twin.key) in names))


def changes_not_reviewed(plan: Plan, reviewed: Plan) -> list[Change]:
    """The changes of a plan that the reviewed one does not hold, in all that matters: what, to what, from what."""
    seen = {_essence(change) for change in reviewed.changes}
    return [change for change in plan.changes if _essence(change) not in seen]


def _essence(change: Change) -> str:
    """What was read by whoever reviewed it. Not the cause: whether a create is of something new or of something deleted
    in Datadog, only a machine that has the receipts can tell."""
    return digest([change.action, *change.name, change.id, change.desired, change.live_digest])
