from __future__ import annotations

import json

from dd_sync.discover import to_json
from tests.discover.rendered import deployment, discovered, service

CART = deployment(
    ports=[7070],
    readinessProbe={"grpc": {"port": 7070}},
    env={"DB_URL": "mongodb://app:hunter2@db:27017/shop"},
    spec={"replicas": 2},
)


def test_the_public_fields_come_first_and_every_fact_has_its_source() -> None:
    (found,) = to_json(discovered(CART, service("cart", 7070)))
    assert list(found)[:6] == ["service", "kind", "workload", "runtime", "ports", "facts"]
    assert {key: found[key] for key in list(found)[:5]} == {
        "service": "cart",
        "kind": "grpc",
        "workload": "Deployment/cart",
        "runtime": None,
        "ports": [7070],
    }
    assert found["facts"]["kind"] == {"value": "grpc", "source": "readinessProbe.grpc"}
    assert found["facts"]["ports"] == {"value": [7070], "source": "containerPort 7070"}


def test_everything_known_is_plain_json() -> None:
    listed = to_json(
        discovered(
            CART,
            {
                "apiVersion": "autoscaling/v2",
                "kind": "HorizontalPodAutoscaler",
                "metadata": {"name": "cart"},
                "spec": {"scaleTargetRef": {"kind": "Deployment", "name": "cart"}, "minReplicas": 2, "maxReplicas": 4},
            },
        )
    )
    assert json.loads(json.dumps(listed)) == listed
    assert listed[0]["hpa"] == {"name": "cart", "min": 2, "max": 4}
    assert listed[0]["facts"]["hpa"]["value"] == listed[0]["hpa"]
    assert listed[0]["unresolved"] == ["db"]
    assert any(sentence.startswith("no label") for sentence in listed[0]["lint"])


def test_no_password_gets_out() -> None:
    assert "hunter2" not in json.dumps(to_json(discovered(CART)))


def test_nothing_found_is_an_empty_list() -> None:
    assert to_json(discovered(service())) == []
