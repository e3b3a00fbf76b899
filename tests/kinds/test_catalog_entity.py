"""Catalog entities: service files as Datadog keeps them."""

from __future__ import annotations

from typing import Any

from dd_sync.core.identity import Identity, Marks
from dd_sync.core.resource import Context
from dd_sync.kinds.catalog_entity import KIND, CatalogEntity

MARKS = Marks()

ENTITY: dict[str, Any] = {
    "apiVersion": "v3",
    "kind": "service",
    "metadata": {"name": "payments", "tags": ["b:2", "a:1"], "links": [], "additionalOwners": []},
    "spec": {"tier": "1", "dependsOn": [], "languages": ["python"]},
    "extensions": {"ddsync": {"kind": ["http"], "monitors": {"latency-p95": False}}},
}

# As the endpoint answers to a create (public recordings), a summary and the whole under `included`.
ANSWER: dict[str, Any] = {
    "data": [
        {
            "id": "a3ad0180-7ec0-40fa-98fd-b34f27ef4afc",
            "type": "entity",
            "attributes": {"apiVersion": "v3", "kind": "service", "name": "payments", "namespace": "default"},
            "meta": {"ingestionSource": "api", "createdAt": "2026-02-16T10:02:12.338681256Z"},
        }
    ],
    "included": [
        {
            "id": "a3ad0180-7ec0-40fa-98fd-b34f27ef4afc",
            "type": "schema",
            "attributes": {
                "schema": {
                    "apiVersion": "v3",
                    "kind": "service",
                    "metadata": {
                        "name": "payments",
                        "namespace": "default",
                        "tags": ["a:1", "b:2"],
                        "managed": {"ingestionSource": "api"},
                    },
                    "spec": {"tier": "1", "languages": ["python"]},
                    "extensions": {"ddsync": {"kind": ["http"], "monitors": {"latency-p95": False}}},
                }
            },
        }
    ],
}


def received() -> dict[str, Any]:
    return dict(KIND.receive(ANSWER["data"][0], ANSWER))


def test_the_entity_is_taken_from_beside_its_summary() -> None:
    found = received()
    assert found["id"] == "a3ad0180-7ec0-40fa-98fd-b34f27ef4afc"
    assert found["spec"] == {"tier": "1", "languages": ["python"]}
    assert found["meta"]["ingestionSource"] == "api"


def test_a_summary_alone_is_better_than_nothing() -> None:
    found = KIND.receive(ANSWER["data"][0], {"data": ANSWER["data"]})
    assert (found["kind"], found["metadata"]["name"]) == ("service", "payments")


def test_what_datadog_adds_and_drops_is_no_difference() -> None:
    wanted, found = KIND.comparable(ENTITY, received())
    assert wanted == found
    assert KIND.unknown_fields(received()) == []


def test_an_edit_of_a_person_is_a_difference() -> None:
    live = received()
    live["spec"] = {**live["spec"], "tier": "2"}
    wanted, found = KIND.comparable(ENTITY, live)
    assert wanted != found


def test_the_identity_is_among_the_tags() -> None:
    identity = Identity("acme/prod/catalog/entity/payments", "1-0123abcd")
    stamped = KIND.stamp(ENTITY, identity, MARKS)
    assert "ddsync_id:acme/prod/catalog/entity/payments" in stamped["metadata"]["tags"]
    assert KIND.identity(stamped, MARKS) == identity
    assert KIND.unstamp(stamped, MARKS)["metadata"]["tags"] == ["b:2", "a:1"]
    assert KIND.identity({}, MARKS) is None


def test_ids_and_origins_are_never_sent() -> None:
    body = KIND.create_body({**received(), "metadata": {**received()["metadata"], "id": "x"}})
    assert set(body) == {"apiVersion", "kind", "metadata", "spec", "extensions"}
    assert not {"id", "managed"} & body["metadata"].keys()


def test_it_is_known_by_its_reference() -> None:
    assert KIND.title(ENTITY) == "service:payments"
    assert KIND.title({"kind": "queue", "metadata": {"name": "q", "namespace": "eu"}}) == "queue:eu/q"
    assert CatalogEntity(entity=ENTITY).title_text == "service:payments"
    assert CatalogEntity(entity=ENTITY).complete(Context("")) == ENTITY
