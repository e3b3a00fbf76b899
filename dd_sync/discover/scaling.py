"""What scales a workload, and the queue it is scaled by: HorizontalPodAutoscalers and KEDA."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dd_sync.discover.cluster import Cluster
from dd_sync.discover.environment import Environment
from dd_sync.discover.found import Fact, Hpa, Queue
from dd_sync.discover.manifests import Manifest
from dd_sync.discover.tree import Tree, branch, branches, number, text, texts
from dd_sync.discover.workloads import Workload

Scalers = dict[Workload, list[Manifest]]

# KEDA's trigger → the queue's type, and the metadata that names it, the first found wins. A name that ends in
# FromEnv holds the name of a variable of the container.
_TRIGGERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "aws-sqs-queue": ("sqs", ("queueURL", "queueURLFromEnv")),
    "aws-kinesis-stream": ("kinesis", ("streamName",)),
    "kafka": ("kafka", ("topic", "topicFromEnv")),
    "apache-kafka": ("kafka", ("topic", "topicFromEnv")),
    "rabbitmq": ("rabbitmq", ("queueName", "queueNameFromEnv")),
    "mongodb": ("mongodb", ("collection",)),
    "redis": ("redis", ("listName", "listNameFromEnv")),
    "redis-streams": ("redis", ("stream", "streamFromEnv")),
    "azure-servicebus": ("servicebus", ("queueName", "topicName")),
    "azure-queue": ("azure-queue", ("queueName",)),
    "gcp-pubsub": ("pubsub", ("subscriptionName", "subscriptionNameFromEnv")),
    "nats-jetstream": ("nats", ("stream",)),
    "activemq": ("activemq", ("destinationName",)),
    "artemis-queue": ("activemq", ("queueName",)),
    "pulsar": ("pulsar", ("topic",)),
    "temporal": ("temporal", ("taskQueue",)),
}


def scalers(around: Cluster) -> tuple[Scalers, tuple[str, ...]]:
    """The scalers of each workload, and a notice for each that scales nothing here."""
    found: Scalers = {}
    notices = []
    for scaler in (*around.all("ScaledObject"), *around.all("HorizontalPodAutoscaler")):
        target = branch(scaler.body, "spec", "scaleTargetRef")
        kind, name = text(target.get("kind")) or "Deployment", text(target.get("name"))
        workload = around.workload_named(name, scaler.namespace, kind) if name else None
        if workload is None:
            notices.append(f"{scaler.where}: {scaler.kind}/{scaler.name} scales {kind}/{name}, which is not here")
        else:
            found.setdefault(workload, []).append(scaler)
    return found, tuple(notices)


def hpa(scaled_by: Iterable[Manifest]) -> Fact | None:
    """The autoscaler under the name Datadog's `horizontalpodautoscaler` tag shows.

    KEDA makes one itself, `keda-hpa-<name>` unless told otherwise, and scales to nothing unless told otherwise
    (KEDA's documentation of ScaledObject).
    """
    for scaler in scaled_by:
        spec = branch(scaler.body, "spec")
        source = f"{scaler.kind}/{scaler.name}"
        if scaler.kind == "ScaledObject":
            own = branch(spec, "advanced", "horizontalPodAutoscalerConfig").get("name")
            low, high = number(spec.get("minReplicaCount")), number(spec.get("maxReplicaCount"))
            name = text(own) or f"keda-hpa-{scaler.name}"
            return Fact(Hpa(name, 0 if low is None else low, 100 if high is None else high), source)
        low = number(spec.get("minReplicas"))
        return Fact(Hpa(scaler.name, 1 if low is None else low, number(spec.get("maxReplicas"))), source)
    return None


def queue(workload: Workload, scaled_by: Iterable[Manifest], env: Environment) -> Fact | None:
    """The queue of the first trigger that reads one; cpu, memory, cron and metric triggers do not."""
    for source, trigger in _triggers(workload, scaled_by):
        kind = text(trigger.get("type")) or ""
        if kind in _TRIGGERS:
            found = _queue(kind, texts(trigger.get("metadata")), env, f"{source} trigger {kind}")
            return Fact(found, found.source)
    return None


def _triggers(workload: Workload, scaled_by: Iterable[Manifest]) -> Iterator[tuple[str, Tree]]:
    if workload.kind == "ScaledJob":
        for trigger in branches(workload.spec.get("triggers")):
            yield workload.title, trigger
    for scaler in scaled_by:
        for trigger in branches(branch(scaler.body, "spec").get("triggers")):
            yield f"{scaler.kind}/{scaler.name}", trigger


def _queue(trigger: str, metadata: dict[str, str], env: Environment, source: str) -> Queue:
    kind, keys = _TRIGGERS[trigger]
    name = next((found for key in keys if (found := _setting(key, metadata, env))), None)
    if kind == "sqs" and name:
        name = name.rstrip("/").rpartition("/")[2]
    group = _setting("consumerGroup", metadata, env) or _setting("consumerGroupFromEnv", metadata, env)
    return Queue(kind, name, group, source)


def _setting(key: str, metadata: dict[str, str], env: Environment) -> str | None:
    value = metadata.get(key)
    if value is not None and key.endswith("FromEnv"):
        return env[value].value if value in env else None
    return value
