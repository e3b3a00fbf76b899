"""Searching SLOs, their history and their corrections."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask
from tests.emulator.bodies import Body, slo

CORRECTIONS = "/api/v1/slo/correction"


@pytest.fixture
def id(emulator: Emulator) -> str:
    """An SLO."""
    made: str = ask(emulator, "POST", "/api/v1/slo", slo()).body["data"][0]["id"]
    return made


def correction(**attributes: Any) -> Body:
    named = {"category": "Scheduled Maintenance", "description": "d", "start": 100, "end": 200, "timezone": "UTC"}
    return {"data": {"type": "correction", "attributes": named | attributes}}


def test_search_finds_by_words_of_the_name_and_by_tags(emulator: Emulator, id: str) -> None:
    ask(emulator, "POST", "/api/v1/slo", slo(name="Other", tags=[]))
    for words in ("avail", "team:web", "Availability team:web"):
        body = ask(emulator, "GET", "/api/v1/slo/search", query={"query": words}).body
        assert [found["data"]["id"] for found in body["data"]["attributes"]["slos"]] == [id]
        assert body["meta"]["pagination"]["total"] == 1


def test_search_results_spell_an_slo_in_their_own_way(emulator: Emulator, id: str) -> None:
    results = ask(emulator, "GET", "/api/v1/slo/search", query={"query": "Availability"}).body["data"]["attributes"]
    found = results["slos"][0]["data"]["attributes"]
    assert found["slo_type"] == "metric"
    assert found["thresholds"][0]["target_display"] == found["thresholds"][0]["warning_display"] == "99"
    assert found["env_tags"] == ["env:prod"]
    assert found["overall_status"][0]["state"] == "no_data"


def test_search_pages_cover_everything_once(emulator: Emulator) -> None:
    for number in range(5):
        ask(emulator, "POST", "/api/v1/slo", slo(name=f"s{number}"))
    names: list[str] = []
    for page in range(3):
        query = {"query": "s", "page[number]": page, "page[size]": 2}
        body = ask(emulator, "GET", "/api/v1/slo/search", query=query).body
        names += [found["data"]["attributes"]["name"] for found in body["data"]["attributes"]["slos"]]
    assert names == [f"s{number}" for number in range(5)]
    assert body["meta"]["pagination"]["last_number"] == 2


def test_history_is_that_of_an_slo_without_data(emulator: Emulator, id: str) -> None:
    body = ask(emulator, "GET", f"/api/v1/slo/{id}/history", query={"from_ts": 1, "to_ts": 2}).body
    assert body["data"]["slo"]["id"] == id
    assert body["data"]["overall"]["state"] == "no_data"
    assert body["data"]["thresholds"].keys() == {"7d", "30d"}
    assert ask(emulator, "GET", "/api/v1/slo/abc/history").status == 404


def test_a_corrections_times_are_known_from_the_first_read_on(emulator: Emulator, id: str) -> None:
    created = ask(emulator, "POST", CORRECTIONS, correction(slo_id=id)).body["data"]
    assert created["attributes"]["created_at"] is None
    found = ask(emulator, "GET", f"{CORRECTIONS}/{created['id']}").body["data"]
    assert found["attributes"]["created_at"] == found["attributes"]["modified_at"] > 0
    times = {"created_at": None, "modified_at": None}
    assert found["attributes"] | times == created["attributes"]
    assert (created["attributes"]["rrule"], created["attributes"]["duration"]) == (None, None)


def test_a_correction_of_many_slos_names_a_query(emulator: Emulator) -> None:
    created = ask(emulator, "POST", CORRECTIONS, correction(slo_query="env:prod")).body["data"]["attributes"]
    assert (created["slo_id"], created["slo_query"]) == (None, "env:prod")


def test_a_patch_merges_and_names_who_changed_it(emulator: Emulator, id: str) -> None:
    created = ask(emulator, "POST", CORRECTIONS, correction(slo_id=id)).body["data"]
    change = {"data": {"type": "correction", "attributes": {"category": "Deployment"}}}
    changed = ask(emulator, "PATCH", f"{CORRECTIONS}/{created['id']}", change).body["data"]["attributes"]
    assert (changed["category"], changed["description"]) == ("Deployment", "d")
    assert changed["modifier"] == changed["creator"]


def test_corrections_are_listed_all_together_and_for_one_slo(emulator: Emulator, id: str) -> None:
    ask(emulator, "POST", CORRECTIONS, correction(slo_id=id))
    ask(emulator, "POST", CORRECTIONS, correction(slo_query="env:prod"))
    assert ask(emulator, "GET", CORRECTIONS).body["meta"]["page"]["total_count"] == 2
    assert len(ask(emulator, "GET", f"/api/v1/slo/{id}/corrections").body["data"]) == 1


def test_a_deleted_correction_is_gone(emulator: Emulator, id: str) -> None:
    path = f"{CORRECTIONS}/{ask(emulator, 'POST', CORRECTIONS, correction(slo_id=id)).body['data']['id']}"
    assert ask(emulator, "DELETE", path).pair() == (204, None)
    name = path.rsplit("/", 1)[-1]
    assert ask(emulator, "GET", path).pair() == (404, {"errors": [f"slo correction public id {name} not found"]})


def test_a_correction_without_a_target_or_of_an_unknown_slo_is_refused(emulator: Emulator) -> None:
    assert ask(emulator, "POST", CORRECTIONS, correction()).status == 400
    assert ask(emulator, "POST", CORRECTIONS, {}).status == 400
    assert ask(emulator, "POST", CORRECTIONS, correction(slo_id="abc")).status == 404
