"""Discovery over the rendered manifests of a real application of twelve workloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from dd_sync.discover import Found, discover, entity, read, to_json
from tests.corpus.recordings import FOLDER, needs_recordings

pytestmark = [pytest.mark.corpus, needs_recordings]

# service: kind, port, probe, dependencies, requests (cpu, memory)
EXPECTED: dict[str, tuple[str, int | None, str | None, str, str, str]] = {
    "adservice": ("grpc", 9555, "grpc:9555", "", "200m", "180Mi"),
    "cartservice": ("grpc", 7070, "grpc:7070", "redis-cart", "200m", "64Mi"),
    "checkoutservice": (
        "grpc",
        5050,
        "grpc:5050",
        "cartservice currencyservice emailservice paymentservice productcatalogservice shippingservice",
        "100m",
        "64Mi",
    ),
    "currencyservice": ("grpc", 7000, "grpc:7000", "", "100m", "64Mi"),
    "emailservice": ("grpc", 8080, "grpc:8080", "", "100m", "64Mi"),
    "frontend": (
        "http",
        8080,
        "httpGet:8080/_healthz",
        "adservice cartservice checkoutservice currencyservice productcatalogservice recommendationservice "
        "shippingservice shoppingassistantservice",
        "100m",
        "64Mi",
    ),
    "loadgenerator": ("worker", None, None, "frontend", "300m", "256Mi"),
    "paymentservice": ("grpc", 50051, "grpc:50051", "", "100m", "64Mi"),
    "productcatalogservice": ("grpc", 3550, "grpc:3550", "", "100m", "64Mi"),
    "recommendationservice": ("grpc", 8080, "grpc:8080", "productcatalogservice", "100m", "220Mi"),
    "redis-cart": ("datastore", 6379, "tcpSocket:6379", "", "70m", "200Mi"),
    "shippingservice": ("grpc", 50051, "grpc:50051", "", "100m", "64Mi"),
}


def found() -> dict[str, Found]:
    manifests = read(Path(FOLDER) / "manifests" / "microservices-demo.yaml")
    return {each.service: each for each in discover(manifests).services}


def test_every_workload_of_the_application_is_found_and_nothing_else() -> None:
    assert sorted(found()) == sorted(EXPECTED)


@pytest.mark.parametrize("service", EXPECTED)
def test_a_service_has_the_expected_facts(service: str) -> None:
    kind, port, probe, dependencies, cpu, memory = EXPECTED[service]
    each = found()[service]
    assert each.kind == kind
    assert each.workload == f"Deployment/{service}"
    assert each.ports == ((port,) if port else ())
    assert each.probes.get("readinessProbe") == probe
    assert sorted(each.dependencies) == dependencies.split()
    assert each.requests == {"cpu": cpu, "memory": memory}
    assert each.runtime is None
    assert each.facts["service"].source == "label app"


def test_a_service_nobody_runs_is_an_unresolved_dependency() -> None:
    assert found()["frontend"].unresolved == ("shoppingassistantservice",)
    assert [each.service for each in found().values() if each.unresolved] == ["frontend"]


def test_the_json_has_the_public_shape() -> None:
    listed = to_json(discover(read(Path(FOLDER) / "manifests" / "microservices-demo.yaml")))
    cart: dict[str, Any] = next(each for each in listed if each["service"] == "cartservice")
    assert {key: cart[key] for key in ("kind", "workload", "runtime", "ports")} == {
        "kind": "grpc",
        "workload": "Deployment/cartservice",
        "runtime": None,
        "ports": [7070],
    }
    assert cart["facts"]["kind"] == {"value": "grpc", "source": "readinessProbe.grpc"}


def test_every_service_file_is_an_entity_of_that_name() -> None:
    for service, each in found().items():
        written = yaml.safe_load(entity(each, owner="shop", tier="2", envs=["prod"]))
        assert written["metadata"] == {"name": service, "owner": "shop"}
        assert written["extensions"]["ddsync"]["envs"] == ["prod"]
