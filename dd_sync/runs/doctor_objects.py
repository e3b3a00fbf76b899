"""What is there of a target, in everything Datadog lists, and what is odd about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dd_sync.core.census import SAYINGS, Census, Stranger, census, missing_from_census
from dd_sync.core.consent import Limits
from dd_sync.core.diagnosis import Check
from dd_sync.core.errors import DatadogError, DdsyncError
from dd_sync.core.kind import Kind, Payload
from dd_sync.core.limits import SHARE_FROM
from dd_sync.core.references import Name, ObjectId
from dd_sync.datadog.client import Client
from dd_sync.kinds.permissions import plural
from dd_sync.project.consents import limits_of
from dd_sync.runs.plan import receipts_of
from dd_sync.runs.session import Session

_RESTRICTED = ("restricted_roles", "restriction_policy", "restricted", "is_read_only")


@dataclass
class Objects:
    """The objects of the kinds that can be seen."""

    session: Session
    client: Client
    kinds: Sequence[Kind]

    def checks(self) -> Iterator[Check]:
        """A check for each oddity, and for how many objects there are. Raises nothing of Datadog's."""
        known = self._known()
        counted: list[Census] = []
        strangers: list[Stranger] = []
        for kind in self.kinds:
            try:
                listed = list(self.client.list_objects(kind))
            except DatadogError as error:
                yield Check("unseen", "error", f"{plural(kind)} could not be listed: {error.message}", error.hint)
                continue
            rules = self.session.rules
            found = census(kind, listed, rules.marks, rules.owner, self.session.settings.targets)
            counted.append(found)
            strangers += [*found.strangers, *missing_from_census(kind, listed, rules.marks, known)]
        yield from self._doubles(counted)
        yield from self._strangers(strangers)
        yield from self._owned(counted)
        yield from self._others(counted)

    def _known(self) -> Mapping[Name, ObjectId]:
        try:
            return receipts_of(self.session).known_ids()
        except DdsyncError:
            return {}  # said already, as a check of its own

    def _doubles(self, counted: Sequence[Census]) -> Iterator[Check]:
        doubles = [double for found in counted for double in found.doubles]
        for double in doubles:
            key = double.address.split("/", 2)[-1]
            copies = " or ".join(f"ddsync release {double.kind}:{one}" for one in double.ids)
            text = f"{len(double.ids)} live {double.kind}s are {key}: nothing can be planned"
            details = [self._place(double.kind, one) for one in double.ids]
            yield Check("duplicates", "error", text, f"keep the right one and let go of the other: {copies}", details)
        if not doubles:
            yield Check("duplicates", "ok", "no two live objects have one identity")

    def _strangers(self, strangers: Sequence[Stranger]) -> Iterator[Check]:
        if not strangers:
            yield Check("strangers", "ok", "nothing looks like ours and is not")
        for why, saying in SAYINGS.items():
            some = [stranger for stranger in strangers if stranger.why == why]
            if not some:
                continue
            details = [
                {**self._place(one.kind, one.id), "title": one.title, "address": one.address, "why": why}
                for one in some
            ]
            text = f"{len(some)} object{'s' if len(some) > 1 else ''}: each {saying}"
            yield Check("strangers", "note" if why == "gone" else "warning", text, _FIXES[why], details)

    def _owned(self, counted: Sequence[Census]) -> Iterator[Check]:
        details = [{"kind": one.kind, "owned": len(one.owned), "of": one.total} for one in counted]
        text = f"{sum(len(one.owned) for one in counted)} objects belong to {self.session.rules.owner}"
        yield Check("objects", "ok", text, details=details)
        limits = limits_of(self.session.settings)
        numbers = [{"kind": one.kind, "deletes": _deletable(len(one.owned), limits)} for one in counted if one.owned]
        limit = f"an apply deletes at most {limits.deletes} objects and {limits.share:.0%} of a kind without consent"
        yield Check("limits", "ok", limit, details=numbers)
        closed = [
            self._place(one.kind, self._id(one.kind, live)) for one in counted for live in one.owned if _closed(live)
        ]
        if closed:
            text = f"{len(closed)} objects may be edited by some roles only"
            yield Check("protected", "note", text, "the application key's user needs one of them", closed)

    def _others(self, counted: Sequence[Census]) -> Iterator[Check]:
        owners = sorted({owner for one in counted for owner in one.others})
        if owners:
            numbers = [
                {"owner": owner, "objects": sum(one.others.get(owner, 0) for one in counted)} for owner in owners
            ]
            yield Check("others", "ok", "other projects and targets keep objects here too", details=numbers)
        rules = self.session.rules
        for former in rules.formers:
            number = sum(one.others.get(str(former), 0) for one in counted)
            if number:
                text = f"{number} objects of {former} move to {rules.owner} with the next apply"
                yield Check("renamed", "note", text, "ddsync plan shows them")
        known = {str(one) for one in (*rules.formers, *rules.siblings)}
        none = not any(one.owned for one in counted)
        for owner in (one for one in owners if one not in known):
            alike = sum(one.alike.get(owner, 0) for one in counted)
            if alike or none:
                number = sum(one.others.get(owner, 0) for one in counted)
                text = f"{alike or number} objects of {owner} may be this target's under another name"
                hint = "where it was renamed, `renamed_from:` on project or target in ddsync.yaml moves them"
                yield Check("renamed", "warning", text, hint)

    def _id(self, kind: str, live: Payload) -> ObjectId:
        return self.session.rules.kinds[kind].object_id(live)

    def _place(self, kind: str, object_id: ObjectId) -> dict[str, Any]:
        return {"kind": kind, "id": object_id, "url": self.session.url(kind, object_id)}


_FIXES = {
    "no-id": "take the marks off by hand, or adopt it: ddsync import --adopt --id KIND:ID",
    "malformed-id": "take the marks off by hand, or adopt it: ddsync import --adopt --id KIND:ID",
    "unknown-target": "put the target back into ddsync.yaml and release or delete them with it",
    "put-aside": "ddsync apply",
    "identity-lost": "ddsync import --adopt --id KIND:ID takes it back; the next apply would make a second one",
    "gone": "the next apply makes it again where it is still defined",
}


def _deletable(owned: int, limits: Limits) -> int:
    """How many of a kind one apply deletes without consent."""
    return min(limits.deletes, max(SHARE_FROM - 1, int(limits.share * owned)))


def _closed(live: Payload) -> bool:
    return any(live.get(name) for name in _RESTRICTED)
