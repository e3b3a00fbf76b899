"""Services: normal life sets nothing off, incidents are noticed in time, by the alert that is meant for them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.packs.projects import build, entity
from tests.packs.situations import LEAD, Situation, fired

SETTINGS = """
project: acme
packs: {service: full}
teams:
  shop: {page: "@pagerduty-shop", tell: "@slack-shop"}
clusters: [{name: prod-eu, env: prod, team: shop}]
"""


def runs(workload: str, **more: str) -> dict[str, Any]:
    return {"kubernetes": {"namespace": "shop", "workload": f"Deployment/{workload}", **more}}


SERVICES = [
    entity(
        "payments", 1, "node", kind="http", operation="express.request", requests_per_minute=600, **runs("payments")
    ),
    entity("ledger", 2, "java", kind="grpc", **runs("ledger")),
    entity("backoffice", 2, "python", kind="http", operation="django.request", requests_per_minute=4),
    entity(
        "thumbnails",
        2,
        "node",
        kind="worker",
        queue={"type": "sqs", "name": "thumbs", "dlq": "thumbs-dlq"},
        **runs("thumbnails"),
    ),
    entity(
        "invoices",
        2,
        "go",
        kind="worker",
        queue={"type": "kafka", "name": "paid", "group": "invoices"},
        **runs("invoices"),
    ),
    entity(
        "mailer",
        2,
        "python",
        kind="worker",
        queue={"type": "rabbitmq", "name": "mails"},
        operation="celery.run",
        **runs("mailer"),
    ),
    entity("resizer", 2, "node", kind="worker", operation="bullmq.processJob", **runs("resizer")),
    entity(
        "nightly", 2, "go", kind="cron", cron={"name": "nightly", "period_s": 86400}, kubernetes={"namespace": "shop"}
    ),
]


@cache
def monitors() -> Mapping[str, Mapping[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        made = build(Path(folder), *SERVICES, settings=SETTINGS)
        return {one.key: one.payload for one in made.desired if one.kind == "monitor"}


C = "kube_cluster_name:prod-eu,kube_namespace:shop"
HITS, ERRORS = "trace.express.request.hits", "trace.express.request.errors"
PAY = "service:payments,env:prod,version:v1,resource_name:GET_/"
POD = f"{C},service:payments,env:prod,pod_name:a,kube_container_name:app"
SQS = "aws.sqs"


def deployment(name: str, desired: str, available: str) -> list[tuple[str, str, str]]:
    """With the labels that the object itself has: none of Datadog's here."""
    where = f"{C},kube_deployment:{name}"
    return [
        ("kubernetes_state.deployment.replicas_desired", where, desired),
        ("kubernetes_state.deployment.replicas_available", where, available),
    ]


def cron(successful: str, scheduled: str) -> list[tuple[str, str, str]]:
    where = f"{C},kube_cronjob:nightly"
    return [
        ("kubernetes_state.cronjob.duration_since_last_successful", where, successful),
        ("kubernetes_state.cronjob.duration_since_last_schedule", where, scheduled),
    ]


def sqs(visible: str, age: str, deleted: str) -> list[tuple[str, str, str]]:
    where = "queuename:thumbs,region:eu-west-1"
    return [
        (f"{SQS}.approximate_number_of_messages_visible", where, visible),
        (f"{SQS}.approximate_age_of_oldest_message", where, age),
        (f"{SQS}.number_of_messages_deleted", where, deleted),
    ]


NORMAL = [
    Situation(
        "N01 rolling deploy, a few errors and cold latency",
        [
            (HITS, PAY, f"600*{LEAD} 450 300 0*60"),
            (HITS, PAY.replace("v1", "v2"), f"-*{LEAD} 150 300 600"),
            (ERRORS, PAY.replace("v1", "v2"), f"-*{LEAD} 5 -"),
            ("trace.express.request", PAY, f"0.12*{LEAD} 0.4*2 0.12"),
            *deployment("payments", "6", f"6*{LEAD} 5 4 4 5 6"),
        ],
    ),
    Situation(
        "N06 a worker scales from zero",
        [
            *deployment("thumbnails", f"0*{LEAD} 1", f"0*{LEAD + 3} 1"),
            *sqs(f"-*{LEAD} 1 2 3 0", f"-*{LEAD} 60 120 180 -", f"-*{LEAD + 3} 3 -"),
        ],
    ),
    Situation(
        "N09 a night with hardly a request",
        [
            (HITS, PAY, "600*20 600..20*60 " + "2 - - 1 - - - 3 - - " * 12),
            ("trace.express.request", PAY, "0.12*80 2.1 - - 2.0 -*40"),
        ],
        minutes=240,
    ),
    Situation(
        "N10 one of three requests fails at night",
        [
            (HITS, PAY, f"1*{LEAD} 3 1"),
            (ERRORS, PAY, f"-*{LEAD} 1 -"),
            ("trace.express.request", PAY, f"0.1*{LEAD} 2.1 0.1"),
        ],
    ),
    Situation(
        "N14 a step-down of the database: errors of ten seconds", [(HITS, PAY, "600"), (ERRORS, PAY, f"-*{LEAD} 30 -")]
    ),
    Situation(
        "N25 a CronJob runs for twenty minutes",
        cron("84000..86400*40 0..3600*60", "85200..86400*20 0..4800*80"),
        minutes=100,
    ),
    Situation("N25 over the weekend", cron("70000..76000*100", "71200..77200*100"), minutes=100),
    Situation(
        "N27 one kill for memory, N31 page cache",
        [
            ("kubernetes.containers.restarts", POD, f"0*{LEAD} 1"),
            ("kubernetes.containers.last_state.terminated", f"{POD},reason:oomkilled", f"-*{LEAD} 1"),
            ("container.memory.usage", POD, "511"),
            ("container.memory.working_set", POD, "300"),
            ("container.memory.limit", POD, "512"),
            ("container.memory.limit", POD.replace("app", "sidecar"), "64"),
            ("container.memory.working_set", POD.replace("app", "sidecar"), "30"),
        ],
        minutes=120,
    ),
    Situation(
        "N33 the event loop at start",
        [("runtime.node.event_loop.delay.95percentile", "service:payments,env:prod,host:i", f"1e6*{LEAD} 1.5e9 1e6")],
    ),
    Situation(
        "N34 a batch is worked off",
        sqs(f"0*{LEAD} 50000..0*50 0", f"-*{LEAD} 0..3000*50 -", f"0*{LEAD} 1000*50 0"),
        minutes=90,
    ),
    Situation(
        "N35 at zero, queues idle",
        [
            *deployment("mailer", "0", "0"),
            ("rabbitmq.queue.consumers", "rabbitmq_queue:mails,rabbitmq_node:r", "0"),
            ("kafka.consumer_lag", "consumer_group:invoices,topic:paid,partition:0", "50000..0*90"),
        ],
        minutes=60,
    ),
    Situation(
        "gRPC answers NOT_FOUND, which tracers count as errors",
        [
            ("trace.grpc.server.hits", "service:ledger,env:prod,rpc.grpc.status_code:0", "300"),
            ("trace.grpc.server.hits", "service:ledger,env:prod,rpc.grpc.status_code:5", "100"),
            ("trace.grpc.server.errors", "service:ledger,env:prod", "100"),
        ],
    ),
    Situation(
        "a failed run of last week is still there",
        [("kubernetes_state.job.completion.failed", f"{C},kube_job:nightly-1,kube_cronjob:nightly", "1")],
    ),
]

INCIDENTS = [
    Situation(
        "I53 nothing arrives any more, every pod is well",
        [
            (HITS, PAY, f"600*{LEAD + 60} -"),
            *deployment("payments", "6", "6"),
            ("trace.express.request", PAY, f"0.1*{LEAD + 60} -"),
        ],
        {"service/no-traffic": 66, "service/traces-missing": 121},
        minutes=125,
    ),
    Situation(
        "a bad deploy: a third fails",
        [(HITS, PAY, "600"), (ERRORS, PAY, f"-*{LEAD} 200")],
        {"service/error-rate": 3, "service/deploy-faulty": 8},
    ),
    Situation(
        "I57 one bad pod of six",
        [(HITS, PAY, "600"), (ERRORS, PAY, f"-*{LEAD} 100")],
        {"service/error-rate": 3, "service/deploy-faulty": 9},
    ),
    Situation(
        "I61 retries",
        [(HITS, PAY, f"600*{LEAD} 3000"), (ERRORS, PAY, f"-*{LEAD} 1800")],
        {"service/error-rate": 3, "service/deploy-faulty": 8},
    ),
    Situation(
        "gRPC fails inside",
        [
            ("trace.grpc.server.hits", "service:ledger,env:prod,version:v,rpc.grpc.status_code:13", f"-*{LEAD} 100"),
            ("trace.grpc.server.hits", "service:ledger,env:prod,version:v,rpc.grpc.status_code:0", "300"),
            ("trace.grpc.server.errors", "service:ledger,env:prod,version:v", f"-*{LEAD} 100"),
        ],
        {"service/error-rate": 4, "service/deploy-faulty": 8},
    ),
    Situation(
        "a quiet service fails altogether",
        [
            ("trace.django.request.hits", "service:backoffice,env:prod", "4"),
            ("trace.django.request.errors", "service:backoffice,env:prod", f"-*{LEAD} 4"),
        ],
        {"service/error-rate-min-traffic": 4},
    ),
    Situation(
        "I56 a dependency is slow",
        [(HITS, PAY, "600"), ("trace.express.request", PAY, f"0.12*{LEAD} 4")],
        {"service/latency-p95": 6, "service/latency-p99": 11},
    ),
    Situation(
        "I05 killed for memory again and again",
        [
            ("kubernetes.containers.restarts", POD, f"0*{LEAD} 1*8 2*8 3*8 4*8 5"),
            ("kubernetes.containers.last_state.terminated", f"{POD},reason:oomkilled", f"-*{LEAD} 1"),
        ],
        {"service/pods-oom": 18, "service/pods-restarts": 26},
    ),
    Situation(
        "I01 a rollout is stuck on an image",
        [
            (
                "kubernetes_state.deployment.condition",
                f"{C},kube_deployment:payments,condition:progressing,status:false",
                f"0*{LEAD + 10} 1",
            ),
            ("kubernetes_state.container.status_report.count.waiting", f"{POD},reason:imagepullbackoff", f"-*{LEAD} 1"),
        ],
        {"service/rollout-stuck": 16, "service/pods-cannot-start": 14},
    ),
    Situation(
        "half of the pods are gone",
        [*deployment("payments", "6", f"6*{LEAD} 3"), (HITS, PAY, "600")],
        {"service/pods-available": 11},
    ),
    Situation(
        "I60 memory of one container beside a large one",
        [
            ("container.memory.working_set", POD, f"200*{LEAD} 250"),
            ("container.memory.limit", POD, "256"),
            ("container.memory.working_set", POD.replace("app", "sidecar"), "100"),
            ("container.memory.limit", POD.replace("app", "sidecar"), "1024"),
        ],
        {"service/memory-limit": 12},
    ),
    Situation(
        "I64 a third party refuses",
        [
            ("trace.http.request.hits", "service:payments,env:prod", "100"),
            ("trace.http.request.errors", "service:payments,env:prod", f"-*{LEAD} 60"),
        ],
        {"service/calls-failing": 5},
    ),
    Situation(
        "a dependency answers 503, which is no error of the call",
        [
            ("trace.http.request.hits", "service:payments,env:prod", "100"),
            (
                "trace.http.request.hits.by_http_status",
                "service:payments,env:prod,http.status_class:5xx",
                f"-*{LEAD} 60",
            ),
        ],
        {"service/calls-failing": 5},
    ),
    Situation(
        "MongoDB is slow, as this service's own client sees it",
        [
            ("trace.mongodb.query.hits", "service:payments-mongodb,env:prod", "900"),
            ("trace.mongodb.query", "service:payments-mongodb,env:prod", f"0.01*{LEAD} 2"),
        ],
        {},
    ),
    Situation(
        "I65 the worker is dead and its queue grows",
        [
            *deployment("thumbnails", "20", f"20*{LEAD} 0"),
            *sqs(f"10*{LEAD} 200..12200*60", f"1*{LEAD} 0..3600*60", f"200*{LEAD} 0"),
        ],
        {
            "service/worker-down": 11,
            "service/queue-age": 32,
            "service/worker-stalled": 31,
            "service/pods-available": 11,
        },
    ),
    Situation(
        "I67 the dead-letter queue fills",
        [(f"{SQS}.approximate_number_of_messages_visible", "queuename:thumbs-dlq", f"0*{LEAD} 0..3000*60")],
        {"service/dlq-filling": 20, "service/dlq": 17},
    ),
    Situation(
        "Kafka is not read",
        [("kafka.consumer_lag", "consumer_group:invoices,topic:paid,partition:0", f"0*{LEAD} 5000..300000*60")],
        {"service/kafka-backlog": 13},
    ),
    Situation(
        "RabbitMQ: pods are up and nobody consumes",
        [
            *deployment("mailer", "3", "3"),
            ("rabbitmq.queue.consumers", "rabbitmq_queue:mails,rabbitmq_node:r", f"3*{LEAD} 0"),
        ],
        {"service/rabbitmq-consumers": 11},
    ),
    Situation(
        "I69 RabbitMQ blocks publishers",
        [
            ("rabbitmq.node.mem_alarm", "rabbitmq_node:r", f"0*{LEAD} 1"),
            ("rabbitmq.node.disk_alarm", "rabbitmq_node:r", "0"),
        ],
        {"service/rabbitmq-alarm": 3},
    ),
    Situation(
        "tasks fail, under the name that the tracer gives them",
        [
            ("trace.bullmq.processJob.hits", "service:resizer-bullmq,env:prod,resource_name:images", "20"),
            ("trace.bullmq.processJob.errors", "service:resizer-bullmq,env:prod,resource_name:images", f"-*{LEAD} 10"),
        ],
        {"service/worker-error-rate": 6, "service/worker-errors": 8},
    ),
    Situation(
        "I72 no run was started",
        cron(f"86000*{LEAD} 89000..96000*90", "84800..94000*110"),
        {"service/cron-not-succeeded": 75},
        minutes=90,
    ),
    Situation(
        "I73 a run failed",
        [
            *cron("86400..96400*170", "0..10000*170"),
            ("kubernetes_state.job.completion.failed", f"{C},kube_job:nightly-2,kube_cronjob:nightly", "-*20 1"),
        ],
        {"service/cron-failed": 2, "service/cron-not-succeeded": 55},
        minutes=150,
    ),
    Situation(
        "a run hangs",
        [
            (
                "kubernetes_state.pod.uptime",
                f"{C},kube_job:nightly-3,kube_cronjob:nightly,pod_name:n,pod_phase:running",
                "-*20 0..7200*120",
            )
        ],
        {"service/cron-too-long": 62},
        minutes=100,
    ),
]


@pytest.mark.parametrize("situation", NORMAL, ids=lambda one: one.name)
def test_normal_life_sets_nothing_off(situation: Situation) -> None:
    assert fired(monitors(), situation) == {}


@pytest.mark.parametrize("situation", INCIDENTS, ids=lambda one: one.name)
def test_an_incident_is_noticed_by_what_is_meant_for_it(situation: Situation) -> None:
    found = fired(monitors(), situation)
    assert found.keys() == situation.told.keys()
    assert {name: minute for name, minute in found.items() if minute > situation.told[name]} == {}


def test_one_bad_deploy_pages_once() -> None:
    (deploy,) = (one for one in INCIDENTS if one.name.startswith("a bad deploy"))
    names = fired(monitors(), deploy).keys()
    assert {key.rsplit("/", 2)[0] for key, one in monitors().items() if "@pagerduty" in one["message"]} & names == {
        "service/error-rate"
    }
