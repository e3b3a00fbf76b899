"""Queues: work that waits, piles up or is given up."""

from __future__ import annotations

from functools import partial

from dd_sync import Monitor, Number, Service, define
from dd_sync.definitions.service import Queue

from .terms import Priority, alert, alone, replicas, zeroed

HELD = 1000000
"""More messages than any queue holds: what is taken off for each that is worked off."""


def polled(queue: Queue) -> partial[Monitor]:
    """An alert on metrics of AWS, which are as late as the queue says: a quarter of an hour by crawler."""
    return partial(alert, evaluation_delay=queue.delay_s)


def sqs(service: Service) -> Queue | None:
    """Its queue, where that is one of SQS with a name."""
    queue = service.queue
    return queue if service.does("worker") and queue and queue.type == "sqs" and queue.name else None


def growing(backlog: str) -> str:
    """1 while a backlog is not shrinking: one that is worked off is only long."""
    return f"is_greater({backlog} - timeshift({backlog}, -600), -1)"


@define
def queue_age(
    service: Service,
    *,
    critical: Number = 600,  # seconds
    minutes: int = 5,
) -> Monitor | None:
    """Work for {service.name} in {service.env} waits in {service.queue.name} for more than {critical} s, and the queue
    does not get shorter.

    It is not a batch that is being worked off. An empty queue sends nothing, which is well.

    First step: are the consumers up (`kubectl get pods`), and do their tasks fail? Then what they call.

    Likely causes: failing consumers; an autoscaler at its maximum; a slow database behind the consumers.

    Over when: the oldest message is younger than the threshold; look into the dead-letter queue afterwards.
    """
    queue = sqs(service)
    if queue is None:
        return None
    scope = queue.scope(f"queuename:{queue.name}", by=["queuename"])
    visible = f"max:aws.sqs.approximate_number_of_messages_visible{scope}"
    return polled(queue)(
        name="[{service.name}] Oldest message older than {{threshold}}s in {service.env}",
        query=f"min(last_{minutes}m):max:aws.sqs.approximate_age_of_oldest_message{scope} * {growing(visible)}"
        f" > {critical}",
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def queue_depth(
    service: Service,
    *,
    critical: Number = 10000,  # messages
    minutes: int = 30,
) -> Monitor | None:
    """Work for {service.name} in {service.env} comes faster than it is done: {service.queue.name} fills.

    It is not a batch that is being worked off.

    First step: compare messages sent and deleted; then the number of consumers and what each waits for.

    Likely causes: a burst from upstream; too few consumers; tasks that take longer than they did.

    Over when: the backlog shrinks, or is below the threshold.
    """
    queue = sqs(service)
    if queue is None:
        return None
    scope = queue.scope(f"queuename:{queue.name}", by=["queuename"])
    visible = f"max:aws.sqs.approximate_number_of_messages_visible{scope}"
    return polled(queue)(
        name="[{service.name}] More than {{threshold}} messages wait in {service.env}",
        query=f"min(last_{minutes}m):{visible} * {growing(visible)} > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define
def dlq_filling(
    service: Service,
    *,
    critical: Number = 100,  # messages more than a quarter of an hour before
) -> Monitor | None:
    """{service.name} in {service.env} gives up on work in numbers: {service.queue.dlq} fills now.

    It is not what lies there from before, which `dlq` tells when it comes.

    First step: read one of the messages and the error of its last attempt: `aws sqs receive-message --queue-url URL`.

    Likely causes: a version that cannot handle its messages; a dependency that is down for longer than the retries.

    Over when: the dead-letter queue stops growing; then redrive it.
    """
    queue = sqs(service)
    if queue is None or queue.dlq is None or not alone(service):
        return None
    scope = queue.scope(f"queuename:{queue.dlq}", by=["queuename"])
    return polled(queue)(
        name="[{service.name}] Dead-letter queue fills in {service.env}",
        query="change(max(last_5m),last_15m):"
        f"default_zero(max:aws.sqs.approximate_number_of_messages_visible{scope}) > {critical}",
        on_missing_data="default",
        priority=2,
    )


@define(level="standard")
def dlq(
    service: Service,
    *,
    critical: Number = 0,  # messages more than a quarter of an hour before
    priority: Priority = 3,  # dlq-filling pages
) -> Monitor | None:
    """{service.name} in {service.env} gave up on work: it lies in {service.queue.dlq}.

    It tells of each that comes, and does not stay red for those that lie there.

    First step: read one of the messages and the error of its last attempt; fix that, then redrive the queue.

    Likely causes: a message that cannot be handled; a dependency that was down for longer than the retries.

    Over when: nothing more comes. What lies there waits to be redriven or discarded on purpose.
    """
    queue = sqs(service)
    if queue is None or queue.dlq is None:
        return None
    scope = queue.scope(f"queuename:{queue.dlq}", by=["queuename"])
    return polled(queue)(
        name="[{service.name}] Messages in the dead-letter queue in {service.env}",
        query="change(max(last_5m),last_15m):"
        f"default_zero(max:aws.sqs.approximate_number_of_messages_visible{scope}) > {critical}",
        on_missing_data="default",
        priority=priority,
    )


@define(level="standard")
def worker_stalled(
    service: Service,
    *,
    minutes: int = 15,
    priority: Priority = 3,  # a cause: queue-age pages
) -> Monitor | None:
    """Work waits in {service.queue.name} and {service.name} in {service.env} finishes none of it.

    An empty queue is no alert, so a worker scaled to zero is none either.

    First step: `kubectl get pods` of the worker; its log: does it receive, fail, or hang?

    Likely causes: no pod runs; credentials expired; one poison message that blocks the others.

    Over when: messages are deleted again, or none waits.
    """
    queue = sqs(service)
    if queue is None:
        return None
    scope = queue.scope(f"queuename:{queue.name}", by=["queuename"])
    waiting = f"default_zero(max:aws.sqs.approximate_number_of_messages_visible{scope})"
    done = f"sum:aws.sqs.number_of_messages_deleted{scope}.as_rate()"
    return polled(queue)(
        name="[{service.name}] Messages wait and none is finished in {service.env}",
        query=f"min(last_{minutes}m):{waiting} - {HELD} * {done} > 0",
        on_missing_data="default",
        priority=priority,
    )


@define
def kafka_lag(
    service: Service,
    *,
    critical: Number = 300,  # seconds behind
    minutes: int = 10,
) -> Monitor | None:
    """{service.name} in {service.env} is more than {critical} s behind with {{topic.name}}.

    First step: `kafka-consumer-groups --describe --group {service.queue.group}`: one partition, or all?

    Likely causes: failing consumers; a rebalance that does not end; a partition with most of the keys.

    Over when: the lag is below the threshold for {minutes} minutes.

    Needs Data Streams Monitoring (`data_streams: true` of the queue); without it `kafka-backlog` counts messages.
    """
    queue = service.queue
    if not (service.does("worker") and queue and queue.type == "kafka" and queue.group and queue.data_streams):
        return None
    topic = f"topic:{queue.name}" if queue.name else ""
    scope = queue.scope(f"consumer_group:{queue.group}", topic, by=["consumer_group", "topic"])
    return alert(
        name="[{service.name}] More than {{threshold}}s behind {{topic.name}} in {service.env}",
        query=f"min(last_{minutes}m):max:kafka.estimated_consumer_lag{scope} > {critical}",
        critical_recovery=0.8 * critical,
        on_missing_data="resolve",
        priority=2,
    )


@define
def kafka_backlog(
    service: Service,
    *,
    critical: Number = 10000,  # messages
    minutes: int = 10,
) -> Monitor | None:
    """{service.name} in {service.env} is more than {critical} messages behind with {{topic.name}} and stays so.

    It is not a burst that is being worked off.

    First step: `kafka-consumer-groups --describe --group {service.queue.group}`: one partition, or all? No member?

    Likely causes: failing or missing consumers; a rebalance that does not end; a partition with most of the keys.

    Over when: the backlog shrinks.
    """
    queue = service.queue
    if not (service.does("worker") and queue and queue.type == "kafka" and queue.group) or queue.data_streams:
        return None
    topic = f"topic:{queue.name}" if queue.name else ""
    scope = queue.scope(f"consumer_group:{queue.group}", topic, by=["consumer_group", "topic"])
    lag = f"sum:kafka.consumer_lag{scope}"
    return alert(
        name="[{service.name}] More than {{threshold}} messages behind {{topic.name}} in {service.env}",
        query=f"min(last_{minutes}m):{lag} * {growing(lag)} > {critical}",
        on_missing_data="resolve",
        priority=2,
    )


@define
def rabbitmq_consumers(service: Service, *, minutes: int = 10) -> Monitor | None:
    """Nobody takes work from {service.queue.name}: {service.name} in {service.env} runs and has no consumer there.

    It is not a worker at zero or one that is down, which `worker-down` pages.

    First step: the worker's log: can it reach and log in to RabbitMQ? Then `rabbitmqctl list_consumers`.

    Likely causes: credentials or network; a channel that was closed and not opened again; a queue made anew under
    another name.

    Over when: a consumer is back and the queue gets shorter.
    """
    queue, found = service.queue, replicas(service)
    told = queue is not None and queue.type == "rabbitmq" and queue.name and queue.by_queue
    if not service.does("worker") or not told or queue is None or found is None:
        return None
    consumers = f"sum:rabbitmq.queue.consumers{queue.scope(f'rabbitmq_queue:{queue.name}')}"
    up = found[1].partition(" by {")[0]
    return alert(
        name="[{service.name}] No consumer of {service.queue.name} in {service.env}",
        query=f"min(last_{minutes}m):clamp_max({up}, 1) - {consumers} >= 1",
        on_missing_data="resolve",
        priority=2,
    )


@define(level="standard")
def rabbitmq_depth(
    service: Service,
    *,
    critical: Number = 10000,  # messages
    minutes: int = 30,
) -> Monitor | None:
    """Work for {service.name} in {service.env} comes faster than it is done: {service.queue.name} fills.

    It is not a batch that is being worked off.

    First step: `rabbitmqctl list_queues name messages_ready messages_unacknowledged consumers`.

    Likely causes: too few consumers; tasks that take longer than they did; a message that makes each of them fail.

    Over when: the backlog shrinks, or is below the threshold.
    """
    queue = service.queue
    told = queue is not None and queue.type == "rabbitmq" and queue.name and queue.by_queue
    if not service.does("worker") or not told or queue is None:
        return None
    ready = f"sum:rabbitmq.queue.messages_ready{queue.scope(f'rabbitmq_queue:{queue.name}')}"
    return alert(
        name="[{service.name}] More than {{threshold}} messages wait in {service.env}",
        query=f"min(last_{minutes}m):{ready} * {growing(ready)} > {critical}",
        on_missing_data="resolve",
        priority=3,
    )


@define
def rabbitmq_alarm(service: Service) -> Monitor | None:
    """RabbitMQ node {{rabbitmq_node.name}} blocks publishers: its memory or its disk is at the limit. Whoever sends to
    {service.name}, or to any other queue there, hangs.

    First step: `rabbitmq-diagnostics alarms`, then the longest queues: `rabbitmqctl list_queues name messages memory`.

    Likely causes: consumers that stopped; a queue without a limit; a disk that other things fill.

    Over when: the alarm is off and publishers run again.
    """
    queue = service.queue
    if queue is None or queue.type != "rabbitmq" or not alone(service):
        return None
    here = queue.scope(by=["rabbitmq_node"])
    memory, disk = (f"max:rabbitmq.node.{one}_alarm{here}" for one in ("mem", "disk"))
    return alert(
        name="[{service.name}] RabbitMQ node {{rabbitmq_node.name}} blocks publishers in {service.env}",
        query=f"min(last_2m):{zeroed(memory)} + {zeroed(disk)} >= 1",
        on_missing_data="default",
        priority=1,
    )
