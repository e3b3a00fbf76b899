"""Whether work gets done: queues, tasks, scheduled runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dd_sync.packs.monitors.service.queues import kafka_backlog, kafka_lag, queue_age

from dd_sync import (
    Group,
    QueryValue,
    WholeService,
    Widget,
)
from dd_sync.definitions.service import Queue

from .widgets import label, lines, request


def work_group(service: WholeService) -> Group | None:
    """What waits, what is done; by what the queue is."""
    queue, operation = service.main.queue, service.main.op_of("worker")
    widgets: list[Widget] = []
    if queue is not None and queue.type == "sqs" and queue.name:
        here = _of_queue(service, "queuename")
        messages = "sum:aws.sqs.approximate_number_of_messages"
        widgets += [
            lines(
                "Oldest message",
                "second",
                {"age": f"max:aws.sqs.approximate_age_of_oldest_message{here}"},
                alerts=queue_age.number("critical", service.main.numbers),
            ),
            lines(
                "Messages waiting and in flight",
                "message",
                {"waiting": f"{messages}_visible{here}", "in_flight": f"{messages}_not_visible{here}"},
            ),
        ]
    if queue is not None and queue.type == "kafka" and queue.group:
        here = queue.scope(f"consumer_group:{queue.group}", "$env", by=["topic"])
        widgets.append(_lag(queue, here, service.main.numbers))
    if queue is not None and queue.type == "rabbitmq" and queue.name:
        here = _of_queue(service, "rabbitmq_queue")
        widgets.append(lines("Consumers", label("consumers"), {"consumers": f"sum:rabbitmq.queue.consumers{here}"}))
    if operation is not None:
        by_task = service.scope("$env", by=["resource_name"])
        widgets += [
            lines("Tasks", "task/second", {"tasks": f"sum:trace.{operation}.hits{by_task}.as_rate()"}),
            lines(
                "Failed tasks",
                "task",
                {"failed": f"sum:trace.{operation}.errors{by_task}.as_count()"},
                deploys_of=service,
            ),
        ]
    return Group(title="Worker", widgets=widgets) if widgets else None


def _lag(queue: Queue, here: str, numbers: Mapping[str, Any]) -> Widget:
    """How far behind a consumer of Kafka is: in seconds where Data Streams tell, else in messages."""
    if queue.data_streams:
        late = {"lag": f"max:kafka.estimated_consumer_lag{here}"}
        return lines("Lag by topic", "second", late, alerts=kafka_lag.number("critical", numbers))
    left = {"lag": f"sum:kafka.consumer_lag{here}"}
    return lines("Messages behind by topic", "message", left, alerts=kafka_backlog.number("critical", numbers))


def runs_group(service: WholeService) -> Group:
    cron = service.main.cron
    assert cron is not None
    here = f"{{kube_cronjob:{cron.name},$env}}"
    success = f"max:kubernetes_state.cronjob.duration_since_last_successful{here}"
    return Group(
        title="Scheduled job",
        widgets=[
            QueryValue(
                title="Since the last success", requests=[request("second", {"since": success})], autoscale=True
            ),
            lines("Duration of runs", "second", {"run": f"max:kubernetes_state.job.duration{here} by {{kube_job}}"}),
        ],
    )


def _of_queue(service: WholeService, tag: str) -> str:
    """The scope of the queue of the chosen environment.

    Queues carry the environment in their name (`orders-prod`), or else a tag: AWS has none unless somebody sets it.
    """
    main = service.main.queue
    assert main is not None
    names = {one.env: one.queue.name or "" for one in service.envs if one.queue is not None}
    patterns = {name.replace(env, "$env.value") for env, name in names.items()}
    if len(patterns) == 1 and "$env.value" in next(iter(patterns)):
        return main.scope(f"{tag}:{patterns.pop()}")
    return main.scope(f"{tag}:{main.name}", "$env")
