"""People who strip, spoof, copy and change identities while an apply runs, and the law that it keeps all the same."""

from __future__ import annotations

import contextlib
import functools
import json
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from hypothesis import strategies as st

from dd_sync.core.errors import DdsyncError
from dd_sync.core.identity import Identity, Marks
from dd_sync.core.normal import same
from dd_sync.core.references import Name, ObjectId, resolve
from dd_sync.datadog.transport import Request
from tests.trust.projects import Things, changed, desired, things
from tests.trust.schedules import Schedule, troubles
from tests.trust.trial import EVERYTHING, KINDS, Organisation, Trial, failed
from tests.trust.wire import Killed

Deed = Literal["strip", "unmark", "falsify", "spoof", "copy", "readdress"]

Tampers = list[tuple[int, Deed, int]]
"""Before so manieth call this is done, to the object of this number."""

tampers: st.SearchStrategy[Tampers] = st.lists(
    st.tuples(st.integers(0, 120), st.sampled_from(get_args(Deed)), st.integers(0, 10**6)), min_size=1, max_size=6
)

THEIRS = "somebody else's"
MARKS = Marks()


@dataclass
class Tamperer:
    """Does the deeds, and remembers what belongs to whom."""

    trial: Trial
    tampers: Tampers
    calls: int = 0
    touched: set[str] = field(default_factory=set)
    """The titles of objects whose identity is not what an apply wrote."""
    theirs: dict[tuple[str, str], str] = field(default_factory=dict)
    """Objects that somebody else made, as they made them."""
    copies: set[tuple[str, str]] = field(default_factory=set)

    def before(self, request: Request) -> None:
        for when, deed, number in self.tampers:
            if when == self.calls:
                self._do(deed, number)
        self.calls += 1

    def _do(self, deed: Deed, number: int) -> None:
        emulator = self.trial.organisation.emulator
        objects = self.trial.organisation.objects()
        names = sorted(name for name in objects if name not in self.theirs and name not in self.copies)
        if not names:
            return
        kind_name, object_id = names[number % len(names)]
        kind, body = KINDS[kind_name], objects[kind_name, object_id]
        identity = kind.identity(body, MARKS)
        if deed == "spoof":
            mark = ("", "1-deadbeef")[number % 2]
            key = f"spoofed/{number}" if identity is None or number % 3 else identity.key
            self._put(kind_name, {**kind.unstamp(body, MARKS)}, Identity(f"{self.trial.owner}/{key}", mark))
            self.touched.add(kind.title(body))
            return
        if identity is None:
            return
        self.touched.add(kind.title(body))
        if deed == "copy":
            copied = emulator.put(kind_name, json.loads(json.dumps({**body, "id": None})), _new(object_id, number))
            self.copies.add((kind_name, str(copied)))
            return
        other = {
            "strip": None,
            "unmark": identity._replace(revision=""),
            "falsify": identity._replace(revision="1-deadbeef"),
            "readdress": identity._replace(address=f"{self.trial.owner}/readdressed/{number}"),
        }[deed]
        bare = kind.unstamp(body, MARKS)
        emulator.edit(kind_name, body["id"], lambda _: bare if other is None else kind.stamp(bare, other, MARKS))

    def _put(self, kind: str, body: dict[str, Any], identity: Identity) -> None:
        title = "title" if kind == "dashboard" else "name"
        made = {name: value for name, value in body.items() if name != "id"}
        stamped = KINDS[kind].stamp({**made, title: THEIRS}, identity, MARKS)
        object_id = self.trial.organisation.emulator.put(kind, stamped)
        self.theirs[kind, str(object_id)] = json.dumps(self.trial.organisation.objects()[kind, str(object_id)])

    def heal(self) -> None:
        """A person lets go of the copies, as the errors say to: `ddsync release`."""
        emulator = self.trial.organisation.emulator
        for kind, object_id in self.copies:
            body = self.trial.organisation.objects().get((kind, object_id))
            if body is not None:
                emulator.edit(kind, body["id"], functools.partial(KINDS[kind].unstamp, marks=MARKS))


def _new(object_id: str, number: int) -> int | str:
    """Another id of the same sort."""
    return 50_000_000 + number if object_id.isdigit() else f"{number:08d}{object_id[8:]}"


def check_tampering(seed: int, size: int, tampers: Tampers, schedule: Schedule, *, remembered: bool = True) -> None:
    """A project is changed while identities are tampered with: nothing of others is written, nothing lost, nothing made
    twice, and what nobody tampered with is as defined in the end."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        organisation = Organisation()
        trial = Trial(organisation, Path(folder) / "receipts")
        first = things(chance, size)
        assert not failed(trial.run(desired(first)))
        wanted = changed(chance, first, replacing=False)
        later = trial if remembered else Trial(organisation, Path(folder) / "elsewhere")
        person = Tamperer(later, tampers)
        calls = troubles(schedule)
        for _ in range(2):
            wire = later.wire(lambda request: next(calls, None))
            wire.before = person.before
            with contextlib.suppress(DdsyncError, Killed):
                later.run(desired(wanted), wire, replace(EVERYTHING, parallel=1))
            organisation.clock.sleep(60)
        person.heal()
        with contextlib.suppress(DdsyncError):  # an address that two true ones claim, which a person has to settle
            later.run(desired(wanted))
        _check(organisation, person, first, wanted)


def _check(organisation: Organisation, person: Tamperer, first: Things, wanted: Things) -> None:
    objects = organisation.objects()
    for name, text in person.theirs.items():
        assert json.dumps(objects.get(name)) == text, f"{name} is somebody else's"
    mine = {name: one for name, one in objects.items() if name not in person.theirs and name not in person.copies}
    titles = Counter((name[0], KINDS[name[0]].title(one)) for name, one in mine.items())
    assert [title for title, number in titles.items() if number > 1] == []
    by_title = {(name[0], KINDS[name[0]].title(one)): one for name, one in mine.items()}
    there = {one.name for one in first}
    for one in desired(wanted):
        title = KINDS[one.kind].title(one.payload)
        if one.name in there:
            assert (one.kind, title) in by_title or _went(one.kind, title, person), f"{one.key} is lost"
    _check_untouched(person, by_title, wanted)


def _went(kind: str, title: str, person: Tamperer) -> bool:
    """Whether what is there of an object is a copy of it alone: of two true ones either may have been deleted."""
    objects = person.trial.organisation.objects()
    return any(KINDS[k].title(one) == title for (k, _), one in objects.items() if k == kind)


def _check_untouched(person: Tamperer, by_title: dict[tuple[str, str], Any], wanted: Sequence[Any]) -> None:
    """Where no two objects claimed one address in the end, what nobody tampered with is as it is defined."""
    if any(deed in ("copy",) for _, deed, _ in person.tampers):
        return
    ids: dict[Name, ObjectId] = {}
    payloads = {one.name: one for one in desired(tuple(wanted))}
    for name, one in payloads.items():
        found = by_title.get((name[0], KINDS[name[0]].title(one.payload)))
        if found is not None:
            ids[name] = found["id"]
    for name, one in payloads.items():
        near = {name, *one.references}
        if any(KINDS[n[0]].title(payloads[n].payload) in person.touched for n in near if n in payloads):
            continue
        kind = KINDS[one.kind]
        live = by_title[one.kind, kind.title(one.payload)]
        resolved = resolve(one.payload, ids, kind.text_references)
        assert same(*kind.comparable(resolved, kind.unstamp(live, MARKS))), one.key
