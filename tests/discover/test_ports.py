from __future__ import annotations

from typing import Any

import pytest
import yaml

from dd_sync.discover.cluster import cluster
from dd_sync.discover.ports import Port, ports, protocol_of
from dd_sync.discover.workloads import workload
from tests.discover.rendered import by_name, deployment, manifests, only, service


def ports_of(subject: dict[str, Any], *others: dict[str, Any]) -> tuple[Port, ...]:
    found = manifests("\n---\n".join(yaml.safe_dump(each) for each in (subject, *others)))
    first = workload(found[0])
    assert first is not None
    return ports(first, cluster(found, [first]))


def test_declared_ports_come_with_their_names() -> None:
    found = ports_of(deployment(ports=[8080, {"containerPort": "9090", "name": "metrics"}]))
    assert [(port.number, port.source) for port in found] == [
        (8080, "containerPort 8080"),
        (9090, "containerPort 9090 (name metrics)"),
    ]


@pytest.mark.parametrize("port", [None, 0, 70000, -1, "http", True, {"hostPort": 80}, {"containerPort": None}])
def test_what_is_no_port_number_is_left_out(port: Any) -> None:
    body = deployment()
    body["spec"]["template"]["spec"]["containers"][0]["ports"] = [
        port if isinstance(port, dict) else {"containerPort": port}
    ]
    assert ports_of(body) == ()


def test_udp_ports_are_left_out() -> None:
    assert ports_of(deployment(ports=[{"containerPort": 8125, "protocol": "UDP"}])) == ()


def test_a_port_only_a_service_names_is_known() -> None:
    (port,) = ports_of(deployment(), service("cart", {"port": 80, "targetPort": 8080}))
    assert (port.number, port.source, port.service_ports) == (8080, "Service cart port 80 → 8080", (80,))


def test_a_service_reaches_a_port_by_its_name() -> None:
    (port,) = ports_of(
        deployment(ports=[{"containerPort": 7000, "name": "api"}]),
        service("cart", {"port": 80, "targetPort": "api", "name": "grpc"}),
    )
    assert port.speaks is not None
    assert (port.speaks.value, port.speaks.source) == ("grpc", "Service cart port 80 (name grpc)")


def test_the_port_of_a_sidecar_is_not_the_services_own() -> None:
    body = deployment(ports=[8080])
    sidecar = {"name": "ui", "image": "a", "ports": [{"containerPort": 4000, "name": "http-ui"}]}
    body["spec"]["template"]["spec"]["containers"].append(sidecar)
    assert [port.number for port in ports_of(body, service("cart", 8080, 4000))] == [8080]


@pytest.mark.parametrize(
    ("container_name", "service_port", "speaks"),
    [
        ("http", {"port": 80}, "http"),
        ("grpc-api", {"port": 80}, "grpc"),
        ("service", {"port": 80, "name": "tcp-service"}, None),
        (None, {"port": 80, "name": "grpc"}, "grpc"),
        ("http", {"port": 80, "name": "grpc"}, "http"),
        ("http", {"port": 80, "appProtocol": "grpc"}, "grpc"),
        (None, {"port": 80, "appProtocol": "kubernetes.io/ws"}, "http"),
        (None, {"port": 80, "appProtocol": "kubernetes.io/h2c"}, None),
        (None, {"port": 80, "name": "tcp-redis"}, None),
    ],
)
def test_names_and_app_protocols_say_what_a_port_speaks(
    container_name: str | None, service_port: dict[str, Any], speaks: str | None
) -> None:
    declared = {"containerPort": 5000} | ({"name": container_name} if container_name else {})
    (port,) = ports_of(deployment(ports=[declared]), service("cart", service_port | {"targetPort": 5000}))
    assert (port.speaks.value if port.speaks else None) == speaks


@pytest.mark.parametrize(
    "name", ["metrics", "http-metrics", "health", "grpc-health", "http-admin", "prometheus", "debug"]
)
def test_ports_for_metrics_and_health_are_beside_the_point(name: str) -> None:
    (port,) = ports_of(deployment(ports=[{"containerPort": 9000, "name": name}]))
    assert port.is_side
    assert port.speaks is None


@pytest.mark.parametrize("name", ["http", "web", "store-admin", "health-api", "api", "grpc"])
def test_other_ports_are_not(name: str) -> None:
    (port,) = ports_of(deployment(ports=[{"containerPort": 9000, "name": name}]))
    assert not port.is_side


def test_a_port_only_prometheus_reads_is_beside_the_point() -> None:
    annotations = {"prometheus.io/port": "9000"}
    assert ports_of(deployment(ports=[9000], annotations=annotations))[0].is_side
    assert not ports_of(deployment(ports=[9000], annotations=annotations), service("cart", 9000))[0].is_side


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        ({"readinessProbe": {"grpc": {"port": 9555}}}, {"readinessProbe": "grpc:9555"}),
        ({"livenessProbe": {"httpGet": {"port": "http", "path": "/live"}}}, {"livenessProbe": "httpGet:http/live"}),
        ({"startupProbe": {"tcpSocket": {"port": 6379}}}, {"startupProbe": "tcpSocket:6379"}),
        ({"readinessProbe": {"exec": {"command": ["true"]}}}, {"readinessProbe": "exec"}),
        ({"readinessProbe": None, "livenessProbe": {}, "startupProbe": []}, {}),
    ],
)
def test_probes_are_told_in_short(container: dict[str, Any], expected: dict[str, str]) -> None:
    assert only(deployment(**container)).probes == expected


@pytest.mark.parametrize(
    ("name", "speaks"),
    [("grpcs", "grpc"), ("https", "http"), ("HTTP", "http"), ("httpd", None), ("", None), (None, None)],
)
def test_a_name_is_read_word_by_word(name: str | None, speaks: str | None) -> None:
    assert protocol_of(name) == speaks


def test_a_service_of_another_namespace_does_not_lead_here() -> None:
    found = by_name(deployment(namespace="shop"), service("cart", {"port": 80, "targetPort": 8080}, namespace="other"))
    assert found["cart"].ports == ()
