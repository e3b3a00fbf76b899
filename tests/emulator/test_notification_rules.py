"""Notification rules as public recordings of the endpoint show them."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask

PATH = "/api/v2/monitor/notification_rule"
TYPE = "monitor-notification-rule"
RULE: dict[str, Any] = {"name": "test rule", "filter": {"tags": ["app:a"]}, "recipients": ["slack-monitor-app"]}


def document(id: str | None = None, **attributes: Any) -> dict[str, Any]:
    return {"data": {"type": TYPE, **({"id": id} if id else {}), "attributes": attributes}}


def create(emulator: Emulator, **changes: Any) -> str:
    answered = ask(emulator, "POST", PATH, document(**{**RULE, **changes}))
    assert answered.status == 200, answered.body
    return str(answered.body["data"]["id"])


def test_a_create_answers_with_the_rule_and_who_made_it_and_no_time_of_change_yet(emulator: Emulator) -> None:
    body = ask(emulator, "POST", PATH, document(**RULE)).body
    assert body["data"]["type"] == TYPE
    assert body["data"]["attributes"].items() >= RULE.items()
    assert body["data"]["attributes"]["modified_at"] == "1970-01-01T00:00:00+00:00"
    assert body["data"]["relationships"]["created_by"]["data"]["id"] == body["included"][0]["id"]


def test_a_list_gives_pages_without_relationships(emulator: Emulator) -> None:
    ids = [create(emulator, name=f"rule {n}") for n in range(5)]
    pages = [ask(emulator, "GET", PATH, query={"per_page": 2, "page": n}).body["data"] for n in range(3)]
    assert [rule["id"] for page in pages for rule in page] == ids
    assert set(pages[0][0]) == {"type", "id", "attributes"}
    assert pages[0][0]["attributes"]["modified_at"] > "2020"


def test_a_patch_is_the_whole_rule(emulator: Emulator) -> None:
    id = create(emulator)
    conditional = {"conditions": [{"scope": "transition_type:is_alert", "recipients": ["slack-test-channel"]}]}
    sent = document(id, name="updated rule", filter={"scope": "app:b"}, conditional_recipients=conditional)
    found = ask(emulator, "PATCH", f"{PATH}/{id}", sent).body["data"]["attributes"]
    assert set(found) == {"name", "filter", "conditional_recipients", "created_at", "modified_at"}
    assert found["filter"] == {"scope": "app:b"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"recipients": ["@slack-test-channel"]}, "Invalid recipients: Recipient handle should not start with '@'"),
        ({"recipients": None}, "one of recipients and conditional_recipients"),
        ({"recipients": []}, "Minimum number of elements in parameter 'recipients' should be 1"),
        ({"recipients": ["a"] * 21}, "Maximum number of elements in parameter 'recipients' should be 20"),
        ({"name": ""}, "Minimum length of parameter 'name' should be 1"),
        ({"name": "n" * 1001}, "Maximum length of parameter 'name' should be 1000"),
        ({"recipients": None, "conditional_recipients": {"conditions": []}}, "parameter 'conditions' should be 1"),
        ({"recipients": "slack"}, "'recipients' should be array"),
    ],
)
def test_what_no_rule_can_be_is_refused(emulator: Emulator, changes: dict[str, Any], said: str) -> None:
    answered = ask(emulator, "POST", PATH, document(**{**RULE, **changes}))
    assert answered.status == 400
    assert said in answered.body["errors"][0]


@pytest.mark.parametrize(
    "body", [{}, {"data": []}, {"data": {"type": TYPE}}, {"data": {"type": "x", "attributes": {}}}]
)
def test_a_body_that_is_no_document_is_refused(emulator: Emulator, body: Any) -> None:
    assert ask(emulator, "POST", PATH, body).status == 400


def test_a_deleted_rule_is_not_found(emulator: Emulator) -> None:
    id = create(emulator)
    assert ask(emulator, "DELETE", f"{PATH}/{id}").pair() == (204, None)
    for method in ("GET", "DELETE"):
        assert ask(emulator, method, f"{PATH}/{id}").pair() == (
            404,
            {"errors": ["Monitor notification rule not found"]},
        )


def test_an_edit_in_datadogs_pages_moves_its_time_on(emulator: Emulator) -> None:
    id = create(emulator)
    before = emulator.objects("notification-rule")[0]["modified_at"]
    assert emulator.edit("notification-rule", id, lambda body: {**body, "name": "edited"})["modified_at"] > before
    assert ask(emulator, "GET", f"{PATH}/{id}").body["data"]["attributes"]["name"] == "edited"
