"""Entities of the Software Catalog as public recordings of the endpoint show them."""

from __future__ import annotations

from typing import Any

import pytest

from dd_sync.emulator import Emulator
from tests.emulator.asking import ask

PATH = "/api/v2/catalog/entity"


def entity(name: str = "myService", **changes: Any) -> dict[str, Any]:
    metadata = {"name": name, "owner": "shop", "tags": ["this:tag"], "additionalOwners": []}
    return {"apiVersion": "v3", "kind": "service", "metadata": metadata, "spec": {"languages": []}, **changes}


def upsert(emulator: Emulator, **changes: Any) -> dict[str, Any]:
    answered = ask(emulator, "POST", PATH, entity(**changes))
    assert answered.status == 202, answered.body
    found: dict[str, Any] = answered.body
    return found


def test_a_post_is_accepted_and_answered_with_the_whole_entity(emulator: Emulator) -> None:
    answered = upsert(emulator)
    (summary,) = answered["data"]
    (included,) = answered["included"]
    assert (summary["type"], included["type"], included["id"]) == ("entity", "schema", summary["id"])
    assert summary["attributes"] == {
        "apiVersion": "v3",
        "kind": "service",
        "name": "myService",
        "namespace": "default",
        "owner": "shop",
        "tags": ["this:tag"],
    }
    schema = included["attributes"]["schema"]
    assert schema["spec"] == {}
    assert "additionalOwners" not in schema["metadata"]
    assert schema["metadata"]["managed"]["ingestionSource"] == summary["meta"]["ingestionSource"] == "api"


def test_posting_a_name_again_replaces_the_entity(emulator: Emulator) -> None:
    first, second = upsert(emulator), upsert(emulator, spec={"tier": "1"})
    assert first["data"][0]["id"] == second["data"][0]["id"]
    assert [one["spec"] for one in emulator.objects("catalog-entity")] == [{"tier": "1"}]
    assert upsert(emulator, kind="queue", spec={})["data"][0]["id"] != first["data"][0]["id"]


def test_a_list_gives_summaries_and_the_rest_where_asked(emulator: Emulator) -> None:
    for n in range(3):
        upsert(emulator, name=f"service-{n}")
    plain = ask(emulator, "GET", PATH, query={"page[limit]": 2, "page[offset]": 1}).body
    assert [one["attributes"]["name"] for one in plain["data"]] == ["service-1", "service-2"]
    assert "included" not in plain
    whole = ask(emulator, "GET", PATH, query={"include": "schema"}).body
    assert [one["id"] for one in whole["included"]] == [one["id"] for one in whole["data"]]


@pytest.mark.parametrize(
    "query",
    [{"filter[name]": "b"}, {"filter[ref]": "queue:b"}, {"filter[kind]": "queue"}, {"filter[owner]": "platform"}],
)
def test_a_list_can_be_filtered(emulator: Emulator, query: dict[str, str]) -> None:
    upsert(emulator, name="a")
    upsert(emulator, kind="queue", metadata={"name": "b", "owner": "platform"}, spec={})
    (found,) = ask(emulator, "GET", PATH, query=query).body["data"]
    assert found["attributes"]["name"] == "b"
    (by_id,) = ask(emulator, "GET", PATH, query={"filter[id]": found["id"]}).body["data"]
    assert by_id == found


def test_a_deleted_entity_is_gone(emulator: Emulator) -> None:
    id = upsert(emulator)["data"][0]["id"]
    assert ask(emulator, "DELETE", f"{PATH}/{id}").pair() == (204, None)
    assert ask(emulator, "DELETE", f"{PATH}/{id}").status == 404
    assert ask(emulator, "GET", PATH, query={"filter[id]": id}).body["data"] == []


@pytest.mark.parametrize(
    "body", [{}, {"apiVersion": "v3", "kind": "service"}, entity(kind="thing"), entity(metadata={"owner": "a"}), []]
)
def test_what_is_no_entity_is_refused(emulator: Emulator, body: Any) -> None:
    assert ask(emulator, "POST", PATH, body).status == 400
