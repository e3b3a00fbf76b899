"""Workers: tasks that fail."""

from __future__ import annotations

from dd_sync import Monitor, Number, Service, define

from .terms import SETTLE_S, Priority, failing, ratio


def told(service: Service) -> str | None:
    """The operation of its tasks, where a tracer files them under a name that is its alone."""
    operation = service.op_of("worker")
    if not service.does("worker") or operation is None or service.span_service(operation) is None:
        return None
    return operation


@define
def worker_error_rate(
    service: Service,
    *,
    critical: Number = 10,  # percent of tasks
    requests: int = 20,  # tasks in the window; of fewer nothing is said
    minutes: int = 15,
) -> Monitor | None:
    """Tasks of {service.name} in {service.env} fail: what they should have done is not done.

    For workers whose queue ddsync does not know; with a queue, the age of its oldest message is what pages.

    First step: the service page below, errors by resource: one task, or all of them?

    Likely causes: the last deploy; a dependency that fails; input that cannot be handled.

    Over when: less than the threshold for {minutes} minutes.
    """
    operation = told(service)
    watched = service.queue is not None and service.queue.type in ("sqs", "kafka", "rabbitmq")
    if watched or operation is None:
        return None
    return ratio(
        name="[{service.name}] Task failures above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):{failing(service, requests, operation=operation)} > {critical}",
        critical_recovery=0.7 * critical,
        on_missing_data="default",
        priority=2,
    )


@define(level="standard")
def worker_errors(
    service: Service,
    *,
    critical: Number = 10,  # percent of the task's runs
    requests: int = 20,  # runs in the window; of fewer nothing is said
    minutes: int = 15,
    priority: Priority = 3,  # a cause: queue-age or worker-error-rate pages
) -> Monitor | None:
    """The task {{resource_name.name}} of {service.name} in {service.env} fails.

    First step: the service page below, this resource: the error of its last traces.

    Likely causes: the last deploy; a dependency only this task uses; input that cannot be handled.

    Over when: less than the threshold for {minutes} minutes; run again what failed, unless the queue does.
    """
    operation = told(service)
    if operation is None:
        return None
    return ratio(
        name="[{service.name}] {{resource_name.name}} fails above {{threshold}}% in {service.env}",
        query=f"sum(last_{minutes}m):{failing(service, requests, 'resource_name', operation=operation)} > {critical}",
        critical_recovery=0.7 * critical,
        on_missing_data="default",
        new_group_delay=SETTLE_S,
        priority=priority,
    )
