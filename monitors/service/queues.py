"""Queues: work that waits, piles up or is given up."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import Priority, alert, polled, unwanted


@define
def queue_age(
    service: Service,
    *,
    critical: Number = 600,  # seconds
    warning: Number | None = None,  # seconds
    minutes: int = 10,
) -> Monitor | None:
    """Work for {service.name} in {service.env} waits in {service.queue.name} for more than {critical} s.

    First step: are the consumers up (`kubectl get pods`), and do their tasks fail? Then what they call.

    Likely causes: failing consumers; a burst and an autoscaler at its maximum; a slow database behind the consumers.

    Over when: the oldest message is younger than the threshold; look into the dead-letter queue afterwards.
    """
    if not (service.does("worker") and service.queue and service.queue.type == "sqs" and service.queue.name):
        return None
    scope = service.queue.scope(f"queuename:{service.queue.name}", by=["queuename"])
    warning = 0.5 * critical if warning is None else warning
    return polled(
        name="[{service.name}] Oldest message older than {{threshold}}s in {service.env}",
        query=f"max(last_{minutes}m):max:aws.sqs.approximate_age_of_oldest_message{scope} > {critical}",
        warning=warning,
        critical_recovery=0.75 * critical,
        warning_recovery=200 / 300 * warning,
        on_missing_data="show_no_data",
        priority=2,
    )


@define(level="standard")
def queue_depth(
    service: Service,
    *,
    critical: Number = 10000,  # messages
    warning: Number | None = None,  # messages
    minutes: int = 30,
) -> Monitor | None:
    """Work for {service.name} in {service.env} comes faster than it is done: {service.queue.name} fills.

    First step: compare messages sent and deleted; then the number of consumers and what each waits for.

    Likely causes: a burst from upstream; too few consumers; tasks that take longer than they did.

    Over when: the backlog shrinks below the threshold.
    """
    if not (service.does("worker") and service.queue and service.queue.type == "sqs" and service.queue.name):
        return None
    scope = service.queue.scope(f"queuename:{service.queue.name}", by=["queuename"])
    warning = 0.5 * critical if warning is None else warning
    return polled(
        name="[{service.name}] More than {{threshold}} messages wait in {service.env}",
        query=f"avg(last_{minutes}m):avg:aws.sqs.approximate_number_of_messages_visible{scope} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.8 * warning,
        on_missing_data="show_no_data",
        priority=3,
    )


@define(level="standard")
def dlq(
    service: Service,
    *,
    critical: Number = 0,  # messages
    minutes: int = 15,
    priority: Priority = 3,  # queue-age pages; 2 where lost work is worth waking somebody
) -> Monitor | None:
    """{service.name} in {service.env} gave up on work: it lies in {service.queue.dlq}.

    First step: read one of the messages and the error of its last attempt; fix that, then redrive the queue.

    Likely causes: a message that cannot be handled; a dependency that was down for longer than the retries.

    Over when: the dead-letter queue is empty, redriven or discarded on purpose.
    """
    if not (service.does("worker") and service.queue and service.queue.type == "sqs" and service.queue.dlq):
        return None
    scope = service.queue.scope(f"queuename:{service.queue.dlq}", by=["queuename"])
    return polled(
        name="[{service.name}] Messages in the dead-letter queue in {service.env}",
        query=f"max(last_{minutes}m):max:aws.sqs.approximate_number_of_messages_visible{scope} > {critical}",
        on_missing_data="show_no_data",
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

    Unconfirmed: the type of the metric of deleted messages; public dashboards count it.
    """
    if not (service.does("worker") and service.queue and service.queue.type == "sqs" and service.queue.name):
        return None
    scope = service.queue.scope(f"queuename:{service.queue.name}", by=["queuename"])
    waiting = f"avg:aws.sqs.approximate_number_of_messages_visible{scope}"
    done = f"default_zero(sum:aws.sqs.number_of_messages_deleted{scope}.as_count())"
    return polled(
        name="[{service.name}] Messages wait and none is finished in {service.env}",
        query=f"min(last_{minutes}m):{waiting} * is_less({done}, 1) > 0",
        on_missing_data="default",
        priority=priority,
    )


@define
def kafka_lag(
    service: Service,
    *,
    critical: Number = 300,  # seconds behind
    warning: Number | None = None,  # seconds behind
    minutes: int = 10,
) -> Monitor | None:
    """{service.name} in {service.env} is more than {critical} s behind with {{topic.name}}.

    First step: `kafka-consumer-groups --describe --group {service.queue.group}`: one partition, or all?

    Likely causes: failing consumers; a rebalance that does not end; a partition with most of the keys.

    Over when: the lag is below the threshold for {minutes} minutes.

    The metric needs data streams monitoring (`data_streams_enabled`).
    """
    if not (service.does("worker") and service.queue and service.queue.type == "kafka" and service.queue.group):
        return None
    topic = f"topic:{service.queue.name}" if service.queue.name else ""
    scope = service.queue.scope(f"consumer_group:{service.queue.group}", topic, by=["consumer_group", "topic"])
    warning = 0.4 * critical if warning is None else warning
    return alert(
        name="[{service.name}] More than {{threshold}}s behind {{topic.name}} in {service.env}",
        query=f"avg(last_{minutes}m):max:kafka.estimated_consumer_lag{scope} > {critical}",
        warning=warning,
        critical_recovery=0.8 * critical,
        warning_recovery=0.75 * warning,
        on_missing_data="resolve",
        priority=2,
    )


@define
def rabbitmq_consumers(
    service: Service,
    *,
    critical: Number = 1,  # consumers
    minutes: int = 5,
) -> Monitor | None:
    """Nobody takes work from {service.queue.name}: {service.name} in {service.env} has no consumer there.

    It says nothing while the workload is scaled to zero.

    First step: `kubectl get pods` of the worker, then its log: can it reach and log in to RabbitMQ?

    Likely causes: no pod runs; credentials or network; the queue was made anew under another name.

    Over when: a consumer is back and the queue gets shorter.

    Unconfirmed: that `is_less()` over replicas, which tells a workload scaled to zero, evaluates as meant.
    """
    if not (service.does("worker") and service.queue and service.queue.type == "rabbitmq" and service.queue.name):
        return None
    consumers = f"sum:rabbitmq.queue.consumers{service.queue.scope(f'rabbitmq_queue:{service.queue.name}')}"
    return alert(
        name="[{service.name}] No consumer of {service.queue.name} in {service.env}",
        query=f"max(last_{minutes}m):{consumers} + {unwanted(service)} < {critical}",
        on_missing_data="default",
        priority=2,
    )
