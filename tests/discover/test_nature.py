from __future__ import annotations

from typing import Any

import pytest

from tests.discover.rendered import by_name, deployment, only, service

HTTP_PROBE: dict[str, Any] = {"readinessProbe": {"httpGet": {"port": 8080, "path": "/health"}}}
GRPC_PROBE: dict[str, Any] = {"livenessProbe": {"grpc": {"port": 8080}}}
SQS = {
    "apiVersion": "keda.sh/v1alpha1",
    "kind": "ScaledObject",
    "metadata": {"name": "cart"},
    "spec": {
        "scaleTargetRef": {"name": "cart"},
        "triggers": [{"type": "aws-sqs-queue", "metadata": {"queueURL": "https://sqs.eu-west-1.amazonaws.com/1/jobs"}}],
    },
}


def kind(*objects: dict[str, Any]) -> tuple[str, str]:
    fact = by_name(*objects)["cart"].facts["kind"]
    return fact.value, fact.source


@pytest.mark.parametrize(
    ("of", "expected"), [("DaemonSet", "agent"), ("Job", "job"), ("Deployment", "worker"), ("Rollout", "worker")]
)
def test_the_kind_of_object_comes_first(of: str, expected: str) -> None:
    assert only(deployment(kind=of)).kind == expected


def test_a_cron_job_is_cron_even_with_the_image_of_a_database() -> None:
    pod = {"spec": {"containers": [{"name": "dump", "image": "postgres:16"}]}}
    body = {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": {"name": "dump"},
        "spec": {"schedule": "0 3 * * *", "jobTemplate": {"spec": {"template": pod}}},
    }
    assert (only(body).kind, only(body).facts["kind"].source) == ("cron", "CronJob")


def test_a_well_known_image_comes_before_ports_and_probes() -> None:
    subject = deployment(
        image="opensearchproject/opensearch:2", ports=[{"containerPort": 9200, "name": "http"}], **HTTP_PROBE
    )
    assert kind(subject, service("cart", 9200)) == ("datastore", "image name (opensearch)")


def test_a_well_known_name_counts_with_an_image_of_ones_own() -> None:
    found = only(
        deployment("kafka", image="ghcr.io/acme/demo:2.0-kafka", ports=[{"containerPort": 9092, "name": "plaintext"}])
    )
    assert (found.kind, found.facts["kind"].source) == ("datastore", "workload name (kafka)")


def test_a_name_with_other_words_needs_something_to_connect_to() -> None:
    assert only(deployment("redis-cart", image="acme/app:1")).kind == "worker"
    assert only(deployment("redis-cart", image="acme/app:1", ports=[6379])).kind == "datastore"
    assert only(deployment("redis-cart", image="acme/app:1", kind="StatefulSet")).kind == "datastore"


def test_a_name_with_other_words_gives_way_to_probes_databases_do_not_answer() -> None:
    found = only(deployment("orders-mongo", image="acme/app:1", ports=[8080], **HTTP_PROBE))
    assert found.kind == "http"


def test_a_kafka_consumer_is_a_worker() -> None:
    assert only(deployment("kafka-consumer", image="acme/kafka-consumer:1", ports=[8080])).kind == "worker"


def test_a_collector_beside_every_node_is_an_agent_and_a_central_one_is_not() -> None:
    image = "otel/opentelemetry-collector-contrib:0.110.0"
    assert only(deployment(image=image, kind="DaemonSet")).kind == "agent"
    assert only(deployment(image=image, ports=[4317])).kind == "datastore"


def test_an_exporter_is_an_agent() -> None:
    assert only(deployment("mongodb-exporter", image="percona/mongodb_exporter:0.40", ports=[9216])).kind == "agent"


@pytest.mark.parametrize(
    ("container", "source"),
    [
        (GRPC_PROBE, "livenessProbe.grpc"),
        (
            {"readinessProbe": {"exec": {"command": ["/bin/grpc_health_probe"]}}},
            "readinessProbe.exec grpc_health_probe",
        ),
    ],
)
def test_a_grpc_probe_makes_it_grpc_whatever_the_ports_are_called(container: dict[str, Any], source: str) -> None:
    subject = deployment(ports=[{"containerPort": 8080, "name": "http"}], **container)
    assert kind(subject, service()) == ("grpc", source)


def test_an_http_probe_makes_it_http() -> None:
    assert kind(deployment(ports=[8080], **HTTP_PROBE), service("cart", 8080)) == ("http", "readinessProbe.httpGet")


def test_a_probe_of_the_health_port_does_not() -> None:
    subject = deployment(
        ports=[{"containerPort": 5000, "name": "service"}, {"containerPort": 8080, "name": "health"}], **HTTP_PROBE
    )
    assert kind(subject, service("cart", 5000))[0] == "unknown"


def test_the_name_of_a_port_makes_it_grpc_though_its_health_is_http() -> None:
    subject = deployment(ports=[{"containerPort": 5000, "name": "grpc"}, 8080], **HTTP_PROBE)
    assert kind(subject, service("cart", 5000)) == ("grpc", "containerPort 5000 (name grpc)")


def test_both_protocols_are_told_the_first_declared_first() -> None:
    ports: list[Any] = [{"containerPort": 8080, "name": "http"}, {"containerPort": 9090, "name": "grpc"}]
    assert by_name(deployment(ports=ports), service("cart", 8080, 9090))["cart"].kinds == ("http", "grpc")
    ports.reverse()
    assert by_name(deployment(ports=ports), service("cart", 8080, 9090))["cart"].kinds == ("grpc", "http")


def test_nobody_can_call_it_so_it_is_a_worker() -> None:
    assert kind(deployment()) == ("worker", "no Service, no ports")


def test_a_metrics_port_and_its_service_leave_a_worker_a_worker() -> None:
    subject = deployment(ports=[{"containerPort": 9090, "name": "http-metrics"}])
    metrics = service("cart", {"port": 9090, "targetPort": "http-metrics", "name": "http-metrics"})
    assert kind(subject, metrics) == ("worker", "no Service, no ports")


def test_what_is_served_through_a_sidecar_is_no_worker() -> None:
    subject = deployment()
    proxy = {"name": "oauth2-proxy", "image": "oauth2-proxy:7", "ports": [{"containerPort": 4180, "name": "proxy"}]}
    subject["spec"]["template"]["spec"]["containers"].append(proxy)
    assert kind(subject, service("cart", {"port": 8080, "targetPort": "proxy"}))[0] == "unknown"
    assert kind(subject, service("cart", {"port": 8080, "targetPort": "proxy", "name": "metrics"}))[0] == "worker"


def test_a_worker_by_name_stays_one_with_a_health_port_of_its_own() -> None:
    found = only(deployment("orders-worker", ports=[8080], **HTTP_PROBE))
    assert (found.kind, found.facts["kind"].source) == ("worker", "workload name, no Service")


def test_what_reads_a_queue_and_has_no_service_is_a_worker() -> None:
    assert kind(deployment(ports=[8080], **HTTP_PROBE), SQS) == (
        "worker",
        "ScaledObject/cart trigger aws-sqs-queue, no Service",
    )


def test_an_api_that_reads_a_queue_is_both() -> None:
    found = by_name(deployment(ports=[8080], **HTTP_PROBE), service("cart", 8080), SQS)["cart"]
    assert (found.kind, found.kinds) == ("http", ("http", "worker"))


def test_a_port_named_after_a_database_makes_it_one() -> None:
    subject = deployment(ports=[{"containerPort": 27017, "name": "mongo"}])
    assert kind(subject, service("cart", 27017)) == ("datastore", "containerPort 27017 (name mongo) (mongodb)")


def test_a_databases_port_counts_under_a_databases_name() -> None:
    assert only(deployment("orders-db", ports=[5432])).kind == "datastore"
    assert kind(deployment(ports=[5432]), service("cart", 5432))[0] == "unknown"


def ingress(name: str, **annotations: str) -> dict[str, Any]:
    path = {"path": "/", "backend": {"service": {"name": name, "port": {"number": 5000}}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "shop", "annotations": annotations},
        "spec": {"rules": [{"http": {"paths": [path]}}, None, {"http": None}]},
    }


def test_an_ingress_leads_to_http_unless_it_says_otherwise() -> None:
    subject, front = deployment(ports=[5000]), service("cart", 5000)
    assert kind(subject, front, ingress("cart")) == ("http", "Ingress/shop")
    grpc = ingress("cart", **{"nginx.ingress.kubernetes.io/backend-protocol": "GRPC"})
    assert kind(subject, front, grpc)[0] == "grpc"
    assert kind(subject, front, ingress("other"))[0] == "unknown"


@pytest.mark.parametrize(("route", "expected"), [("HTTPRoute", "http"), ("GRPCRoute", "grpc")])
def test_a_gateway_route_says_the_protocol(route: str, expected: str) -> None:
    body = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": route,
        "metadata": {"name": "shop"},
        "spec": {"rules": [{"backendRefs": [{"name": "cart", "port": 5000}]}]},
    }
    assert kind(deployment(ports=[5000]), service("cart", 5000), body) == (expected, f"{route}/shop")


@pytest.mark.parametrize(
    ("url", "expected"), [("http://cart:5000/x", "http"), ("grpc://cart:5000", "grpc"), ("dns:///cart:5000", "grpc")]
)
def test_how_others_call_it_is_a_hint(url: str, expected: str) -> None:
    caller = deployment("web", env={"CART_URL": url})
    scheme = url.partition(":")[0]
    assert kind(deployment(ports=[5000]), service("cart", 5000), caller) == (
        expected,
        f"called as {scheme}:// by Deployment/web (env CART_URL)",
    )


def test_opentelemetrys_own_variables_are_no_hint() -> None:
    caller = deployment("web", env={"OTEL_EXPORTER_OTLP_ENDPOINT": "http://cart:4317"})
    assert kind(deployment(ports=[4317]), service("cart", 4317), caller)[0] == "unknown"


def test_its_own_settings_are_a_hint_where_they_match_a_port() -> None:
    assert kind(deployment(ports=[5000], env={"GRPC_PORT": "5000"}), service("cart", 5000)) == ("grpc", "env GRPC_PORT")
    assert kind(deployment(ports=[5000], env={"GRPC_PORT": "5001"}), service("cart", 5000))[0] == "unknown"


def test_a_web_server_and_the_ports_of_the_web_are_http() -> None:
    assert kind(deployment(image="nginx:1.27", ports=[5000]), service("cart", 5000)) == ("http", "image name")
    assert kind(deployment(ports=[8079]), service("cart", {"port": 80, "targetPort": 8079})) == ("http", "port 80")


def test_a_frontend_is_http_when_nothing_better_says_so() -> None:
    found = by_name(deployment("shop-frontend", ports=[5000]), service("shop-frontend", 5000))["shop-frontend"]
    assert (found.kind, found.facts["kind"].source) == ("http", "workload name (frontend)")


def test_what_nothing_tells_stays_unknown() -> None:
    subject = deployment(ports=[{"containerPort": 8080, "name": "service"}])
    front = service("cart", {"port": 8080, "name": "tcp-service", "targetPort": 8080})
    assert kind(subject, front) == ("unknown", "no port, probe, name, image or caller says")
    assert by_name(subject, front)["cart"].kinds == ("unknown",)
