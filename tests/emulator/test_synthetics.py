"""Synthetics tests at their endpoints."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask
from tests.kinds.examples import EXAMPLES

LIST, MAKE, DELETE = (f"/api/v1/synthetics/tests{end}" for end in ("", "/api", "/delete"))
BODY = EXAMPLES["synthetics-test"]


def made(emulator: Emulator, **fields: Any) -> dict[str, Any]:
    answer = ask(emulator, "POST", MAKE, {**BODY, **fields})
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.body
    return found


def test_a_created_test_can_be_read_and_is_in_the_list(emulator: Emulator) -> None:
    test = made(emulator)
    read = ask(emulator, "GET", f"{MAKE}/{test['public_id']}").body
    assert read["config"] == test["config"]
    assert read["status"] == "live"
    assert read["creator"]
    listed = ask(emulator, "GET", LIST).body
    assert listed == {"tests": [read], "total": 1}


def test_pages_count_from_nought(emulator: Emulator) -> None:
    ids = [made(emulator)["public_id"] for _ in range(3)]
    asked = [ask(emulator, "GET", LIST, query={"page_size": 2, "page_number": number}) for number in (0, 1, 2)]
    pages = [one.body["tests"] for one in asked]
    assert [[one["public_id"] for one in page] for page in pages] == [ids[:2], ids[2:], []]


def test_the_content_of_a_certificate_never_comes_back(emulator: Emulator) -> None:
    test = made(emulator)
    assert "content" not in json.dumps(test["config"]["request"]["certificate"])
    assert "content" in json.dumps(BODY["config"]["request"]["certificate"]), "what was sent stays as it was"


def test_a_put_replaces_everything(emulator: Emulator) -> None:
    test = made(emulator, tags=["a:b"])
    smaller = {name: BODY[name] for name in ("name", "type", "subtype", "config", "locations")}
    answer = ask(emulator, "PUT", f"{MAKE}/{test['public_id']}", {**smaller, "options": {"tick_every": 300}})
    assert answer.body["options"] == {"tick_every": 300}
    assert answer.body["tags"] == []
    assert answer.body["monitor_id"] == test["monitor_id"]


def test_a_test_has_a_monitor_of_its_own_that_follows_it(emulator: Emulator) -> None:
    test = made(emulator, tags=["team:shop"])
    (monitor,) = emulator.objects("monitor")
    assert monitor["id"] == test["monitor_id"]
    assert (monitor["type"], monitor["query"]) == ("synthetics alert", "no_query")
    assert {"team:shop", "check_type:api", "check_status:live", "probe_dc:aws:eu-west-1"} <= set(monitor["tags"])
    assert monitor["options"]["synthetics_check_id"] == test["public_id"]
    ask(emulator, "PUT", f"{MAKE}/{test['public_id']}", {**BODY, "message": "Other.", "status": "paused"})
    (monitor,) = emulator.objects("monitor")
    assert monitor["message"] == "Other."
    assert "check_status:paused" in monitor["tags"]


def test_a_delete_takes_many_and_their_monitors(emulator: Emulator) -> None:
    ids = [made(emulator)["public_id"] for _ in range(2)]
    answer = ask(emulator, "POST", DELETE, {"public_ids": ids})
    assert [one["public_id"] for one in answer.body["deleted_tests"]] == ids
    assert emulator.objects("synthetics-test") == emulator.objects("monitor") == []
    assert ask(emulator, "POST", DELETE, {"public_ids": ids}).status == 404
    assert ask(emulator, "GET", f"{MAKE}/{ids[0]}").body == {"errors": ["Synthetics test not found"]}


@pytest.mark.parametrize("missing", ["name", "type", "config", "locations", "options"])
def test_what_a_test_needs_is_asked_for(emulator: Emulator, missing: str) -> None:
    assert ask(emulator, "POST", MAKE, {name: BODY[name] for name in BODY if name != missing}).status == 400


def test_a_test_that_somebody_else_made_keeps_its_type(emulator: Emulator) -> None:
    browser = emulator.put("synthetics-test", {**BODY, "type": "browser", "monitor_id": 1})
    assert ask(emulator, "GET", f"{MAKE}/{browser}").status == 404
    assert ask(emulator, "GET", f"{LIST}/{browser}").status == 200
