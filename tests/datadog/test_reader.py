"""What is there, in as few calls as the endpoints allow."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dd_sync.core.errors import DatadogError
from dd_sync.core.identity import Owner
from dd_sync.core.live import Existing
from dd_sync.core.plan import Ownership
from dd_sync.core.resource import Desired
from dd_sync.datadog.cache import Cache
from dd_sync.datadog.client import Client
from dd_sync.datadog.reader import Reader
from dd_sync.kinds import KINDS
from tests.trust.edits import edit, strip
from tests.trust.projects import Thing, desired, things
from tests.trust.trial import Organisation, Trial
from tests.trust.wire import Wire

USUAL = {name: kind for name, kind in KINDS.items() if not kind.optional}


@dataclass
class House:
    """An organisation with a project applied, and the calls it takes to read it."""

    trial: Trial
    project: tuple[Thing, ...]

    def wire(self) -> Wire:
        return self.trial.wire()

    def reader(self, wire: Wire, cache: Cache | None = None, parallel: int = 1) -> Reader:
        rules = Ownership(USUAL, self.trial.owner)
        client = Client(wire, self.trial.organisation.clock, rules.marks)
        return Reader(client, rules, cache or Cache(None), parallel=parallel)

    def id_of(self, thing: Thing) -> Any:
        ids = {change.name: change.id for change in self.trial.plan([]).changes}
        return ids[thing.name]


@pytest.fixture
def house(tmp_path: Path) -> House:
    project = things(random.Random(2), 25)
    trial = Trial(Organisation(), tmp_path)
    trial.run(desired(project))
    return House(trial, project)


def calls(wire: Wire) -> Counter[str]:
    """How often each collection was listed (`/api/v1/monitor`) and read by id (`/api/v1/monitor/…`)."""
    return Counter(
        path if path.count("/") == 3 else path.rpartition("/")[0] + "/…" for path in (call.path for call in wire.calls)
    )


def names(existing: Existing) -> set[tuple[str, str]]:
    return {(live.kind, live.identity.key) for live in existing.owned if live.identity is not None}


def test_all_objects_of_the_owner_are_found(house: House) -> None:
    existing = house.reader(house.wire()).existing()
    assert names(existing) == {thing.name for thing in house.project}


def test_monitors_and_slos_take_a_call_together_and_dashboards_one_each(house: House) -> None:
    wire = house.wire()
    house.reader(wire).existing()
    dashboards = sum(thing.kind == "dashboard" for thing in house.project)
    assert calls(wire) == {
        "/api/v1/monitor": 1,
        "/api/v1/slo": 1,
        "/api/v1/dashboard": 1,
        "/api/v1/dashboard/…": dashboards,
    }


def test_the_order_does_not_depend_on_how_many_read_at_once(house: House) -> None:
    alone, together = (house.reader(house.wire(), parallel=n).existing() for n in (1, 16))
    assert [live.id for live in alone.owned] == [live.id for live in together.owned]


def test_dashboards_that_did_not_change_come_from_the_cache(house: House, tmp_path: Path) -> None:
    file = tmp_path / "cache.json"
    first = house.reader(house.wire(), Cache(file)).existing()
    wire = house.wire()
    again = house.reader(wire, Cache(file)).existing()
    assert calls(wire)["/api/v1/dashboard/…"] == 0
    assert [live.payload for live in again.owned if live.kind == "dashboard"] == [
        live.payload for live in first.owned if live.kind == "dashboard"
    ]


def test_a_dashboard_that_changed_is_read_again(house: House, tmp_path: Path) -> None:
    file = tmp_path / "cache.json"
    house.reader(house.wire(), Cache(file)).existing()
    board = next(thing for thing in house.project if thing.kind == "dashboard")
    house.trial.organisation.clock.sleep(1)
    edit(house.trial.organisation.emulator, "dashboard", house.id_of(board))
    wire = house.wire()
    existing = house.reader(wire, Cache(file)).existing()
    assert calls(wire)["/api/v1/dashboard/…"] == 1
    (live,) = [live for live in existing.owned if live.identity and live.identity.key == board.key]
    assert live.payload["title"] == "edited at 3 a.m."


def test_objects_of_another_owner_are_left_out(house: House, tmp_path: Path) -> None:
    other = Trial(house.trial.organisation, tmp_path / "other", Owner("acme", "production"))
    other.run(desired(house.project[:5]))
    assert names(house.reader(house.wire()).existing()) == {thing.name for thing in house.project}
    ids = {live.id for live in house.reader(house.wire()).existing().owned}
    assert len(ids) == len(house.project)


def test_an_object_a_list_leaves_out_is_read_by_its_id(house: House) -> None:
    known = house.trial.receipts.known_ids()
    wire = house.wire()
    house.trial.organisation.clock.sleep(100)
    wire.lag = 10_000
    wire._made.update({str(object_id): house.trial.organisation.clock.now() for object_id in known.values()})
    assert names(house.reader(wire).existing()) == set()
    assert names(house.reader(wire).existing(known=known)) == {thing.name for thing in house.project}


def test_an_object_that_lost_its_marks_is_told_apart_from_one_that_is_gone(house: House) -> None:
    emulator, known = house.trial.organisation.emulator, house.trial.receipts.known_ids()
    stripped, gone = [thing for thing in house.project if thing.kind == "dashboard"][:2]
    strip(emulator, stripped.kind, known[stripped.name])
    emulator.remove(gone.kind, known[gone.name])
    existing = house.reader(house.wire()).existing(known=known)
    assert existing.stripped == {stripped.name: known[stripped.name]}
    assert names(existing) == {thing.name for thing in house.project} - {stripped.name, gone.name}


def test_a_known_object_of_another_address_is_not_ours(house: House) -> None:
    thing = house.project[0]
    known = {("monitor", "some/other/key"): house.id_of(thing), ("gone-kind", "x"): 5}
    existing = house.reader(house.wire()).existing(known=known)
    assert len(existing.owned) == len(house.project)
    assert existing.stripped == {}


def test_objects_to_adopt_are_read_whoever_they_belong_to(house: House) -> None:
    emulator = house.trial.organisation.emulator
    stranger = emulator.put("monitor", {"name": "theirs", "type": "query alert", "query": "q", "tags": []})
    wanted = [Desired("monitor", "a/b", {"name": "x"}, adopt=stranger), Desired("monitor", "a/c", {}, adopt=99)]
    existing = house.reader(house.wire()).existing(wanted)
    assert {name: live.payload["name"] for name, live in existing.adoptable.items()} == {
        ("monitor", stranger): "theirs"
    }


def test_titles_are_those_of_objects_without_identity_and_asked_for_only_when_needed(house: House) -> None:
    emulator = house.trial.organisation.emulator
    ids = [emulator.put("monitor", {"name": "theirs", "type": "query alert", "query": "q", "tags": []}) for _ in "ab"]
    board = emulator.put("dashboard", {"title": "their board", "widgets": [], "description": None})
    wire = house.wire()
    existing = house.reader(wire).existing()
    before = len(wire.calls)
    assert existing.titles(KINDS["dashboard"]) == {"their board": [board]}
    assert len(wire.calls) == before  # the summaries were there already
    assert existing.titles(KINDS["monitor"]) == {"theirs": ids}
    assert len(wire.calls) == before + 1


def test_a_monitor_with_assets_is_read_by_its_id_where_a_definition_names_some(house: House) -> None:
    thing = next(one for one in house.project if one.shape == "metric")
    asset = {"name": "runbook", "category": "runbook", "url": "https://example.com"}
    wanted = thing.desired()
    naming = Desired("monitor", thing.key, {**wanted.payload, "assets": [asset]})
    wire = house.wire()
    house.reader(wire).existing([naming])
    assert calls(wire)["/api/v1/monitor/…"] == 1


def test_what_goes_between_the_list_and_the_read_is_gone(house: House) -> None:
    emulator = house.trial.organisation.emulator
    board = next(thing for thing in house.project if thing.kind == "dashboard")
    object_id = house.id_of(board)
    wire = house.wire()

    def before(request: Any) -> None:
        if request.path.endswith(f"/{object_id}"):
            emulator.remove("dashboard", object_id)

    wire.before = before
    assert board.name not in names(house.reader(wire).existing())


def test_an_error_of_one_read_is_the_error_of_all(house: House) -> None:
    wire = house.wire()
    wire.troubles = lambda request: "500" if request.path.startswith("/api/v1/dashboard/") else None
    with pytest.raises(DatadogError, match="500 from Datadog"):
        house.reader(wire).existing()


def test_progress_is_told(house: House) -> None:
    told: list[tuple[str, int, int]] = []
    reader = house.reader(house.wire())
    rules, client = reader.rules, reader.client
    Reader(client, rules, progress=lambda *step: told.append(step), parallel=1).existing()
    assert told[-1] == ("objects", len(house.project), len(house.project))
