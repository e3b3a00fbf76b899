from __future__ import annotations

from typing import Any

import pytest

from dd_sync.discover import Found
from tests.discover.rendered import by_name, deployment, service

REDIS = (deployment("redis", image="redis:7", ports=[6379]), service("redis", 6379))
KAFKA = (
    deployment("kafka", kind="StatefulSet", image="apache/kafka:4", ports=[9092]),
    service("kafka", 9092),
    service("kafka-headless", 9092, selector={"run": "kafka"}, clusterIP="None"),
)


def web(env: dict[str, str], *others: dict[str, Any], namespace: str | None = None) -> Found:
    return by_name(deployment("web", env=env, namespace=namespace), *REDIS, *KAFKA, *others)["web"]


@pytest.mark.parametrize(
    ("name", "value", "dependencies"),
    [
        ("REDIS_ADDR", "redis:6379", ["redis"]),
        ("CACHE", "redis:6379", ["redis"]),
        ("REDIS_HOST", "redis", ["redis"]),
        ("REDIS_HOSTNAME", "redis", ["redis"]),
        ("CACHE_NAME", "redis", []),
        ("REDIS_URL", "redis://user:p%40ss@redis:6379/0", ["redis"]),
        ("REDIS_URL", "rediss://redis", ["redis"]),
        ("BROKERS", "kafka-0.kafka-headless:9092,kafka-1.kafka-headless:9092", ["kafka"]),
        ("BROKERS", "kafka.default.svc.cluster.local:9092", ["kafka"]),
        ("BROKERS", "kafka.default.svc:9092 redis:6379", ["kafka", "redis"]),
        ("LISTENERS", "PLAINTEXT://kafka:9092,CONTROLLER://:9093", ["kafka"]),
        ("DB_CONNECTION_STRING", "Host=redis;Username=u;Password=p", ["redis"]),
        ("DSN", "host=redis user=u", ["redis"]),
        ("TARGET", "dns:///redis:80", ["redis"]),
        ("JDBC", "jdbc:postgresql://redis:5432/db?ssl=true", ["redis"]),
        ("MONGO", "mongodb://u:p@redis:1,kafka:2/db", ["redis", "kafka"]),
    ],
)
def test_an_address_is_a_dependency(name: str, value: str, dependencies: list[str]) -> None:
    found = web({name: value})
    assert list(found.dependencies) == dependencies
    assert found.unresolved == ()


@pytest.mark.parametrize(
    ("name", "value", "unresolved"),
    [
        ("ASSISTANT_ADDR", "assistant:80", ["assistant"]),
        ("STRIPE_URL", "https://api.stripe.com/v1", ["api.stripe.com"]),
        ("DB_HOST", "db.abc.eu-west-1.rds.amazonaws.com:5432", ["db.abc.eu-west-1.rds.amazonaws.com"]),
        ("MONGO", "mongodb+srv://u:secret@prod.abc.mongodb.net/shop", ["prod.abc.mongodb.net"]),
        ("REDIS_URL", "redis://redis.example.com", ["redis.example.com"]),
        ("HOMEPAGE", "https://redis.io/docs", ["redis.io"]),
    ],
)
def test_a_host_nobody_here_answers_for_is_unresolved(name: str, value: str, unresolved: list[str]) -> None:
    found = web({name: value})
    assert list(found.unresolved) == unresolved
    assert list(found.dependencies) == unresolved


@pytest.mark.parametrize(
    "value",
    [
        "localhost:8080",
        "http://localhost",
        "127.0.0.1:80",
        "http://[::1]:80",
        "0.0.0.0:8080",
        ":8080",
        "http://+:80",
        "http://*:8080",
        "http://$(HOST):80",
        "http://${HOST}:80",
        "file:///etc/app",
        "s3://bucket/key",
        "10.0.0.1",
        "12:30",
        "true",
        "info",
        "",
        "http://",
        "://",
        "https://user:pa/ss@host",
        "redis:99999",
        "arn:aws:sqs:eu-west-1:1:q",
    ],
)
def test_what_is_no_address_of_something_else_is_left_out(value: str) -> None:
    assert web({"SOME_ADDR": value}).dependencies == ()


@pytest.mark.parametrize("value", ["image:5", "level:3", "a:1,b:2"])
def test_a_name_and_a_number_need_an_address_in_the_variables_name(value: str) -> None:
    assert web({"SETTING": value}).dependencies == ()


def test_passwords_do_not_get_into_the_facts() -> None:
    found = web({"MONGO_URL": "mongodb://app:hunter2@redis:27017/shop", "PW_URL": "amqp://a:hunter2/x@kafka"})
    assert "hunter2" not in repr(found)


def test_the_source_names_the_variables() -> None:
    found = web({"A_ADDR": "redis:1", "B_ADDR": "kafka:1", "C_ADDR": "redis:2"})
    assert found.facts["dependencies"].source == "env A_ADDR, env B_ADDR"


def test_itself_is_no_dependency() -> None:
    assert web({"PUBLIC_URL": "http://web:80"}, service("web", 80)).dependencies == ()


def test_a_dependency_goes_by_the_name_it_has_in_datadog() -> None:
    orders = deployment("orders-v2", labels={"run": "orders", "tags.datadoghq.com/service": "shop-orders"})
    found = web({"ORDERS_ADDR": "orders:80"}, orders, service("orders", 80))
    assert found.dependencies == ("shop-orders",)


def test_namespaces_are_told_apart() -> None:
    ours, theirs = deployment("db", namespace="shop", labels={"run": "a", "app": "ours"}), None
    theirs = deployment("db", namespace="other", labels={"run": "b", "app": "theirs"})
    services = (
        service("db", selector={"run": "a"}, namespace="shop"),
        service("db", selector={"run": "b"}, namespace="other"),
    )
    for value, expected in [
        ("db:1", "ours"),
        ("db.shop:1", "ours"),
        ("db.other:1", "theirs"),
        ("db.other.svc:1", "theirs"),
    ]:
        assert web({"DB_ADDR": value}, ours, theirs, *services, namespace="shop").dependencies == (expected,)
    assert web({"DB_ADDR": "db.third.svc:1"}, ours, theirs, *services, namespace="shop").unresolved == ("db.third.svc",)


def test_an_external_name_is_followed() -> None:
    alias = service("orders-db", selector={}, type="ExternalName", externalName="orders.example.net")
    assert web({"DB_HOST": "orders-db:5432"}, alias).unresolved == ("orders.example.net",)


def test_the_catalog_spelling_tells_services_datastores_and_queues_apart() -> None:
    others = (
        deployment("cart", ports=[80]),
        service("cart", 80),
        deployment("otel-collector", image="otel/opentelemetry-collector:1", ports=[4317]),
        service("otel-collector", 4317),
    )
    env = {
        "A_ADDR": "cart:80",
        "B_ADDR": "redis:6379",
        "C_ADDR": "kafka:9092",
        "OTEL_ENDPOINT": "http://otel-collector:4317",
    }
    found = web(env | {"D_ADDR": "nowhere:1"}, *others)
    assert found.depends_on == ("service:cart", "datastore:redis", "queue:kafka")
    assert found.dependencies == ("cart", "redis", "kafka", "otel-collector", "nowhere")


def test_technologies_are_known_by_scheme_and_by_image() -> None:
    found = web({"A": "mongodb+srv://prod.abc.mongodb.net", "B_ADDR": "kafka:9092"})
    assert found.uses == ("mongodb", "kafka")


def test_a_huge_value_is_passed_over() -> None:
    assert web({"CONFIG_URL": "http://redis:80/" + "a" * 1_000_000}).dependencies == ()
