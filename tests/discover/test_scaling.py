from __future__ import annotations

from typing import Any

import pytest

from dd_sync.discover import Hpa, Queue
from tests.discover.rendered import by_name, deployment, discovered, only

SQS = {"queueURL": "https://sqs.eu-west-1.amazonaws.com/123456789012/cart-events", "awsRegion": "eu-west-1"}


def keda(*triggers: Any, kind: str | None = None, target: str = "cart", **spec: Any) -> dict[str, Any]:
    reference = {"name": target} | ({"kind": kind} if kind else {})
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {"name": "scale-cart"},
        "spec": {"scaleTargetRef": reference, "triggers": list(triggers), **spec},
    }


def hpa(target: str = "cart", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "cart-hpa"},
        "spec": {"scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": target}, **spec},
    }


def test_an_hpa_comes_with_its_bounds() -> None:
    found = only(deployment(), hpa(minReplicas=2, maxReplicas=10))
    assert found.hpa == Hpa("cart-hpa", 2, 10)
    assert found.facts["hpa"].source == "HorizontalPodAutoscaler/cart-hpa"


def test_an_hpa_without_a_minimum_keeps_one_pod() -> None:
    assert only(deployment(), hpa(maxReplicas=3)).hpa == Hpa("cart-hpa", 1, 3)


def test_keda_makes_an_hpa_of_its_own_name_and_may_scale_to_nothing() -> None:
    assert only(deployment(), keda()).hpa == Hpa("keda-hpa-scale-cart", 0, 100)
    named = keda(minReplicaCount=1, maxReplicaCount=5, advanced={"horizontalPodAutoscalerConfig": {"name": "cart"}})
    assert only(deployment(), named).hpa == Hpa("cart", 1, 5)


@pytest.mark.parametrize("kind", ["StatefulSet", "Rollout"])
def test_the_kind_of_the_target_counts(kind: str) -> None:
    assert only(deployment(kind=kind), keda(kind=kind)).hpa is not None
    assert only(deployment(kind=kind), keda()).hpa is None


def test_a_scaler_of_something_else_is_a_notice() -> None:
    found = discovered(deployment(), hpa("gone"))
    assert found.services[0].hpa is None
    assert [notice.partition(": ")[2] for notice in found.notices] == [
        "HorizontalPodAutoscaler/cart-hpa scales Deployment/gone, which is not here"
    ]


@pytest.mark.parametrize(
    ("kind", "metadata", "expected"),
    [
        ("aws-sqs-queue", SQS, ("sqs", "cart-events", None)),
        ("aws-sqs-queue", {"queueURL": "cart-events.fifo"}, ("sqs", "cart-events.fifo", None)),
        ("aws-sqs-queue", {"queueURLFromEnv": "QUEUE"}, ("sqs", "from-env", None)),
        ("aws-sqs-queue", {"queueURLFromEnv": "NOWHERE"}, ("sqs", None, None)),
        ("kafka", {"topic": "orders", "consumerGroup": "cart"}, ("kafka", "orders", "cart")),
        ("apache-kafka", {"topic": "orders", "consumerGroup": "cart"}, ("kafka", "orders", "cart")),
        ("rabbitmq", {"queueName": "orders", "mode": "QueueLength"}, ("rabbitmq", "orders", None)),
        ("mongodb", {"dbName": "shop", "collection": "jobs"}, ("mongodb", "jobs", None)),
        ("redis-streams", {"stream": "orders", "consumerGroup": "cart"}, ("redis", "orders", "cart")),
        ("gcp-pubsub", {"subscriptionName": "orders"}, ("pubsub", "orders", None)),
    ],
)
def test_a_trigger_names_the_queue(kind: str, metadata: dict[str, str], expected: tuple[str, str, str]) -> None:
    env = {"QUEUE": "https://sqs.eu-west-1.amazonaws.com/1/from-env"}
    found = only(deployment(env=env), keda({"type": "cpu"}, {"type": kind, "metadata": metadata}))
    assert found.queue == Queue(*expected, f"ScaledObject/scale-cart trigger {kind}")


@pytest.mark.parametrize(
    "trigger", [{"type": "cron"}, {"type": "prometheus"}, {"type": "cpu"}, {"type": None}, {}, None, "kafka"]
)
def test_other_triggers_name_none(trigger: Any) -> None:
    assert only(deployment(), keda(trigger)).queue is None


def test_a_scaled_job_is_a_worker_with_its_queue() -> None:
    job = {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledJob",
        "metadata": {"name": "resize"},
        "spec": {
            "jobTargetRef": {"template": {"spec": {"containers": [{"name": "a", "image": "acme/resize:1"}]}}},
            "triggers": [{"type": "aws-sqs-queue", "metadata": SQS}],
        },
    }
    found = by_name(job)["resize"]
    assert (found.kind, found.workload) == ("worker", "ScaledJob/resize")
    assert found.queue is not None
    assert found.queue.name == "cart-events"
