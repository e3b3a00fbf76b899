"""The service pack against the collected facts: metrics that exist, queries and numbers as they were researched."""

from __future__ import annotations

import csv
import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from dd_sync.core.resource import Desired
from dd_sync.query.parse import parse
from dd_sync.query.parts import metrics
from tests.corpus.recordings import FACTS, needs_facts
from tests.packs.projects import build, entity, of_kind, repository

pytestmark = needs_facts

NAMES = {
    "api.5xx": "http-5xx",
    "cpu.limit": "cpu-limit",
    "memory.limit": "memory-limit",
    "hpa.maxed": "hpa-maxed",
    "worker.queue_age": "queue-age",
    "worker.queue_depth": "queue-depth",
    "worker.dlq": "dlq",
    "worker.kafka_lag": "kafka-lag",
    "worker.rabbitmq_consumers": "rabbitmq-consumers",
    "worker.stalled": "worker-stalled",
    "worker.errors": "worker-errors",
    "py.gc_pause": "python-gc-pause",
    "py.threads": "python-threads",
    "downstream.mongo": "mongodb-latency",
}
"""Where a definition is called otherwise than its row; api. falls away, other dots are dashes."""

OTHER_QUERY = {
    "no-traffic",  # says nothing while the workload is scaled to zero
    "rabbitmq-consumers",  # the same
    "worker-stalled",  # one query in place of a composite of two monitors
    "cron-not-succeeded",  # the row's threshold is that of a daily job
}
CRON = {"name": "<cronjob>", "period_s": 86400}

OTHER_PRIORITY = {
    *("http-5xx", "deploy-faulty", "pods-available", "pods-crashloop"),  # a bad deploy pages once: error-rate
    *("dlq", "worker-stalled", "worker-errors"),  # queue-age pages
    "cron-failed",  # cron-not-succeeded pages
    "rabbitmq-consumers",  # as the other signs of late work
}


@functools.cache
def known_metrics() -> frozenset[str]:
    found: set[str] = set()
    for path in Path(FACTS).glob("metrics-*.csv"):
        with path.open() as file:
            found |= {row["metric"] for row in csv.DictReader(file)}
    return frozenset(found)


def plain(metric: str) -> str:
    """A metric as the facts name it: `trace.<op>.hits` for those of any operation."""
    if metric in known_metrics():
        return metric
    ending = re.fullmatch(r"trace\.(.+?)((\.hits|\.errors)(\.by_http_status)?|\.apdex)?", metric)
    return f"trace.<op>{ending[2] or ''}" if ending else metric


def queries(one: Desired) -> set[tuple[str, str]]:
    """Every query of a payload, with the language it is in."""
    found = re.findall(
        r"'query': '([^']*\{[^']*)'", str(one.payload.get("widgets") or one.payload.get("sli_specification"))
    )
    if isinstance(one.payload.get("query"), Mapping):
        found += one.payload["query"].values()
    language = "dashboard" if one.kind == "dashboard" else "slo"
    return {(query, language) for query in found}


def test_every_metric_of_the_pack_is_known() -> None:
    ours = [one for one in repository().desired if one.key.startswith("service/")]
    used = {
        metric.name for one in ours for query, language in queries(one) for metric in metrics(parse(query, language))
    }
    for one in of_kind(repository(), "monitor"):
        if one.key.startswith("service/"):
            used |= {metric.name for metric in metrics(parse(one.payload["query"], one.payload["type"]))}
    assert len(used) > 60
    assert {plain(name) for name in used} - known_metrics() == set()


@functools.cache
def rows(section: str) -> dict[str, dict[str, Any]]:
    """The researched alerts by the name of the definition."""
    found = json.loads((Path(FACTS) / "packs.json").read_text())["service"][section]
    return {_named(row["key"].removeprefix("svc.")): row for row in found}


def _named(key: str) -> str:
    return NAMES.get(key) or key.removeprefix("api.").replace(".", "-").replace("_", "-")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """One monitor of each definition, of services whose facts all rows can be filled with."""
    queue = {"name": "<queue>", "dlq": "<dlq>", "group": "<group>"}
    found: dict[str, dict[str, Any]] = {}
    for runtime in ("python", "node", "java", "go"):
        for kind, more in (("sqs", {}), ("kafka", {}), ("rabbitmq", {"requests_per_minute": 5})):
            facts = {"kubernetes": {"hpa": "<hpa>"}, "cron": CRON, "queue": {**queue, "type": kind}, **more}
            service = entity("s", 1, runtime, kind=["http", "worker", "cron"], **facts)
            service["extensions"]["ddsync"]["operation"] = {"http": "<op>", "worker": "<op>"}
            service["spec"]["dependsOn"] = ["datastore:mongodb"]
            built = build(tmp_path_factory.mktemp("project"), service, level="full")
            found = {one.key.split("/")[1]: one.payload for one in of_kind(built, "monitor")} | found
    return found


def test_every_row_has_a_definition(made: dict[str, Any]) -> None:
    assert rows("monitors").keys() - made.keys() == set()


def filled(query: str, name: str) -> str:
    """A row's query for the service that was made."""
    kubernetes = "env:prod"
    for placeholder, value in (
        ("{<hpa_scope>}", "{horizontalpodautoscaler:<hpa>," + kubernetes + "}"),
        ("<k8s_scope>", kubernetes),
        (",<aws_scope>", ""),
        (",<scope_kafka>", ",topic:<queue>"),
        ("<scope>", "service:s,env:prod"),
    ):
        query = query.replace(placeholder, value)
    return query.replace("trace.mongodb.query", "trace.pymongo.cmd") if name == "mongodb-latency" else query


def test_queries_are_as_researched(made: dict[str, Any]) -> None:
    for name, row in rows("monitors").items():
        if name not in OTHER_QUERY:
            assert _window(made[name]["query"]) == _window(filled(row["query"], name)), name


def _window(query: str) -> str:
    """The window of an alert for quiet services follows from their traffic."""
    return re.sub(r"^sum\(last_\d+m\):\(100", "sum(last_…):(100", query)


def test_thresholds_are_as_researched(made: dict[str, Any]) -> None:
    for name, row in rows("monitors").items():
        wanted = {level: row[level] for level in ("critical", "warning", "critical_recovery", "warning_recovery")}
        wanted = {level: value for level, value in wanted.items() if value is not None}
        if name not in OTHER_QUERY:
            assert made[name]["options"]["thresholds"] == pytest.approx(wanted), name


def test_missing_data_and_priorities_are_as_researched_but_where_causes_inform(made: dict[str, Any]) -> None:
    for name, row in rows("monitors").items():
        assert made[name]["options"]["on_missing_data"] == row["on_missing_data"], name
    different = {name for name, row in rows("monitors").items() if made[name]["priority"] != row["priority"]}
    assert different == OTHER_PRIORITY
