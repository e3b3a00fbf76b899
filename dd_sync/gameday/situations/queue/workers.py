"""What goes wrong with workers and what they take their work from."""

from __future__ import annotations

from dd_sync.gameday.service import Service
from dd_sync.gameday.situation import incident
from dd_sync.gameday.track import line


def works(service: Service) -> bool:
    """Whether it works off a queue that has metrics."""
    return service.queue is not None and service.queue.type in ("sqs", "kafka", "rabbitmq")


def dead_letters(service: Service) -> bool:
    """Whether what it cannot do is kept in a queue of its own."""
    return service.queue is not None and bool(service.queue.facts.dlq)


@incident(2, within=30, lasts=60, when=works)
def consumers_gone(service: Service) -> None:
    """Its workers are gone: nothing is worked off, what waits grows older."""
    assert service.queue is not None
    service.queue.stuck(0)
    service.queue.consumers.set(0, 0)
    service.queue.taken.set(0.0, 0)
    if service.tasks is not None:
        service.tasks.rate.set(0, 0)
    if service.workload is not None:
        for pod in service.workload.pods:
            pod.crashes(0)


@incident(2, within=40, lasts=60, when=works)
def consumers_stuck(service: Service) -> None:
    """Its workers hold all they may and finish nothing; their pods are fine."""
    assert service.queue is not None
    service.queue.stuck(0)
    service.queue.taken.set(80.0, 0)
    if service.tasks is not None:
        service.tasks.rate.set(0, 0)


@incident(2, within=45, lasts=60, when=dead_letters)
def dead_letters_pile_up(service: Service) -> None:
    """Fifty messages a minute end in the dead-letter queue."""
    assert service.queue is not None
    service.queue.dead.set(line(0, 0, 60, 3000), 0)


@incident(3, within=30, lasts=60, when=lambda service: service.tasks is not None)
def tasks_fail(service: Service) -> None:
    """Four of ten tasks fail."""
    assert service.tasks is not None
    service.tasks.errors.set(0.4, 0)


@incident(2, within=45, lasts=90, when=works)
def falls_behind(service: Service) -> None:
    """More comes in than it works off: what waits gets older, minute by minute."""
    assert service.queue is not None
    service.queue.sent.times(3.0, 0)
    service.queue.waiting.plus(lambda now: 400.0 * now, 0)
    service.queue.age.set(lambda now: 40.0 * now + 4, 0)


@incident(1, within=10, lasts=40, when=lambda service: service.queue is not None and service.queue.type == "rabbitmq")
def broker_blocks(service: Service) -> None:
    """The broker has no memory left and blocks everybody who publishes."""
    assert service.queue is not None
    service.queue.alarm.set(1, 0)
    service.queue.sent.set(0.0, 0)


@incident(3, within=30, lasts=60, when=lambda service: service.tasks is not None and service.facts.tier <= 3)
def tasks_never_run(service: Service) -> None:
    """Its pods are fine and take no task at all."""
    assert service.tasks is not None
    service.tasks.rate.set(0, 0)
    if service.queue is not None:
        service.queue.stuck(0)


@incident(3, within=30, lasts=60, when=lambda service: service.queue is not None and service.queue.type == "rabbitmq")
def consumers_lost_their_connection(service: Service) -> None:
    """Its pods run on, and none of them listens to the queue any more."""
    assert service.queue is not None
    service.queue.consumers.set(0, 0)
    service.queue.stuck(0)
    if service.tasks is not None:
        service.tasks.rate.set(0, 0)
