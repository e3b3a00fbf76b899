"""Databases, queues, caches, search engines, telemetry back-ends and agents, known by image or by name.

A name is read word by word: `redis-cart` is a Redis, `kafka-consumer` is somebody's worker, `mongodb-exporter` an
agent. A word that says what people build around a database ends the recognition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from dd_sync.discover.workloads import image_path

Role = Literal["datastore", "telemetry", "agent"]


@dataclass(frozen=True)
class Known:
    """What is recognised. `sure` is False when the name holds other words too: `orders-redis`, `redis-cart`."""

    technology: str
    role: Role
    sure: bool


# technology: the words it goes by; a word with a dash is a sequence of words.
_DATASTORES = {
    "redis": "redis redis-stack keydb dragonfly",
    "valkey": "valkey",
    "memcached": "memcached memcache",
    "mongodb": "mongo mongodb mongod mongos percona-server-mongodb",
    "postgres": "postgres postgresql postgis timescaledb timescale pgvector spilo pgpool pgbouncer",
    "mysql": "mysql percona-xtradb vitess",
    "mariadb": "mariadb",
    "sqlserver": "mssql sqlserver azure-sql-edge",
    "oracle": "oracle-xe oracledb",
    "kafka": "kafka redpanda",
    "zookeeper": "zookeeper",
    "rabbitmq": "rabbitmq",
    "activemq": "activemq artemis",
    "nats": "nats",
    "pulsar": "pulsar",
    "mosquitto": "mosquitto emqx",
    "elasticsearch": "elasticsearch",
    "opensearch": "opensearch",
    "solr": "solr",
    "meilisearch": "meilisearch typesense",
    "cassandra": "cassandra scylla scylladb",
    "cockroachdb": "cockroach cockroachdb",
    "clickhouse": "clickhouse",
    "influxdb": "influxdb",
    "couchdb": "couchdb couchbase",
    "neo4j": "neo4j",
    "minio": "minio",
    "etcd": "etcd",
    "dynamodb": "dynamodb-local",
    "vector database": "qdrant weaviate milvus",
}
_TELEMETRY = {
    "prometheus": "prometheus",
    "alertmanager": "alertmanager",
    "pushgateway": "pushgateway",
    "thanos": "thanos",
    "victoriametrics": "victoriametrics victoria-metrics vmsingle vmselect vmstorage vminsert",
    "grafana": "grafana",
    "jaeger": "jaeger",
    "zipkin": "zipkin",
    "loki": "loki",
    "tempo": "tempo",
    "mimir": "mimir cortex",
    "pyroscope": "pyroscope",
    "kibana": "kibana opensearch-dashboards",
    "opentelemetry-collector": "otel-collector opentelemetry-collector otelcol otelcontribcol otel-gateway",
}
_AGENTS = {
    "datadog-agent": "datadog-agent dd-agent datadog-cluster-agent cluster-agent datadog-clusterchecks",
    "fluent-bit": "fluent-bit fluentbit",
    "fluentd": "fluentd",
    "vector": "vector",
    "alloy": "alloy grafana-agent",
    "promtail": "promtail",
    "beats": "filebeat metricbeat auditbeat packetbeat heartbeat",
    "telegraf": "telegraf",
    "kube-state-metrics": "kube-state-metrics",
    "metrics-server": "metrics-server",
    "cadvisor": "cadvisor",
    "node-problem-detector": "node-problem-detector",
    "new-relic": "newrelic-infrastructure",
}
# Images whose last word says nothing without its organisation.
_WHOLE_IMAGES: dict[str, tuple[str, Role]] = {
    "jaegertracing/all-in-one": ("jaeger", "telemetry"),
    "mssql/server": ("sqlserver", "datastore"),
    "datadog/agent": ("datadog-agent", "agent"),
    "datadoghq/agent": ("datadog-agent", "agent"),
}
# Ordinary words as well: `vector-search`, `tempo-player`, `cluster-agent-api`.
_ONLY_ALONE = frozenset("vector alloy tempo loki cortex nats solr minio artemis heartbeat kibana cluster-agent".split())
# Words that change nothing about what it is.
_NEUTRAL = frozenset(
    "master replica replicas primary secondary standby slave server node cluster broker brokers sentinel headless "
    "stack community enterprise oss ha ce ee alpine repmgr cp contrib db database data datastore store cache queue bus "
    "streaming stream shard configsvr arbiter coordinator coordinating leader follower release name my the svc "
    "statefulset sts docker image single standalone main dev prod staging bitnami legacy lite slim hot warm cold kraft "
    "all in one query collector ingester distributor querier compactor gateway frontend backend read write alerting "
    "k8s kube local internal shared common core".split()
)
# For these words a database has the same as neighbours: a Loki gateway is Loki, a Redis gateway is somebody's API.
_NEUTRAL_FOR_TELEMETRY_ONLY = frozenset("query collector ingester gateway frontend backend alerting".split())
_BUILT_AROUND = frozenset(
    "operator controller consumer consumers producer producers worker workers processor listener subscriber publisher "
    "api app gateway proxy client ui web frontend backend admin console dashboard manager commander express insight "
    "connect connector bridge sync syncer importer import loader migrator migration migrations migrate backup backups "
    "restore init setup job cron test tests tester load adapter mirror mirrormaker registry rest ksql ksqldb topic "
    "topics cleaner cleanup watcher monitor webhook bot sink source reader writer handler service svc scraper "
    "indexer relay outbox archiver replicator cruise control akhq explorer browser viewer editor".split()
)


def by_image(image: str | None) -> Known | None:
    """What the image's name says; the registry and the organisation do not count."""
    path = image_path(image or "").lower()
    whole = _WHOLE_IMAGES.get("/".join(path.split("/")[-2:]))
    return Known(whole[0], whole[1], sure=True) if whole else _recognised(path.rpartition("/")[2])


def by_name(name: str) -> Known | None:
    """What a workload's name, or a port's, says."""
    return _recognised(name.lower())


def _recognised(name: str) -> Known | None:
    words = [word for word in re.split(r"[^a-z0-9]+", name) if word]
    words = [word if word in _PATTERNS else re.sub(r"(?<=[a-z])\d+$", "", word) for word in words]
    if "exporter" in words:
        return Known("exporter", "agent", sure=True)
    joined = f"-{'-'.join(words)}-"
    for pattern, (technology, role) in _PATTERNS.items():
        at = joined.find(f"-{pattern}-")
        if at >= 0:
            return _judged(pattern, Known(technology, role, sure=True), joined[:at], joined[at + len(pattern) + 2 :])
    return None


def _judged(pattern: str, known: Known, before: str, after: str) -> Known | None:
    """Whether the words around a known one leave it what it is."""
    neutral = _NEUTRAL if known.role == "telemetry" else _NEUTRAL - _NEUTRAL_FOR_TELEMETRY_ONLY
    left, right = (
        {word for word in side.split("-") if word and word not in neutral and not re.fullmatch(r"v?\d+", word)}
        for side in (before, after)
    )
    if known.role == "telemetry" and "agent" in left | right:
        return replace(known, role="agent")
    if not left and not right:
        return known
    if pattern in _ONLY_ALONE or (left | right) & _BUILT_AROUND or (left and right):
        return None
    return replace(known, sure=False)


def _patterns() -> dict[str, tuple[str, Role]]:
    tables: tuple[tuple[dict[str, str], Role], ...] = (
        (_DATASTORES, "datastore"),
        (_TELEMETRY, "telemetry"),
        (_AGENTS, "agent"),
    )
    found = {
        word: (technology, role)
        for table, role in tables
        for technology, words in table.items()
        for word in words.split()
    }
    # The longest first: `opensearch-dashboards` is not an `opensearch`.
    return dict(sorted(found.items(), key=lambda item: (-item[0].count("-"), -len(item[0]))))


_PATTERNS = _patterns()
