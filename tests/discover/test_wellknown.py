from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dd_sync.discover.wellknown import by_image, by_name


@pytest.mark.parametrize(
    ("image", "technology", "role"),
    [
        ("redis:alpine", "redis", "datastore"),
        ("docker.io/bitnami/redis-sentinel:7", "redis", "datastore"),
        ("valkey/valkey:8", "valkey", "datastore"),
        ("mirror.example/docker/library/mongo:7", "mongodb", "datastore"),
        ("mongodb/mongodb-community-server:7.0-ubi8", "mongodb", "datastore"),
        ("postgres", "postgres", "datastore"),
        ("bitnami/postgresql-repmgr:16", "postgres", "datastore"),
        ("timescale/timescaledb-ha:pg16", "postgres", "datastore"),
        ("mysql/mysql-server:8", "mysql", "datastore"),
        ("mcr.microsoft.com/mssql/server:2022-latest", "sqlserver", "datastore"),
        ("confluentinc/cp-kafka:7.6", "kafka", "datastore"),
        ("confluentinc/cp-zookeeper", "zookeeper", "datastore"),
        ("rabbitmq:3.13-management", "rabbitmq", "datastore"),
        ("opensearchproject/opensearch:2", "opensearch", "datastore"),
        ("docker.elastic.co/elasticsearch/elasticsearch:8", "elasticsearch", "datastore"),
        ("clickhouse/clickhouse-server:24", "clickhouse", "datastore"),
        ("quay.io/coreos/etcd:v3.5", "etcd", "datastore"),
        ("opensearchproject/opensearch-dashboards:2", "kibana", "telemetry"),
        ("quay.io/prometheus/prometheus:v3", "prometheus", "telemetry"),
        ("grafana/grafana:11", "grafana", "telemetry"),
        ("grafana/loki:3", "loki", "telemetry"),
        ("jaegertracing/all-in-one:1.60", "jaeger", "telemetry"),
        ("jaegertracing/jaeger-query:1.60", "jaeger", "telemetry"),
        ("jaegertracing/jaeger-agent:1.60", "jaeger", "agent"),
        ("otel/opentelemetry-collector-contrib:0.110.0", "opentelemetry-collector", "telemetry"),
        ("gcr.io/datadoghq/agent:7", "datadog-agent", "agent"),
        ("gcr.io/datadoghq/cluster-agent:7", "datadog-agent", "agent"),
        ("fluent/fluent-bit:3", "fluent-bit", "agent"),
        ("percona/mongodb_exporter:0.40", "exporter", "agent"),
        ("prom/node-exporter", "exporter", "agent"),
        ("registry.k8s.io/kube-state-metrics/kube-state-metrics:v2", "kube-state-metrics", "agent"),
    ],
)
def test_well_known_images_are_recognised_for_sure(image: str, technology: str, role: str) -> None:
    found = by_image(image)
    assert found is not None
    assert (found.technology, found.role, found.sure) == (technology, role, True)


@pytest.mark.parametrize(
    ("name", "technology", "sure"),
    [
        ("redis", "redis", True),
        ("redis-cart", "redis", False),
        ("valkey-cart", "valkey", False),
        ("release-name-redis-master", "redis", True),
        ("orders-postgresql", "postgres", False),
        ("mongo-0", "mongodb", True),
        ("kafka2", "kafka", True),
        ("postgres15", "postgres", True),
        ("my-release-kafka-broker", "kafka", True),
        ("mongodb-exporter", "exporter", True),
        ("otel-collector", "opentelemetry-collector", True),
        ("shop-prometheus-server", "prometheus", False),
    ],
)
def test_names_are_recognised_word_by_word(name: str, technology: str, sure: bool) -> None:
    found = by_name(name)
    assert found is not None
    assert (found.technology, found.sure) == (technology, sure)


@pytest.mark.parametrize(
    "name",
    [
        "kafka-consumer",
        "kafka-ui",
        "redis-commander",
        "mongo-express",
        "mongodb-backup",
        "postgres-operator",
        "prometheus-adapter",
        "grafana-operator",
        "elasticsearch-indexer",
        "redis-gateway",
        "rabbitmq-worker",
        "orders-kafka-projection",
        "vector-search",
        "tempo-player",
        "cartography",
        "redistribution",
        "mongoose",
        "cart",
        "",
        "---",
    ],
)
def test_what_people_build_around_a_database_is_none(name: str) -> None:
    assert by_name(name) is None
    assert by_image(f"acme/{name}:1") is None


def test_an_organisation_is_no_hint() -> None:
    assert by_image("grafana/k6:1") is None
    assert by_image("redis/redisinsight:2") is None
    assert by_image(None) is None


@given(st.text())
def test_any_text_is_judged(name: str) -> None:
    for found in (by_name(name), by_image(name)):
        assert found is None or found.role in ("datastore", "telemetry", "agent")
