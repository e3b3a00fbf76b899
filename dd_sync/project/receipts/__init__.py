"""Receipts: what each apply did, with every object as it was before and is after.

A receipt grows line by line while the apply runs, so that a killed run leaves what it did; at the end it is sealed as
one JSON document. Images are verbatim, since undo needs them.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dd_sync.core.errors import DdsyncError
from dd_sync.core.kind import Payload
from dd_sync.core.plan import Change, Plan
from dd_sync.core.references import Name, ObjectId
from dd_sync.core.secrets import Redactor
from dd_sync.kinds import KINDS
from dd_sync.project.receipts.shelf import GROWING, SEALED, Folder, Growth, Shelf, shelf
from dd_sync.project.receipts.soundness import receipt_fault

if TYPE_CHECKING:
    from dd_sync.core.apply import Outcome

FORMAT = 1

USUAL = ".ddsync/receipts"
"""Where receipts are unless `receipts:` says otherwise; gone with the machine on CI."""


@dataclass(frozen=True)
class Undoing(Plan):
    """A plan that is the inverse of a receipt, named in its own."""

    undoes: str = ""


@dataclass(frozen=True)
class Receipt:
    """One sealed receipt, or the lines of one that never was."""

    name: str
    data: Mapping[str, Any]

    @property
    def sealed(self) -> bool:
        """Whether the apply came to its end; one that was killed leaves the lines it wrote."""
        return self.name.endswith(SEALED)

    @property
    def started(self) -> str:
        """When, in UTC, to the microsecond."""
        return str(self.data.get("started") or "")

    @property
    def shard(self) -> str:
        """Which part of the project it is about, `2/5`; empty for all of it."""
        return str(self.data.get("shard") or "")

    @property
    def gone(self) -> set[Name]:
        """What the apply deleted."""
        told = (self.data.get("gone") or ()) if self.sealed else [_text(one) for one in self.outcomes if _deleted(one)]
        return {_name(text) for text in told}

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        return list(self.data.get("outcomes") or ())

    @property
    def begun(self) -> list[dict[str, Any]]:
        """The changes that were begun and never over, each with the object as it was before."""
        return list(self.data.get("begun") or ())

    @property
    def unfinished(self) -> list[dict[str, Any]]:
        """The changes that may have been carried out although no outcome says so: begun and never over, because the
        run was killed, or failed, because an answer was lost."""
        failed = [one for one in self.outcomes if one["status"] == "failed"]
        return [*failed, *self.begun]

    @property
    def belongs_to(self) -> tuple[str, str, str]:
        """Project, target and the account it was written for."""
        project, target, place = (str(self.data.get(name) or "") for name in ("project", "target", "place"))
        return project, target, place

    def objects(self) -> dict[Name, ObjectId]:
        """The objects that were there when the apply ended, as far as it knew."""
        found: dict[Name, ObjectId] = {}
        for name, object_id in (self.data.get("objects") or {}).items():
            found[_name(name)] = object_id
        for outcome in () if self.sealed else self.outcomes:
            _follow(found, outcome)
        return found


def _name(text: str) -> Name:
    kind, _, key = text.partition(":")
    return kind, key


def _text(outcome: Mapping[str, Any]) -> str:
    return f"{outcome['kind']}:{outcome['key']}"


def _deleted(outcome: Mapping[str, Any]) -> bool:
    return bool(outcome["status"] == "done" and outcome["action"] == "delete")


def _follow(objects: dict[Name, ObjectId], outcome: Mapping[str, Any]) -> None:
    name = (outcome["kind"], outcome["key"])
    if outcome["status"] != "done":
        return
    if outcome["action"] == "delete" or (outcome["action"] == "release" and objects.get(name) == outcome["id"]):
        objects.pop(name, None)
    elif outcome["action"] == "release":
        return  # of a copy: the other one keeps the key
    elif outcome.get("id") is not None:
        objects[name] = outcome["id"]


@dataclass
class Receipts:
    """The receipts of one target of a project in one place, a folder or `s3://bucket/prefix`.

    Images are kept word for word but for what `redactor` knows by value, the keys of the account; what is said about an
    outcome is masked by form too. Raises DdsyncError when the place cannot be used.
    """

    folder: Path
    project: str
    target: str
    place: str
    redactor: Redactor = field(default_factory=Redactor)
    repository: str = ""
    """Where the project is kept: the `id:` of its `ddsync.yaml`, else its git remote; empty where neither is known."""

    @cached_property
    def _shelf(self) -> Shelf:
        return shelf(self.folder)

    def all(self) -> Iterator[Receipt]:
        """This target's receipts, the latest first; files that are no receipts are passed over."""
        return self._mine(receipts_in(self._shelf))

    def _mine(self, receipts: Iterator[Receipt]) -> Iterator[Receipt]:
        mine = (self.project, self.target, self.place)
        return (receipt for receipt in receipts if receipt.belongs_to == mine)

    def forget(self) -> int:
        """Removes this target's receipts, of a folder alone, and says how many there were."""
        mine = [receipt.name for receipt in self.all()] if isinstance(self._shelf, Folder) else []
        for name in mine:
            (self.folder / name).unlink(missing_ok=True)
        return len(mine)

    def applied_by(self) -> str:
        """The repository that applied last, where that is known and another one than this; else empty."""
        latest = next(self._mine(receipts_in(self._shelf, _facts)), None)
        there = str(latest.data.get("repository") or "") if latest is not None else ""
        return there if there and self.repository and there != self.repository else ""

    def known_ids(self) -> dict[Name, ObjectId]:
        """The objects that the last receipt says are there; of a shard, it and those before it, up to one of all."""
        found: dict[Name, ObjectId] = {}
        gone: set[Name] = set()
        for receipt in self._mine(receipts_in(self._shelf, _facts)):
            for name, object_id in receipt.objects().items():
                if name not in gone:
                    found.setdefault(name, object_id)
            if not receipt.shard:
                break
            gone |= receipt.gone
        return found

    def image(self, kind: str, key: str, object_id: ObjectId) -> Payload | None:
        """The object as the last apply that wrote it left it; None where none did, or where that is not known."""
        name = f"{kind}:{key}", str(object_id)
        while name not in self._images and (receipt := next(self._whole, None)) is not None:
            for line in receipt.begun:  # it may have been carried out, and nobody noted how
                self._images.setdefault((_text(line), str(line.get("id"))), None)
            for line in reversed(receipt.outcomes):
                if line["status"] in ("done", "failed"):
                    self._images.setdefault((_text(line), str(line.get("id"))), line.get("after"))
        image = self._images.get(name)
        try:
            return image if image is None or KINDS[kind].normalise(image) is not None else None
        except (KeyError, TypeError, ValueError, AttributeError):  # no object of Datadog's, whoever wrote it there
            return None

    @cached_property
    def _whole(self) -> Iterator[Receipt]:
        return self.all()

    @cached_property
    def _images(self) -> dict[tuple[str, str], Payload | None]:
        return {}

    def begin(self, plan: Plan, command: str, shard: str = "") -> Writing:
        """Opens a receipt for an apply of this plan, which may be that of one shard alone."""
        now = datetime.now(UTC)
        undone = {"command": "undo", "undoes": plan.undoes} if isinstance(plan, Undoing) else {}
        head = {
            "format": FORMAT,
            "project": self.project,
            "target": self.target,
            "place": self.place,
            "command": command,
            "fingerprint": plan.fingerprint,
            "started": now.isoformat(timespec="microseconds"),
            "by": os.environ.get("GITHUB_ACTOR") or os.environ.get("GITLAB_USER_LOGIN") or os.environ.get("USER") or "",
            **({"repository": self.repository} if self.repository else {}),
            **({"shard": shard} if shard else {}),
            **undone,
        }
        lost = {change.name for change in plan.changes if change.action == "create" and change.cause != "code"}
        kept = {name: object_id for name, object_id in (self.known_ids() if lost else {}).items() if name in lost}
        # What somebody deleted in Datadog stays known until it is there again: a later apply is not to make it unasked.
        objects = {f"{kind}:{key}": object_id for (kind, key), object_id in {**kept, **plan.ids}.items()}
        growth = self._shelf.grow(f"{now:%Y%m%dT%H%M%SZ}-{plan.fingerprint[7:15]}")
        return Writing(growth, head, objects, redactor=self.redactor)


@dataclass
class Writing:
    """A receipt that grows. Several threads may add to it."""

    growth: Growth
    head: dict[str, Any]
    objects: dict[str, ObjectId]
    outcomes: list[dict[str, Any]] = field(default_factory=list)
    begun: dict[Name, Payload | None] = field(default_factory=dict)
    redactor: Redactor = field(default_factory=Redactor)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._note({**self.head, "objects": self.objects})

    def begin(self, change: Change) -> None:
        """Notes a change that is about to be sent, with the object as it was planned from; kept before this returns.

        Without it a run that is killed between Datadog's carrying it out and the outcome would leave an edit that no
        receipt knows.
        """
        with self._lock:
            if change.name not in self.begun:
                self.begun[change.name] = change.live
                line = {"action": change.action, "kind": change.kind, "key": change.key, "id": change.id}
                self._note({"begun": True, **line, "before": change.live})

    def add(self, outcome: Outcome) -> None:
        """Notes one outcome, kept before this returns."""
        line = {
            "action": outcome.action,
            "kind": outcome.kind,
            "key": outcome.key,
            "id": outcome.id,
            "status": outcome.status,
            "reason": self.redactor.text(outcome.reason),
            "found_gone": outcome.found_gone,
            "before": outcome.before,
            "after": outcome.after,
        }
        with self._lock:
            if outcome.status == "failed" and outcome.before is None:
                line["before"] = self.begun.get((outcome.kind, outcome.key))
            self.outcomes.append(line)
            self._note(line)

    def seal(self, summary: Mapping[str, int]) -> Path:
        """Ends the receipt as one document and returns where it is."""
        there: dict[Name, ObjectId] = {_name(name): object_id for name, object_id in self.objects.items()}
        for outcome in self.outcomes:
            _follow(there, outcome)
        facts = {
            **self.head,
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "summary": dict(summary),
            "objects": {f"{kind}:{key}": object_id for (kind, key), object_id in there.items()},
            "gone": [_text(one) for one in self.outcomes if _deleted(one)],
        }
        # An outcome a line: json.dumps with an indent takes twenty times as long, and images are large.
        outcomes = ",\n".join(self._text(one) for one in self.outcomes)
        return self.growth.seal(f"{self._text(facts)[:-1]}{_OUTCOMES}{outcomes}\n]}}\n")

    def _note(self, line: Mapping[str, Any]) -> None:
        self.growth.add(self._text(line))

    def _text(self, value: Mapping[str, Any]) -> str:
        return self.redactor.values(json.dumps(value))


_OUTCOMES = ',\n"outcomes": [\n'
"""Ends the facts of a sealed receipt; from here it is a line for each outcome. No JSON text holds a line's end."""


def receipts_in(
    place: Shelf, read: Callable[[Shelf, str], Receipt | None] = lambda place, name: _whole(place, name)
) -> Iterator[Receipt]:
    """Every receipt there, whoever's, the latest first; what is none is passed over."""
    names = sorted(place.names(), reverse=True)
    # Names tell the second; two applies of one second are told apart by what they say inside.
    for _, together in groupby(names, key=lambda name: name.partition("-")[0]):
        found = (read(place, name) for name in together)
        yield from sorted((one for one in found if one is not None), key=lambda one: one.started, reverse=True)


def find_receipt(named: str, root: Path, setting: str) -> Receipt:
    """The receipt a person means: a path, a name with or without its ending, or `last`.

    Raises DdsyncError when there is none, or when it is damaged.
    """
    path, usual = Path(named), shelf(root / setting)
    latest = next(receipts_in(usual), None) if named == "last" else None
    if latest is not None:
        return latest
    for place in (shelf(path.parent), usual):
        for name in (path.name, path.name + SEALED, path.name + GROWING):
            text = place.read(name) or ""
            receipt = parse_receipt(name, text)
            if receipt is not None:
                return receipt
            if text:
                raise DdsyncError(f"{name}: no receipt, or a damaged one", hint="ddsync history lists those that are")
    raise DdsyncError(f"{named}: no receipt of that name", hint="ddsync history lists them")


def parse_receipt(name: str, text: str) -> Receipt | None:
    """The receipt in a text, growing or sealed; None for anything else."""
    try:
        if name.endswith(GROWING):
            head, *lines = _lines(text)
            outcomes = [line for line in lines if not line.get("begun")]
            over = {(line["kind"], line["key"]) for line in outcomes}
            begun = [line for line in lines if line.get("begun") and (line["kind"], line["key"]) not in over]
            data = {**head, "outcomes": outcomes, "begun": begun}
        else:
            data = json.loads(text)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    sound = isinstance(data, dict) and data.get("format") == FORMAT and not receipt_fault(data)
    return Receipt(name, data) if sound else None


def _whole(place: Shelf, name: str) -> Receipt | None:
    return parse_receipt(name, place.read(name) or "")


def _facts(place: Shelf, name: str) -> Receipt | None:
    """The receipt without the outcomes of a sealed one, whose images are most of it and take long to read."""
    facts = (place.first_line(name) or "").rstrip() if name.endswith(SEALED) else ""
    found = parse_receipt(name, facts.removesuffix(_OUTCOMES.splitlines()[0]) + "}") if facts else None
    return found or _whole(place, name)


def _lines(text: str) -> Iterator[dict[str, Any]]:
    """The lines of a growing receipt; the last one of a run that was killed may be cut short."""
    for line in text.splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            return


def is_durable(setting: str) -> bool:
    """Whether a place for receipts outlives a CI machine: anything but the usual folder was chosen to."""
    return setting.rstrip("/") != USUAL
